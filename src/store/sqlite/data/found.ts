import type {
  IdKind,
  Opened,
  RecoveredSession,
  SeriesState,
  StoredOwner,
  StoredPresence,
  StoredSeen,
} from "../../ports.ts";

import type { PackedSeries, SeriesColumns } from "./series-columns.ts";

/** What is handed out in pieces. */
export interface Pieces {
  readonly series: readonly SeriesState[];
  readonly sessions: readonly RecoveredSession[];
  readonly owners: readonly StoredOwner[];
  readonly presence: readonly StoredPresence[];
  readonly gone: readonly StoredSeen[];
  readonly retained: Uint8Array;
}
export type PieceOf = keyof Pieces;

/** What a start finds in the file. */
export interface Found extends Omit<Opened, "highest">, Omit<Pieces, "retained" | "series"> {
  readonly series: SeriesColumns;
  readonly nextSeries: number;
  readonly nextSession: number;
  readonly retained: readonly Uint8Array[];
}

/** Things of a piece: a message of some megabytes at most. */
const SERIES = 10_000;
const SESSIONS = 500;
const PRESENCE = 10_000;

/** A list that is handed out a piece at a time; nothing holds it afterwards. */
class Rest<T> {
  private at = 0;
  constructor(
    private all: readonly T[],
    private readonly most: number,
  ) {}
  take(): readonly T[] | null {
    if (this.at >= this.all.length) {
      this.all = [];
      return null;
    }
    const piece = this.all.slice(this.at, this.at + this.most);
    this.at += this.most;
    return piece;
  }
}

/** What a start found, handed out a piece at a time and let go of. */
export class Leftover {
  private series: SeriesColumns | null;
  private seriesAt = 0;
  private readonly sessions: Rest<RecoveredSession>;
  private readonly owners: Rest<StoredOwner>;
  private readonly presence: Rest<StoredPresence>;
  private readonly gone: Rest<StoredSeen>;
  private readonly retained: Rest<Uint8Array>;

  constructor({ series, sessions, owners, presence, gone, retained }: Found) {
    this.series = series;
    this.sessions = new Rest(sessions, SESSIONS);
    this.owners = new Rest(owners, PRESENCE);
    this.presence = new Rest(presence, PRESENCE);
    this.gone = new Rest(gone, PRESENCE);
    this.retained = new Rest(retained, 1);
  }
  /** The same of series, packed for the main thread. */
  takeSeries(): PackedSeries | null {
    const { series, seriesAt: from } = this;
    if (series === null || from >= series.count) {
      this.series = null;
      return null;
    }
    this.seriesAt = Math.min(series.count, from + SERIES);
    return series.piece(from, this.seriesAt);
  }
  /** null: there is no more. */
  take(what: Exclude<PieceOf, "series">): Pieces[PieceOf] | null {
    return what === "retained" ? (this.retained.take()?.[0] ?? null) : this[what].take();
  }
}

/** What `open` answers of it at once, and the first free ids. */
export function openedOf({ nextSeq, nextSeries, nextSession, seenFloor, settled, series }: Found): {
  readonly opened: Opened;
  readonly next: Readonly<Record<IdKind, number>>;
} {
  const highest = { device: 0, field: 0 };
  for (const device of series.device) highest.device = Math.max(highest.device, device);
  for (const field of series.field) highest.field = Math.max(highest.field, field);
  return { opened: { nextSeq, seenFloor, settled, highest }, next: { series: nextSeries, session: nextSession } };
}
