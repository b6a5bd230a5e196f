import type { Metrics } from "../base/metrics.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { StoreOp } from "../store/ports.ts";
import type { Delivery } from "../session/delivery.ts";
import type { Entry, MessageQueue } from "../session/queue.ts";
import type { RecordWriter, TakenRow } from "../store/record.ts";
import type { Backlog } from "./backlog.ts";
import type { Ledger, StoredBody } from "./ledger.ts";
import type { Link } from "./link.ts";
import type { Outlet } from "./outlet.ts";
import type { Tails } from "./tails.ts";
import type { DeliveryProperties } from "./publish.ts";

/** Bounds of what waits for one client. */
export interface QueueLimits {
  /** Messages that wait for a session. */
  readonly maxQueued: number;
  /** Bytes in memory of messages that wait for a session. */
  readonly maxQueuedBytes: number;
  /** Bytes in the store of messages that wait for all sessions of one account, and of all accounts together. */
  readonly maxStoredBytesPerAccount: number;
  readonly maxStoredBytes: number;
  /** Bytes of unsent output, beyond which QoS 0 is dropped. */
  readonly maxUnsent: number;
}

/** Something for which messages wait: a session's outlet, a shared subscription. */
export interface Keeper {
  /** Number of its stored row; 0: it writes nothing. */
  stored: number;
  queue: MessageQueue | null;
  /** In the hub's list of what is to be pumped. */
  touched: boolean;
  /** Nothing waits for it any more. */
  readonly gone: boolean;
  /** Somebody takes what comes. */
  readonly attended: boolean;
  readonly backlog: Backlog;
  /** Whose it is, and its name there; for people. */
  readonly owner: string;
  readonly name: string;
  pump(now: number): void;
  /** The oldest chunk goes: there is no room for it in the store any more. */
  dropChunk(): void;
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
  afterCommit(outlet: Outlet, id: number): void;
  /** The same for a function. */
  whenDurable(fn: () => void): void;
  /** A checkpoint of the outlet's session, or of the shared subscription, goes into the next commit. */
  checkpointDue(keeper: Keeper): void;
  /** What the outlet has to tell of its QoS 1 deliveries rides along with the next commit, which is soon. */
  noteNews(outlet: Outlet): void;
  /** Sends a PUBREL in its shortest form. */
  sendPubrel(link: Link, id: number): void;
  /** A queue overflowed for the first time. */
  overflowed(keeper: Keeper): void;
  /** What waits in the store. */
  readonly ledger: Ledger;
  /** What waits in memory to become chunks. */
  readonly tails: Tails;
  /** A chunk's body with a copy of these bytes until it is durable, or the one of the next commit that is equal. */
  bodyOf(bytes: Uint8Array): StoredBody;
  /** Body of a stored chunk. */
  readChunk(session: number, firstSeq: number): Promise<Uint8Array | null>;
}
