import type {
  Aggregates,
  EventQuery,
  ManyRequest,
  LogPiece,
  LogRecord,
  Point,
  SeriesStats,
  StoredEvent,
  StoredRefusal,
  StoreStats,
} from "../../ports.ts";
import { alertsIn } from "./alerts.ts";
import { BlockTables } from "./blocks.ts";
import { type Columns, columnsFrom, concat, NO_POINTS, sliceOf, valueAt } from "./block/columns.ts";
import type { Packed } from "./block/packed.ts";
import { selectEvents } from "./events.ts";
import { Fold } from "./fold.ts";
import { Head } from "./head.ts";
import { listPiece, type ListName } from "./lists.ts";
import { selectJournal } from "./journal.ts";
import { selectPasses } from "./inbound.ts";
import { type ManyAnswer, readMany } from "./many.ts";
import { type NewestAnswer, NewestPoints, readNewest } from "./newest.ts";
import { purgesOf } from "./purge.ts";
import { selectRefusals } from "./refusals.ts";
import { readSessions } from "./sessions.ts";
import { foldRolled } from "./rolled.ts";
import { Rollups } from "./rollup.ts";
import { type Sink, SeriesView } from "./scan.ts";
import { seriesStats } from "./stats.ts";
import type { FieldTypeSpec } from "../../../measure/types.ts";
import { ofForm } from "../../../measure/value.ts";
import type { Sql } from "./sql.ts";

/** A read transaction ends after so long (checkpoints wait for it) and the read goes on in another one. */
const PASS_MS = 500;
/** Series of which the newest point is looked up in one transaction. */
const NEWEST_PASS = 1_000;

/** The reading connection; lives in the reader worker and is synchronous. */
export class Reads {
  /** The unsealed log, decoded as far as it was when last looked at. */
  private head = new Head();

  /**
   * @param figures of the store, with the memory that the decoded log takes
   * @param close ends the connection
   */
  constructor(
    private readonly db: Sql,
    private readonly figures: (headBytes: number) => StoreStats,
    readonly close: () => void,
  ) {}

  /** See SeriesStore.read. @throws SQLite's errors, RangeError for a damaged block or record */
  read(series: number, from: number, to: number, limit: number): Columns {
    const found = new Collector(limit);
    if (limit > 0) this.scan(series, from, to, found, PASS_MS);
    return sliceOf(concat(found.pieces), 0, limit);
  }

  /** See SeriesStore.columnsOfMany. */
  many(asked: ManyRequest): ManyAnswer {
    return this.transaction(() => {
      this.catchUp();
      const slow = (id: number, most: number) => this.read(id, asked.from, asked.to, most);
      return readMany(this.db, this.head, asked, slow);
    });
  }

  /** See SeriesStore.before; one point or none. */
  before(series: number, at: number): Columns {
    return this.transaction(() => {
      this.catchUp();
      const found = SeriesView.of(this.db, this.head, series)?.before(at) ?? NO_POINTS;
      const kept = new Rollups(this.db).before(series, at, purgesOf(this.db, series));
      if (kept === null || kept.time <= (found.times[0] ?? Number.NEGATIVE_INFINITY)) return found;
      const value = ofForm(this.typeOf(series)?.form ?? "number", kept.value);
      return columnsFrom(new Float64Array([kept.time]), [value]);
    });
  }

  /** See SeriesStore.newest. */
  newest(series: Uint32Array, at: number): NewestAnswer {
    const out = new NewestPoints(series.length);
    const slow = (id: number): Point | null => {
      const found = this.before(id, at);
      const [time] = found.times;
      return time === undefined ? null : { time, value: valueAt(found, 0) };
    };
    for (let low = 0; low < series.length; low += NEWEST_PASS)
      this.transaction(() => {
        this.catchUp();
        readNewest(this.db, this.head, series.subarray(low, low + NEWEST_PASS), at, slow, out, low);
      });
    return out.answer;
  }

  /** See SeriesStore.aggregate. */
  aggregate(series: number, edges: Float64Array): Aggregates {
    const rolledTo = this.rolledTo(series);
    const figures = this.bucketsOf(series, edges, rolledTo, PASS_MS);
    // points moved into rollups between two transactions: once more in a single one
    if (this.rolledTo(series) === rolledTo) return figures;
    return this.transaction(() => this.bucketsOf(series, edges, this.rolledTo(series), Number.POSITIVE_INFINITY));
  }

  private bucketsOf(series: number, edges: Float64Array, rolledTo: number, pass: number): Aggregates {
    const from = edges[0] ?? 0;
    const end = edges[edges.length - 1] ?? from;
    const begin = Math.max(from, rolledTo);
    const counter = this.typeOf(series)?.isTotal ?? false;
    const fold = new Fold(edges, counter, counter ? totalOf(this.before(series, begin)) : null);
    const old = Math.min(rolledTo, end);
    const step = from < old ? this.transaction(() => this.rolledUp(series, edges, old, fold)) : null;
    this.scan(series, begin, end, fold, pass);
    return fold.done(step === null ? null : { before: rolledTo, step });
  }
  /** Gives a fold what rollups hold of the time before `to`, and what came late for it. Returns the longest step of them. */
  private rolledUp(series: number, edges: Float64Array, to: number, fold: Fold): number {
    const step = foldRolled(new Rollups(this.db), series, purgesOf(this.db, series), edges, to, fold);
    const late = new Fold(edges, false, null);
    this.scan(series, edges[0] ?? 0, to, late, Number.POSITIVE_INFINITY);
    fold.late(late);
    return step;
  }
  private typeOf(series: number): FieldTypeSpec | undefined {
    return new BlockTables(this.db).typeOf(series);
  }
  private rolledTo(series: number): number {
    return new BlockTables(this.db).rolledTo(series);
  }

