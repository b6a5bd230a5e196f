import type { RecoveredSession, SeriesState, StoredPresence } from "../../ports.ts";
import type { Found } from "./recover.ts";

/** What is handed out in pieces. */
export interface Pieces {
  readonly series: readonly SeriesState[];
  readonly sessions: readonly RecoveredSession[];
  readonly presence: readonly StoredPresence[];
  readonly retained: Uint8Array;
}
export type PieceOf = keyof Pieces;

/** Things of a piece: a message of some megabytes at most. */
const SERIES = 10_000;
const SESSIONS = 500;
const PRESENCE = 10_000;

/** What a start found, handed out a piece at a time and let go of. */
export class Leftover {
  private readonly next: { readonly [What in PieceOf]: Iterator<Pieces[What]> };

  constructor({ series, sessions, presence, retained }: Found) {
    this.next = {
      series: slices(series, SERIES),
      sessions: slices(sessions, SESSIONS),
      presence: slices(presence, PRESENCE),
      retained: retained.values(),
    };
  }
  /** null: there is no more. */
  take<What extends PieceOf>(what: What): Pieces[What] | null {
    const { done, value } = this.next[what].next();
    return done === true ? null : value;
  }
}

function* slices<T>(all: readonly T[], most: number): Generator<readonly T[], undefined> {
  for (let at = 0; at < all.length; at += most) yield all.slice(at, at + most);
}
