import type { StoredSubscription } from "../store/ports.ts";
import type { Outlet } from "./outlet.ts";

/** A subscription that was granted. */
export interface Subscription extends StoredSubscription {
  readonly outlet: Outlet;
  /** The filter as the platform reads it (wire contract section 4); what the trie holds. */
  readonly canonical: string;
}
