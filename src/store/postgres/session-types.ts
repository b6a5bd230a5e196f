import type { Value } from "./values.ts";

export interface Question {
  readonly text: string;
  readonly values?: readonly Value[];
  /** Of a statement that comes often: it is prepared once for each connection. */
  readonly name?: string;
}
export interface Found {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Rows found or changed. */
  readonly count: number;
}

export interface SessionOptions {
  /** For `pg_stat_activity`. */
  readonly name: string;
  /** Statements that each connection begins with. */
  readonly begin?: readonly string[];
  /** What the server warns of. */
  readonly onNotice?: (text: string) => void;
  /** A channel that the connection listens to was told of something. */
  readonly onTold?: () => void;
  /** The connection was lost, and is made again when it is next needed. */
  readonly onLost?: () => void;
}
