import { Refusal } from "../../../base/errors.ts";
import type { Answer, Numbered } from "../worker-messages.ts";
import type { Columns } from "./block/columns.ts";
import type { ReaderRequest } from "./protocol.ts";
import type { Reads } from "./reads.ts";

declare const self: Worker;

/** What a reader worker is of. */
interface ReaderEngine<Place> {
  readonly open: (place: Place) => Reads;
  /** What callers are told of an error. */
  readonly refusal: (error: unknown) => Refusal;
}

/** Makes this thread a reader worker. */
export function serveReads<Place>(engine: ReaderEngine<Place>): void {
  const pump = new Pump<Place>(engine);
  self.onmessage = (event: MessageEvent) => {
    const { no, request } = event.data as Numbered<ReaderRequest<Place>>; // only the store's WorkerLink posts here
    pump.handle(no, request);
  };
}

class Pump<Place> {
  private reads: Reads | null = null;
  constructor(private readonly engine: ReaderEngine<Place>) {}

  handle(no: number, request: ReaderRequest<Place>): void {
    let answer: Answer;
    try {
      answer = { no, value: this.perform(request) };
    } catch (error) {
      const refusal = this.engine.refusal(error);
      answer = { no, failure: { code: refusal.code, message: refusal.message } };
    }
    self.postMessage(answer, "value" in answer ? buffersOf(answer.value) : []);
  }

  private perform(request: ReaderRequest<Place>): unknown {
    if (request.t === "open") {
      this.reads = this.engine.open(request.place);
      return null;
    }
    const reads = this.reads;
    if (reads === null) throw new Refusal("storage_unavailable", "The store is not open.");
    switch (request.t) {
      case "read":
        return owned(reads.read(request.series, request.from, request.to, request.limit));
      case "many":
        return reads.many(request.asked);
      case "before":
        return owned(reads.before(request.series, request.at));
      case "newest":
        return reads.newest(request.series, request.at);
      case "aggregate":
        return reads.aggregate(request.series, request.edges);
      case "chunk":
        return reads.chunk(request.session, request.firstSeq);
      case "sessions":
        return reads.sessions(request.ids);
      case "refusals":
        return reads.refusals(request.device, request.principal, request.limit);
      case "log":
        return reads.log(request.after, request.upTo, request.bytes);
      case "bytesAfter":
        return reads.bytesAfter(request.after);
      case "list":
        return reads.list(request.list, request.from);
      case "events":
        return reads.events(request.query);
      case "passes":
        return reads.passes(request.query);
      case "alerts":
        return reads.alerts.select(request.query);
      case "alert":
        return reads.alerts.one(request.id);
      case "tasks":
        return reads.alerts.tasks(request.after, request.limit);
      case "journal":
        return reads.journal(request.query);
      case "stats":
        return reads.stats();
      case "seriesStats":
        return reads.seriesStats(request.series, request.before);
      case "close":
        this.reads = null;
        reads.close();
        return null;
      default:
        return request satisfies never;
    }
  }
}

/**
 * The columns of an answer are moved, not copied: of long ones a copy would take the main thread's time. Each is an array of its
 * own that nobody here looks at any more.
 */
function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const column of typeof value === "object" && value !== null ? Object.values(value) : [])
    if (ArrayBuffer.isView(column) && column.byteLength > 0 && column.buffer instanceof ArrayBuffer)
      buffers.add(column.buffer);
  return [...buffers];
}

/** A view would drag the whole buffer under it through the message. */
function owned(c: Columns): Columns {
  const own = (column: Float64Array): Float64Array =>
    column.byteLength === column.buffer.byteLength ? column : column.slice();
  const times = own(c.times);
  switch (c.kind) {
    case "number":
    case "boolean":
      return { kind: c.kind, times, num: own(c.num) };
    case "geo":
      return { kind: c.kind, times, num: own(c.num), num2: own(c.num2) };
    default:
      return { ...c, times };
  }
}
