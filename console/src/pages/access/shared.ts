import type { AccessSearch } from "./search.ts";

/** What every tab of access gets. */
export interface Shared {
  readonly workspace: string;
  /** Whether one may change members and API users. */
  readonly may: boolean;
  readonly search: AccessSearch;
  /** Puts something else into the address. */
  readonly set: (more: AccessSearch) => void;
}
