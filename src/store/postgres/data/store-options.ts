import type { SqlMode } from "../sql/objects.ts";

export interface PostgresDataOptions {
  /** See targetOf. */
  readonly address: string;
  /** Of the data folder, by which a node is known again; "": it has none. */
  readonly identity?: string;
  /** Of this program, for people who look into the table `node`. */
  readonly version?: string;
  /** In which form measurements are kept for SQL besides; absent: as they are. */
  readonly sql?: SqlMode;
  /** See StoreOptions. */
  readonly shared?: boolean;
  /** A commit that takes longer than this, in ms, is looked after; only tests say so. */
  readonly lookMs?: number;
  /** The store cannot go on without a new start of the process. */
  readonly onFatal?: (error: Error) => void;
  /** Something failed in the background and is tried again: a line for the server's log. */
  readonly onNotice?: (text: string) => void;
}
