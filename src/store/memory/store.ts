import { Refusal } from "../../base/errors.ts";
import { columnsOf } from "../columns.ts";
import type {
  AggregateRequest,
  Aggregates,
  Columns,
  CommitBatch,
  Committed,
  DataStore,
  EventQuery,
  IdKind,
  IdRange,
  LogPiece,
  LogRecord,
  ManyColumns,
  ManyRequest,
  Opened,
  Point,
  Seq,
  SeriesStats,
  SeriesStatsRequest,
  StoredEvent,
  StoredRefusal,
  StoreStats,
} from "../ports.ts";
import { rowsOf } from "../record.ts";
import { checkBatch, checkEdges, checkMany, checkNewest, checkStats } from "../requests.ts";
import { MemoryData } from "./data.ts";
import { columnsOfLists, logPiece, pointsWithin } from "./points.ts";

/** All ports of data in memory: an engine for tests, which keeps what it promises and forgets it with the process. */
export class MemoryDataStore implements DataStore {
  private isOpen = false;
  private committing = false;
  private next: Record<IdKind, number> = { series: 1, session: 1 };

  /** @param node that commits to it, of several */
  constructor(
    readonly data: MemoryData = new MemoryData(),
    protected readonly node = 0,
  ) {}

  async open(): Promise<Opened> {
    this.isOpen = true;
    this.next = { series: this.data.series.next, session: this.data.sessions.next };
    return this.data.opened();
  }
  async close(): Promise<void> {
    this.isOpen = false;
  }
  /** @throws Refusal storage_unavailable while it is not open */
  private get there(): MemoryData {
    if (!this.isOpen) throw new Refusal("storage_unavailable", "The store is not open.");
    return this.data;
  }

  async reserve(kind: IdKind, count: number): Promise<IdRange> {
    const first = this.next[kind];
    this.next[kind] += count;
    return { first, count };
  }
  async commit(batch: CommitBatch): Promise<Committed> {
    if (this.committing) throw new RangeError("one commit at a time");
    const { there } = this;
    checkBatch(batch);
    this.committing = true;
    try {
      return await this.store(batch, there);
    } finally {
      this.committing = false;
    }
  }
  /** Applies a commit; tests let it wait, fail, or be cut off here. */
  protected store(batch: CommitBatch, data: MemoryData): Committed | Promise<Committed> {
    return data.apply(batch, this.node);
  }

  readonly series = () => piece(() => this.there.series.states());
  readonly sessions = () => piece(() => this.there.sessions.recovered());
  readonly owners = () => piece(() => this.there.sessions.owners());
  readonly sessionsOf: DataStore["sessionsOf"] = async (ids) => this.there.sessions.recovered(new Set(ids));
  readonly presence = () =>
    piece(() => [...this.there.deviceLog.presence.values()].sort((a, b) => a.device - b.device));
  readonly gone = () => piece(() => this.there.deviceLog.gone());
  readonly consumers = () => piece(() => [...this.there.consumers.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
  readonly arrivals = () => piece(() => this.there.inbound.arrivals());
  readonly suggestions = () => piece(() => this.there.inbound.suggestions());
  async *retained(): AsyncGenerator<Uint8Array> {
    yield* [...this.there.retained.values()];
  }
  async *replay(after: Seq): AsyncGenerator<LogRecord> {
    for (const record of this.there.log) if (record.firstSeq + rowsOf(record.body) - 1 > after) yield record;
  }
  async bytesAfter(after: Seq): Promise<number> {
    return this.there.bytesAfter(after);
  }
  async readLog(after: Seq, upTo: Seq, bytes: number): Promise<LogPiece> {
    return logPiece(this.there.log, after, upTo, bytes);
  }

  async read(series: number, from: number, to: number, limit: number): Promise<Point[]> {
    return pointsWithin(this.there.series.points(series), from, to, limit);
  }
  async columns(series: number, from: number, to: number, limit: number): Promise<Columns> {
    return columnsOf(await this.read(series, from, to, limit));
  }
  async columnsOfMany(asked: ManyRequest): Promise<ManyColumns> {
    checkMany(asked);
    const { series, from, to, limit } = asked;
    const { there } = this;
    return columnsOfLists(
      Array.from(series, (id) => pointsWithin(there.series.points(id), from, to, limit)),
      limit,
    );
  }
  async before(series: number, at: number): Promise<Point | null> {
    return this.there.series.before(series, at);
  }
  async newest(series: Uint32Array, at: number): Promise<(Point | null)[]> {
    checkNewest(series);
    const { there } = this;
    return Array.from(series, (id) => there.series.before(id, at));
  }
  async aggregate({ series, edges }: AggregateRequest): Promise<Aggregates> {
    checkEdges(edges);
    return this.there.series.aggregate(series, edges);
  }
  async seriesStats(request: SeriesStatsRequest): Promise<SeriesStats> {
    checkStats(request);
    return this.there.series.stats(request);
  }

  async readChunk(session: number, firstSeq: number): Promise<Uint8Array | null> {
    return this.there.sessions.get(session)?.chunks.get(firstSeq)?.body ?? null;
  }
  async readRefusals(device: number | null, principal: string | null, limit: number): Promise<StoredRefusal[]> {
    return this.there.deviceLog.readRefusals(device, principal, limit);
  }
  async readEvents(query: EventQuery): Promise<StoredEvent[]> {
    return this.there.deviceLog.readEvents(query);
  }
  readonly readPasses: DataStore["readPasses"] = async (query) => this.there.inbound.read(query);
  readonly readAlerts: DataStore["readAlerts"] = async (query) => this.there.alerts.read(query);
  readonly readAlert: DataStore["readAlert"] = async (id) => this.there.alerts.get(id);
  readonly readTasks: DataStore["readTasks"] = async (after, limit) => this.there.alerts.tasks(after, limit);
  readonly readJournal: DataStore["readJournal"] = async (query) => this.there.journals.read(query);
  async stats(): Promise<StoreStats> {
    return this.there.stats();
  }
}

/** All of it at once, when it is asked for. */
async function* piece<T>(all: () => readonly T[]): AsyncGenerator<readonly T[]> {
  yield all();
}
