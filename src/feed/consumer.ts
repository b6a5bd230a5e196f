import { errorText } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { LogStore, Seq, StoredConsumer } from "../store/ports.ts";
import { rowsOf } from "../store/record.ts";
import type { BatchRows } from "./batch-rows.ts";
import { LogRows, type SeriesNames } from "./log-rows.ts";
import { Place } from "./place.ts";
import type { Cursor } from "./row.ts";

/** What a durable consumer does with what it is given. It gets one thing at a time: the next comes when `done` was called. */
export interface FeedHandler {
  /**
   * Some rows, in their order. The cursor may be read until this returns: copy what is needed later. `done` says that all of them were
   * handled, those that were not read, too; it may be called at once, or when slow work is over. After an error they come again.
   */
  rows(rows: Cursor, done: () => void): void;
  /** Rows from..to were left out since the consumer was too far behind. It comes before any row behind them. */
  gap(from: Seq, to: Seq, done: () => void): void;
}

/** What a consumer needs around it. */
export interface ConsumerHost {
  readonly store: Pick<LogStore, "readLog">;
  readonly names: SeriesNames;
  readonly log: Log;
  /** All rows up to this one were published. */
  readonly published: Seq;
  /** Runs a function after at least so many ms; 0: after what the event loop has at hand. */
  later(fn: () => void, ms: number): void;
  /** The position moved past rows that were handled: it is to be stored soon. */
  moved(): void;
}

/** Bytes of the log that are read at once, and rows of it that are handed over in one turn. */
const PIECE_BYTES = 64 * 1024;
const PIECE_ROWS = 256;
/** ms of rest after an error. */
const REST_MS = 1000;

/** Something that the handler has: up to where it goes. */
interface Given {
  /** Negative: not known yet. */
  upTo: Seq;
  isDone: boolean;
}

/**
 * A named consumer of the feed. While it is at the end it is handed the rows of each batch in place, in the slices of the fan-out;
 * when it is behind, for its handler is slow or the server was down, pieces of the log. Nothing waits for it.
 */
export class Consumer {
  readonly place: Place;
  private handler: FeedHandler | null = null;
  private given: Given | null = null;
  private isReading = false;
  private isResting = false;
  private isPumping = false;
  private isFailing = false;
  private readonly rows: LogRows;
  /** Where the records end that were read and not handed over yet; null: there are none. */
  private readEnd: Seq | null = null;

  /** @param stored what the store has of it; null: it is new */
  constructor(
    private readonly host: ConsumerHost,
    readonly name: string,
    start: Seq,
    stored: StoredConsumer | null,
  ) {
    this.place = new Place(name, start, stored);
    this.rows = new LogRows(host.names);
  }
  get isOpen(): boolean {
    return this.handler !== null;
  }
  /** @param holds see Consumers.open */
  open(handler: FeedHandler, holds: boolean): void {
    this.handler = handler;
    this.place.isHolding = holds;
    this.isFailing = false;
    this.host.later(this.pump, 0);
  }
  /** What the handler has counts as not handled. */
  close(): void {
    this.handler = null;
    this.given = null;
    this.readEnd = null;
    this.place.back();
  }

  /** Rows [from, to) of a batch were published: those behind `before`, up to `upTo`. */
  live(rows: BatchRows, from: number, to: number, before: Seq, upTo: Seq): void {
    if (!this.isIdle) return;
    if (this.place.position !== before || this.place.lost !== null || this.readEnd !== null) return this.pump();
    if (from === to) return this.place.passed(upTo);
    this.place.gave(rows.on(to - 1).seq);
    this.give((done, handler) => handler.rows(rows.over(from, to), done), upTo);
  }
  private get isIdle(): boolean {
    return this.handler !== null && this.given === null && !this.isReading && !this.isResting;
  }

  /** Rows up to this one are left out: the consumer is too far behind. */
  cut(to: Seq): void {
    if (!this.place.cut(to)) return;
    this.readEnd = null;
    this.host.later(this.pump, 0);
  }

  /** Hands over what there is, one thing after the other. */
  private readonly pump = (): void => {
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.isIdle && this.step());
    this.isPumping = false;
  };
  /** False: the next step comes later, by itself. */
  private step(): boolean {
    const { lost, position } = this.place;
    if (lost !== null) {
      this.give((done, handler) => handler.gap(lost, position, done), position);
      return true;
    }
    if (this.readEnd !== null) return this.piece(this.readEnd);
    if (position < this.host.published) void this.read(position, this.host.published);
    return false;
  }
  private async read(after: Seq, upTo: Seq): Promise<void> {
    this.isReading = true;
    try {
      const { records } = await this.host.store.readLog(after, upTo, PIECE_BYTES);
      // cut off meanwhile, or closed
      if (this.place.position !== after || this.handler === null) return;
      const bytes = records.reduce((sum, { body }) => sum + body.length, 0);
      const last = records.at(-1);
      const isAll = last === undefined || bytes < PIECE_BYTES;
      this.readEnd = isAll ? upTo : Math.min(upTo, last.firstSeq + rowsOf(last.body) - 1);
      this.rows.open(records, after, upTo);
    } catch (error) {
      this.failed(error);
    } finally {
      this.isReading = false;
      this.pump();
    }
  }
  /** Some of what was read. */
  private piece(end: Seq): boolean {
    const { rows } = this;
    try {
      if (!rows.hasMore(PIECE_ROWS)) {
        this.readEnd = null;
        this.place.passed(end);
        return true;
      }
    } catch (error) {
      this.failed(error);
      return false;
    }
    this.give(
      (done, handler) => handler.rows(rows, done),
      () => {
        while (rows.next());
        return this.place.gave(rows.lastSeq);
      },
    );
    if (this.given === null) this.host.later(this.pump, 0); // others have their turn between two pieces
    return false;
  }

  /** @param upTo where that ends; asked when the handler has read it */
  private give(hand: (done: () => void, handler: FeedHandler) => void, upTo: Seq | (() => Seq)): void {
    const { handler } = this;
    if (handler === null) return;
    const given: Given = { upTo: -1, isDone: false };
    this.given = given;
    this.place.isTold = this.place.lost !== null;
    const done = () => {
      if (given.isDone) return;
      given.isDone = true;
      if (given.upTo >= 0 && this.given === given) this.settled(given.upTo);
    };
    try {
      hand(done, handler);
      given.upTo = typeof upTo === "number" ? upTo : upTo();
    } catch (error) {
      if (this.given === given) this.failed(error);
      given.isDone = true;
      return;
    }
    if (given.isDone && this.given === given) this.settled(given.upTo);
  }
  private settled(upTo: Seq): void {
    this.given = null;
    this.isFailing = false;
    this.place.settled(upTo);
    this.host.moved();
    this.pump();
  }
  /** It comes again, from the log, after a rest. */
  private failed(error: unknown): void {
    this.given = null;
    this.readEnd = null;
    this.isResting = true;
    if (!this.isFailing)
      this.host.log.error(
        { consumer: this.name, error: errorText(error) },
        "a consumer of the feed failed; it is tried again",
      );
    this.isFailing = true;
    this.host.later(() => {
      this.isResting = false;
      this.pump();
    }, REST_MS);
  }
}
