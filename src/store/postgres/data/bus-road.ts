import { type BusRecord, busMessage, busRecord } from "../../bus-record.ts";
import type { NodeBus, RoadFigures, Seq, TailRecord } from "../../ports.ts";
import { markOf } from "../../sqlite/data/mark.ts";

/** What came and has to wait for what is before it, at most; the rest is read from the log. */
const MOST_BYTES = 8 << 20;
const MOST_RECORDS = 256;

interface RoadOptions {
  readonly bus: NodeBus;
  readonly node: { readonly id: number; readonly epoch: number };
  /** The epoch in which a node is there; null: it is not. null itself: nobody knows, and none is asked for. */
  readonly epochOf: ((node: number) => number | null) | null;
}

/** A record of this node that is durable. */
export interface OwnRecord {
  readonly firstSeq: Seq;
  readonly count: number;
  readonly body: Uint8Array;
  /** Of the database's server that took it; 0: nobody knows. */
  readonly timeline: number;
}

/**
 * Records that came by the bus, until the tail takes those that follow its position exactly. Only records are sent that are durable and
 * in the log. What is taken is believed only from nodes that commit to the very server of the database whose log the tail reads: after a
 * failover that lost something its numbers are given anew.
 */
export class BusRoad {
  readonly figures: RoadFigures = { taken: 0, read: 0, refused: 0 };
  private readonly waiting = new Map<Seq, BusRecord>();
  private bytes = 0;
  private key: Uint8Array | null = null;
  private timeline = 0;
  private last: Pick<BusRecord, "firstSeq" | "mark"> | null = null;

  /** @param arrived something came that may be what comes next */
  constructor(
    private readonly options: RoadOptions,
    private readonly arrived: () => void,
  ) {
    options.bus.hear((message) => this.hear(message));
  }
  /** Records come this way, as far as anybody knows. */
  get isOpen(): boolean {
    return this.key !== null && this.timeline !== 0 && this.options.bus.isConnected;
  }
  /** What came before is not believed. @param key secret of the store @param timeline of the server whose log is read; 0: nobody knows */
  begin({ key, timeline }: { readonly key: Uint8Array; readonly timeline: number }): void {
    this.key = key;
    this.timeline = timeline;
    this.waiting.clear();
    this.bytes = 0;
  }

  private hear(message: Uint8Array): void {
    if (this.key === null) return;
    const record = busRecord(message, this.key);
    if (record === null || !this.isBelieved(record)) {
      this.figures.refused++;
      return;
    }
    this.keep(record);
  }
  private isBelieved({ firstSeq, node, epoch, timeline, mark, body }: BusRecord): boolean {
    const { epochOf } = this.options;
    if (timeline !== this.timeline || timeline === 0) return false;
    if (epochOf !== null && epochOf(node) !== epoch) return false;
    return body === null || markOf(firstSeq, body) === mark;
  }
  private keep(record: BusRecord): void {
    const bytes = record.body?.length ?? 0;
    if (this.waiting.size < MOST_RECORDS && this.bytes + bytes <= MOST_BYTES && !this.waiting.has(record.firstSeq)) {
      this.waiting.set(record.firstSeq, record);
      this.bytes += bytes;
    }
    this.arrived();
  }

  /** Tells the others of a record of this node, and has its turn here. It must be durable: the database has waited for its standby. */
  own({ firstSeq, count, body, timeline }: OwnRecord): void {
    const { node, bus } = this.options;
    if (this.key === null || timeline === 0) return;
    const record = { firstSeq, count, node: node.id, epoch: node.epoch, timeline, mark: markOf(firstSeq, body) };
    if (bus.isConnected) bus.send(busMessage({ ...record, body }, this.key, bus.most));
    if (timeline === this.timeline) this.keep({ ...record, body: null });
  }

  /** The record that follows the position; null: it did not come, or only the log has it. */
  next(position: Seq): TailRecord | null {
    const record = this.waiting.get(position + 1);
    if (record === undefined) {
      this.forget(position);
      return null;
    }
    const { firstSeq, count, node, body, mark } = record;
    // too large for the bus: it stays, and says that the log is to be read
    if (body === null && node !== this.options.node.id) return null;
    this.drop(record);
    this.last = { firstSeq, mark };
    this.figures.taken++;
    return { firstSeq, count, node, body: node === this.options.node.id ? null : body };
  }
  private forget(position: Seq): void {
    for (const record of this.waiting.values()) if (record.firstSeq <= position) this.drop(record);
  }
  private drop(record: BusRecord): void {
    if (this.waiting.delete(record.firstSeq)) this.bytes -= record.body?.length ?? 0;
  }
  /** Something came that does not follow the position: what lies between did not come. */
  get hasMore(): boolean {
    return this.waiting.size > 0;
  }

  /** The last record that was taken and of which nobody asked yet whether the log has the same. */
  get unchecked(): Pick<BusRecord, "firstSeq" | "mark"> | null {
    return this.last;
  }
  /** The log has it. */
  checked(known: Pick<BusRecord, "firstSeq" | "mark"> | null): void {
    if (this.last === known) this.last = null;
  }
}
