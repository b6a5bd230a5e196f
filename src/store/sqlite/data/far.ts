import { columnsOf } from "../../columns.ts";
import type {
  AggregateRequest,
  Aggregates,
  Columns,
  CommitBatch,
  Committed,
  DataStore,
  IdKind,
  IdRange,
  LogPiece,
  LogRecord,
  ManyColumns,
  ManyRequest,
  Opened,
  Point,
  RecoveredSession,
  Seq,
  SeriesState,
  SeriesStats,
  SeriesStatsRequest,
  StoredPresence,
  StoredRefusal,
  StoredSeen,
  StoreStats,
} from "../../ports.ts";
import { rowsOf } from "../../record.ts";
import { checkEdges, checkMany, checkNewest, checkStats } from "../../requests.ts";
import { type Columns as StoredColumns, valueAt, valuesOf } from "./block/columns.ts";
import type { PieceOf, Pieces } from "./found.ts";
import { LIST_PIECE, type ListName, type Lists } from "./lists.ts";
import { columnsOfAnswer, type ManyAnswer } from "./many.ts";
import { type NewestAnswer, pointsOfNewest } from "./newest.ts";
import type { ReadRequest } from "./protocol.ts";
import { type PackedSeries, unpackSeries } from "./series-columns.ts";

/** Bytes of the log that a replay reads ahead. */
const REPLAY_BYTES = 4 * 1024 * 1024;

/** A data store whose work is done by workers: how they are asked for what is stored, whatever the engine. */
export abstract class FarData implements DataStore {
  abstract open(): Promise<Opened>;
  abstract reserve(kind: IdKind, count: number): Promise<IdRange>;
  abstract commit(batch: CommitBatch): Promise<Committed>;
  abstract close(): Promise<void>;
  /** The next piece of what the start found; null: there is no more. */
  protected abstract found<Sent>(what: PieceOf): Promise<Sent | null>;
  protected abstract readerCall<T>(request: ReadRequest, transfer?: ArrayBuffer[]): Promise<T>;

  async *series(): AsyncGenerator<readonly SeriesState[]> {
    for await (const packed of this.pieces<"series", PackedSeries>("series")) yield unpackSeries(packed);
  }
  sessions(): AsyncIterable<readonly RecoveredSession[]> {
    return this.pieces("sessions");
  }
  readonly owners = () => this.pieces<"owners">("owners");
  readonly sessionsOf: DataStore["sessionsOf"] = (ids) => this.readerCall({ t: "sessions", ids });
  presence(): AsyncIterable<readonly StoredPresence[]> {
    return this.pieces("presence");
  }
  gone(): AsyncIterable<readonly StoredSeen[]> {
    return this.pieces("gone");
  }
  readonly consumers = () => this.list("consumers");
  readonly arrivals = () => this.list("arrivals");
  readonly suggestions = () => this.list("suggestions");
  retained(): AsyncIterable<Uint8Array> {
    return this.pieces("retained");
  }
  private async *pieces<What extends PieceOf, Sent = Pieces[What]>(what: What): AsyncGenerator<Sent> {
    for (;;) {
      const piece = await this.found<Sent>(what);
      if (piece === null) return;
      yield piece;
    }
  }
  private async *list<Name extends ListName>(list: Name): AsyncGenerator<readonly Lists[Name][]> {
    for (let from = 0; ; from += LIST_PIECE) {
      const piece = await this.readerCall<readonly Lists[Name][]>({ t: "list", list, from });
      yield piece;
      if (piece.length < LIST_PIECE) return;
    }
  }
  async *replay(after: Seq): AsyncGenerator<LogRecord> {
    for (let at = after; ; ) {
      const { records } = await this.readLog(at, Number.MAX_SAFE_INTEGER, REPLAY_BYTES);
      yield* records;
      const last = records.at(-1);
      if (last === undefined) return;
      at = last.firstSeq + rowsOf(last.body) - 1;
    }
  }

  async read(series: number, from: number, to: number, limit: number): Promise<Point[]> {
    const found = await this.readerCall<StoredColumns>({ t: "read", series, from, to, limit });
    return Array.from(found.times, (time, i) => ({ time, value: valueAt(found, i) }));
  }
  async columns(series: number, from: number, to: number, limit: number): Promise<Columns> {
    const found = await this.readerCall<StoredColumns>({ t: "read", series, from, to, limit });
    const { kind, times } = found;
    if (kind === "mixed") return columnsOf(found.odd.map((value, i) => ({ time: times[i] ?? 0, value })));
    return { times, values: kind === "number" || kind === "boolean" ? found.num : valuesOf(found) };
  }
  async columnsOfMany(asked: ManyRequest): Promise<ManyColumns> {
    checkMany(asked);
    return columnsOfAnswer(await this.readerCall<ManyAnswer>({ t: "many", asked }));
  }
  async before(series: number, at: number): Promise<Point | null> {
    const found = await this.readerCall<StoredColumns>({ t: "before", series, at });
    const [time] = found.times;
    return time === undefined ? null : { time, value: valueAt(found, 0) };
  }
  async newest(series: Uint32Array, at: number): Promise<(Point | null)[]> {
    checkNewest(series);
    return pointsOfNewest(await this.readerCall<NewestAnswer>({ t: "newest", series, at }));
  }
  async aggregate({ series, edges }: AggregateRequest): Promise<Aggregates> {
    checkEdges(edges);
    const own = edges.slice(); // a copy that is moved costs less than what a message copies
    return this.readerCall({ t: "aggregate", series, edges: own }, [own.buffer]);
  }
  readChunk(session: number, firstSeq: number): Promise<Uint8Array | null> {
    return this.readerCall({ t: "chunk", session, firstSeq });
  }
  readRefusals(device: number | null, principal: string | null, limit: number): Promise<StoredRefusal[]> {
    return this.readerCall({ t: "refusals", device, principal, limit });
  }
  readLog(after: number, upTo: number, bytes: number): Promise<LogPiece> {
    return this.readerCall({ t: "log", after, upTo, bytes });
  }
  bytesAfter(after: Seq): Promise<number> {
    return this.readerCall({ t: "bytesAfter", after });
  }
  readonly readEvents: DataStore["readEvents"] = (query) => this.readerCall({ t: "events", query });
  readonly readPasses: DataStore["readPasses"] = (query) => this.readerCall({ t: "passes", query });
  readonly readAlerts: DataStore["readAlerts"] = (query) => this.readerCall({ t: "alerts", query });
  readonly readAlert: DataStore["readAlert"] = (id) => this.readerCall({ t: "alert", id });
  readonly readTasks: DataStore["readTasks"] = (after, limit) => this.readerCall({ t: "tasks", after, limit });
  readonly readJournal: DataStore["readJournal"] = (query) => this.readerCall({ t: "journal", query });
  stats(): Promise<StoreStats> {
    return this.readerCall({ t: "stats" });
  }
  async seriesStats(request: SeriesStatsRequest): Promise<SeriesStats> {
    checkStats(request);
    const { series, before } = request;
    return this.readerCall({ t: "seriesStats", series, before });
  }
}
