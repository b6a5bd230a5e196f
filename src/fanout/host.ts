import type { Metrics } from "../base/metrics.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { Entry } from "../session/queue.ts";
import type { StoreOp } from "../store/ports.ts";
import type { RecordWriter } from "../store/record.ts";
import type { Link } from "./link.ts";
import type { Outlet } from "./outlet.ts";
import type { DeliveryProperties } from "./publish.ts";

/** Bounds of what waits for one client. */
export interface QueueLimits {
  /** Messages that wait for a session. */
  readonly maxQueued: number;
  /** Bytes in memory of messages that wait for a session. */
  readonly maxQueuedBytes: number;
  /** Bytes of unsent output, beyond which QoS 0 is dropped. */
  readonly maxUnsent: number;
}

/** What an outlet needs of the fan-out around it; the hub. */
export interface OutletHost {
  readonly metrics: Metrics;
  readonly limits: QueueLimits;
  /** Log rows are being replayed. */
  readonly recovering: boolean;
  /** Reused for every entry that is read. */
  readonly entry: Entry;
  /** Reused for every v5 delivery. */
  readonly properties: DeliveryProperties;
  /** The outlet has something to send: pump it in this turn. */
  touch(outlet: Outlet): void;
  /** Device of a series; null when it is gone. */
  deviceOf(series: number): DeviceNode | null;
  /** The topic name a series is published on, UTF-8. */
  topicOf(series: number): Uint8Array;
  /** Adds `timestamp` and `unit` of a measurement. */
  describe(props: DeliveryProperties, series: number, time: number): void;
  /** The record of the next commit, for session operations. */
  writer(): RecordWriter;
  /** Rare parts of the next commit. */
  operation(op: StoreOp): void;
  /** Calls `outlet.committed(id)` when all that was handed over so far is durable, however long that takes. */
  afterCommit(outlet: Outlet, id: number): void;
  /** The same for a function. */
  whenDurable(fn: () => void): void;
  /** A checkpoint of the outlet's session goes into the next commit. */
  checkpointDue(outlet: Outlet): void;
  /** The outlet's acknowledgements ride along with the next commit. */
  noteAcked(outlet: Outlet): void;
  sendPubrel(link: Link, outlet: Outlet, id: number): void;
  /** The outlet's queue overflowed for the first time. */
  overflowed(outlet: Outlet): void;
  /** Body of a stored chunk. */
  readChunk(session: number, firstSeq: number): Promise<Uint8Array | null>;
}