  /** Gives a sink all of a range, in several transactions when it takes longer than `pass` ms. */
  private scan(series: number, from: number, to: number, sink: Sink, pass: number): void {
    for (let next: number | null = from; next !== null && next < to && !sink.full; ) {
      const start: number = next;
      next = this.transaction((): number | null => {
        const end = performance.now() + pass;
        this.catchUp();
        const view = SeriesView.of(this.db, this.head, series);
        return view === null ? null : view.scan(start, to, sink, () => performance.now() > end);
      });
    }
  }

  /** One view of the file; within another transaction that one's. */
  private transaction<T>(work: () => T): T {
    if (this.db.inTransaction) return work();
    this.db.query("BEGIN").run();
    try {
      return work();
    } finally {
      if (this.db.inTransaction) this.db.query("ROLLBACK").run();
    }
  }

  /** Brings the head to the log of this transaction's view. */
  private catchUp(): void {
    try {
      const first = this.db.query<{ id: number }, []>("SELECT id FROM log ORDER BY id LIMIT 1").get();
      if (first !== null && first.id <= this.head.lastId && !this.isInLog(this.head.lastId)) this.head = new Head();
      const rows = this.db.query<{ id: number; body: Uint8Array }, [number]>(
        "SELECT id, body FROM log WHERE id > ? ORDER BY id",
      );
      for (const { id, body } of rows.iterate(this.head.lastId)) this.head.add(id, body);
      if (first !== null) this.head.drop(first.id);
    } catch (error) {
      this.head = new Head();
      throw error;
    }
  }

  /** The newest record that was read may have been one that is taken out again (Writer.commit). */
  private isInLog(id: number): boolean {
    return this.db.query<{ id: number }, [number]>("SELECT id FROM log WHERE id = ?").get(id) !== null;
  }

  chunk(session: number, firstSeq: number): Uint8Array | null {
    const row = this.db
      .query<{ body: Uint8Array }, [number, number]>(
        "SELECT CASE WHEN shared IS NULL THEN queue_chunk.body ELSE (SELECT body FROM queue_body WHERE id = shared) END AS body " +
          "FROM queue_chunk JOIN session ON session.id = queue_chunk.session " +
          "WHERE queue_chunk.session = ? AND first_qn = ?",
      )
      .get(session, firstSeq);
    return row?.body ?? null;
  }

  /** See LogStore.readLog. */
  log(after: number, upTo: number, bytes: number): LogPiece {
    return this.transaction(() => {
      const first = this.db.query<{ id: number }, []>("SELECT id FROM log ORDER BY id LIMIT 1").get();
      // the record that the row behind `after` is in, or the first behind it
      const rows = this.db.query<{ id: number; count: number; body: Uint8Array }, [number, number]>(
        "SELECT id, count, body FROM log WHERE id >= coalesce((SELECT max(id) FROM log WHERE id <= ?), 0) AND id <= ? " +
          "ORDER BY id",
      );
      const records: LogRecord[] = [];
      let size = 0;
      for (const { id, count, body } of rows.iterate(after + 1, upTo)) {
        if (id + count <= after + 1) continue;
        records.push({ firstSeq: id, body });
        size += body.length;
        if (size >= bytes) break;
      }
      return { oldest: first?.id ?? null, records };
    });
  }

  /** See LogStore.bytesAfter. */
  bytesAfter(after: number): number {
    const sum = this.db.query<{ bytes: number }, [number]>(
      "SELECT coalesce(sum(length(body)), 0) AS bytes FROM log WHERE id + count > ?",
    );
    return sum.get(after + 1)?.bytes ?? 0;
  }

  /** See DeviceLogStore.readRefusals. */
  refusals(device: number | null, principal: string | null, limit: number): StoredRefusal[] {
    return selectRefusals(this.db, device, principal, limit);
  }
  readonly passes = (query: Parameters<typeof selectPasses>[1]) => selectPasses(this.db, query);

  /** See DeviceLogStore.readEvents. */
  readonly events = (query: EventQuery): StoredEvent[] => selectEvents(this.db, query);

  readonly sessions = (ids: readonly number[]) => this.transaction(() => readSessions(this.db, { ids }));
  readonly alerts = alertsIn(() => this.db);
  readonly list = (name: ListName, from: number) => listPiece(this.db, name, from);
  readonly journal = (query: Parameters<typeof selectJournal>[1]) => selectJournal(this.db, query);
  stats(): StoreStats {
    return this.figures(this.head.bytes);
  }
  /** See SeriesStore.seriesStats. */
  seriesStats(series: Uint32Array, before: Float64Array | undefined): SeriesStats {
    return this.transaction(() => {
      this.catchUp();
      return seriesStats(this.db, this.head, series, before);
    });
  }
}

/** Keeps the points of a scan, up to a limit. */
class Collector implements Sink {
  readonly pieces: Columns[] = [];
  private n = 0;
  constructor(private readonly limit: number) {}
  get full(): boolean {
    return this.n >= this.limit;
  }
  points(c: Columns): void {
    this.pieces.push(c);
    this.n += c.times.length;
  }
  block(block: Packed): void {
    this.points(block.columns());
  }
}

/** The number of a single point; null: there is none. */
function totalOf(c: Columns): number | null {
  return c.kind === "number" ? (c.num[0] ?? null) : null;
}
