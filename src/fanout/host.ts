import type { Metrics } from "../base/metrics.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { StoreOp } from "../store/ports.ts";
import type { Delivery } from "../session/delivery.ts";
import type { Entry } from "../session/queue.ts";
import type { RecordWriter, TakenRow } from "../store/record.ts";
import type { ChunkLine } from "./chunk-line.ts";
import type { Keeper, QueueLimits } from "./keeper.ts";
import type { Ledger } from "./ledger.ts";
import type { Link } from "./link.ts";
import type { QueueMemory } from "./memory.ts";
import type { Tails } from "./tails.ts";
import type { DeliveryProperties } from "./publish.ts";

/** Has something to do when a commit is durable. */
export interface AwaitsCommit {
  /** @param id of a delivery @param now µs of the steady clock */
  committed(id: number, now: number): void;
}
/** Has something to tell with the next commit. */
export interface Newsbearer {
  tellNews(): void;
}

/** What an outlet needs of the fan-out around it; the hub. */
export interface OutletHost {
  readonly metrics: Metrics;
  readonly limits: QueueLimits;
  /** Log rows are being replayed. */
  readonly recovering: boolean;
  /** Reused for every entry that is read. */
  readonly entry: Entry;
  /** Reused for every message that is queued. */
  readonly delivery: Delivery;
  /** Reused for every v5 delivery. */
  readonly properties: DeliveryProperties;
  /** Reused for every message that a member of a shared subscription takes. */
  readonly taken: TakenRow;
  /** There is something to send: pump it in this turn. */
  touch(keeper: Keeper): void;
  /** Device of a series; null when it is gone. */
  deviceOf(series: number): DeviceNode | null;
  /** The topic name a series is published on, UTF-8. */
  topicOf(series: number): Uint8Array;
  /** Adds `timestamp` and `unit` of a measurement. */
  describe(props: DeliveryProperties, series: number, time: number): void;
  /** The record of the next commit, for session operations. */
  writer(): RecordWriter;
  /** Puts `taken` into the record of the next commit. */
  noteTaken(): void;
  /** Rare parts of the next commit. */
  operation(op: StoreOp): void;
  /** Calls `outlet.committed(id)` when all that was handed over so far is durable, however long that takes. */
  afterCommit(outlet: AwaitsCommit, id: number): void;
  /** The same for a function. */
  whenDurable(fn: () => void): void;
  /** A checkpoint of the outlet's session, or of the shared subscription, goes into the next commit. */
  checkpointDue(keeper: Keeper): void;
  /** What the outlet has to tell of its QoS 1 deliveries rides along with the next commit, which is soon. */
  noteNews(outlet: Newsbearer): void;
  /** Sends a PUBREL in its shortest form. */
  sendPubrel(link: Link, id: number): void;
  /** A queue overflowed for the first time. */
  overflowed(keeper: Keeper): void;
  /** What waits in queues. */
  readonly memory: QueueMemory;
  /** What waits in the store. */
  readonly ledger: Ledger;
  /** What waits in memory to become chunks. */
  readonly tails: Tails;
  /** Chunks on their way to the store. */
  readonly chunks: ChunkLine;
  /** Body of a stored chunk. */
  readChunk(session: number, firstSeq: number): Promise<Uint8Array | null>;
}

/** What those need of it that write to connections beside the queues. */
export interface WritingHost extends OutletHost {
  /** Something was written to a link beside its queue: it is sent in this turn, and others wait when that is much. */
  wrote(link: Link): void;
}
