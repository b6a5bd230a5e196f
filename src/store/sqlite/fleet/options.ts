import type { FleetNode } from "./desk.ts";
import type { FleetTables } from "./tables.ts";

export interface FleetOptions {
  /**
   * The file is worked on by a worker once it is open, so that a slow disk holds up nobody else; for servers. Otherwise in the
   * thread of who calls.
   */
  readonly worker?: boolean;
  /** The store cannot go on without a new start of the process: its worker ended. */
  readonly onFatal?: (error: Error) => void;
  /** Asked when it is opened: which of several nodes this is; null or absent: nobody else changes the fleet. */
  readonly node?: () => FleetNode | null;
  /** The worker's program; only tests give another one. */
  readonly program?: URL;
}

/** The database behind a fleet store. */
export interface FleetEngine {
  /** Its tables, in this thread; not open yet. */
  readonly tables: (node: FleetNode | null) => FleetTables;
  /** The worker's program, and what it is told to open. */
  readonly program: URL;
  readonly place: string;
}
