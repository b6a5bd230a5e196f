import type { DashboardContent } from "./dashboard-content.ts";

/** A dashboard of a workspace; of a product it is one layout for all its devices. */
export interface Dashboard {
  readonly uid: number;
  readonly workspace: number;
  /** Null: of the workspace. */
  readonly product: number | null;
  readonly name: string;
  readonly description?: string | undefined;
  readonly content: DashboardContent;
  /** µs */
  readonly created: number;
}

/** Who shared: what it may not view is not shown. Both null: whoever has the data folder; that is all of the workspace. */
export interface ShareAccount {
  readonly user: number | null;
  readonly apiUser: number | null;
}

/** A link that shows a dashboard to whoever has it. */
export interface DashboardShare {
  readonly uid: number;
  readonly dashboard: number;
  /** The device that it shows of a product's dashboard; null: the dashboard is of a workspace. */
  readonly device: number | null;
  /** For people: whom it is for. */
  readonly name: string;
  /** SHA-256 of its secret, hexadecimal. */
  readonly hash: string;
  /** Of its password; null: it needs none. */
  readonly passwordHash: string | null;
  readonly account: ShareAccount;
  /** µs */
  readonly created: number;
  /** µs; null: never. */
  readonly expires: number | null;
  /** When it was opened last, µs, to within some minutes; null: never. */
  readonly used: number | null;
}
