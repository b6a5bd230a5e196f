import type { Value } from "../values.ts";

/** What goes between a thread that waits in place and its bridge. */
export interface BridgeStart {
  readonly address: string;
  /** Of the connection, and statements that it begins with. */
  readonly name: string;
  readonly begin: readonly string[];
  readonly port: MessagePort;
  readonly turn: SharedArrayBuffer;
}
/** What the one number of `turn` is. */
export const WAITING = 0;
export const ANSWERED = 1;
/** There is no bridge any more. */
export const GONE = 2;

interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
  /** Under which it is prepared; "": it is not. */
  readonly name: string;
  /** It may be the first on a connection; others belong to what was begun there. */
  readonly begins: boolean;
}
/** One after the other. */
export type Asked = readonly Statement[];
export interface Told {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Rows found or changed, of each statement. */
  readonly counts: readonly number[];
}
/** What the last one found; or why one failed, after which none was tried. */
export type Replied =
  | { readonly told: Told }
  | { readonly lost: boolean; readonly state: string; readonly message: string };
