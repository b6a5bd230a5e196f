import { errorText } from "../../../base/errors.ts";
import type { LogTail, NodeBus, RoadFigures, Seq, TailReader, TailRecord } from "../../ports.ts";
import { Alarm } from "./alarm.ts";
import { BusRoad, type OwnRecord } from "./bus-road.ts";
import { isFenced } from "./node-row.ts";
import { TailConnection, type TailConnectionOptions } from "./tail-connection.ts";
import { NEXT, Piece } from "./tail-records.ts";

interface TailOptions extends TailConnectionOptions {
  /** ms after which the log is looked at although nobody told of a commit. */
  readonly pollMs?: number;
  /** By which nodes tell each other of records, besides. */
  readonly bus?: NodeBus;
  /** The epoch in which a node is there; null: it is not. Absent: nobody knows, and none is asked for. */
  readonly epochOf?: (node: number) => number | null;
}

const RECORDS = 16; // of one question; they may be large
const POLL_MS = 250;
const RETRY_MS = 200;
/** ms that the bus has to bring what is known to be there, until the log is read for it. */
const GRACE_MS = 25;

/**
 * The log of PostgreSQL as it grows. Numbers are given under one lock, which a commit holds until it is visible, so whoever sees a record sees
 * all before it: what follows the last one that was read is read in order, and nothing can come in between. A commit tells the channel of
 * the log; a telling that is lost costs `pollMs`. What the bus brings is taken from there when it follows what was taken last; all else is
 * read from the log, and it is looked now and then whether the log has the same.
 */
export class PostgresTail implements LogTail {
  private readonly connection: TailConnection;
  private readonly road: BusRoad | null;
  private reader: TailReader | null = null;
  private position: Seq = 0;
  private movedAt = 0;
  private held = false;
  private stopped = false;
  private readonly alarm = new Alarm();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: TailOptions) {
    this.connection = new TailConnection(options, () => this.alarm.ring());
    const { bus, node, epochOf = null } = options;
    this.road = bus === undefined ? null : new BusRoad({ bus, node, epochOf }, () => this.arrived());
  }

  start(after: Seq, reader: TailReader): void {
    this.position = after;
    this.reader = reader;
    this.running = this.run(reader);
  }
  hold(): void {
    this.held = true;
  }
  release(): void {
    this.held = false;
    this.arrived();
    this.alarm.ring();
  }
  async stop(): Promise<void> {
    this.stopped = true;
    this.alarm.ring();
    await this.running;
    await this.connection.end();
  }
  /** This node has committed a record, and the database has waited for its standby: the others may be told. */
  committed(record: OwnRecord): void {
    this.road?.own(record);
  }
  get roads(): RoadFigures | null {
    return this.road?.figures ?? null;
  }

  private async run(reader: TailReader): Promise<void> {
    while (!this.stopped) {
      try {
        const more = await this.read(reader);
        if (!more) await this.quiet();
      } catch (error) {
        if (this.stopped) return;
        if (error instanceof RangeError || isFenced(error)) {
          this.stopped = true;
          reader.failed(error as Error);
          return;
        }
        this.options.onNotice?.(`The log cannot be read, and is tried again: ${errorText(error)}`);
        await this.alarm.wait(RETRY_MS);
      }
    }
  }
  /** Hands over the next records. Returns whether there may be more. @throws RangeError when one is damaged, or is gone */
  private async read(reader: TailReader): Promise<boolean> {
    if (this.held) return false;
    if (!this.connection.isSure) {
      const trust = await this.connection.begin(this.position, this.road !== null);
      if (trust !== null) this.road?.begin(trust);
    }
    const piece = new Piece(this.position, this.road?.unchecked ?? null);
    const values = [piece.from, this.options.node.id, RECORDS, this.position];
    const { rows } = await this.connection.ask({ text: NEXT, values, name: "tail" });
    for (const row of rows) {
      // what is held back is asked for again
      if (this.stopped || this.held) return false;
      const record = piece.next(row);
      // the bus may have been quicker
      if (record === null || record.firstSeq <= this.position) continue;
      if (this.road !== null) this.road.figures.read++;
      this.take(record, reader);
    }
    this.road?.checked(piece.known);
    this.arrived();
    return rows.length === RECORDS;
  }
  private take(record: TailRecord, reader: TailReader): void {
    this.position = record.firstSeq + record.count - 1;
    this.movedAt = performance.now();
    reader.record(record);
  }
  /** Hands over what the bus brought, as far as it follows; what is missing before the rest is seen to soon. */
  private arrived(): void {
    const { road, reader } = this;
    if (road === null || reader === null) return;
    while (!this.held && !this.stopped && this.connection.isSure) {
      const record = road.next(this.position);
      if (record === null) break;
      this.take(record, reader);
    }
    if (road.hasMore) this.alarm.ring();
  }
  /** Until there is a reason to look at the log: the bus brings what it was told of, if there is one. */
  private async quiet(): Promise<void> {
    const end = performance.now() + (this.options.pollMs ?? POLL_MS);
    do {
      await this.alarm.wait(end - performance.now());
      const { road } = this;
      if (road === null || !road.isOpen || !this.connection.isSure || this.stopped) return;
      const at = this.position;
      await Bun.sleep(GRACE_MS);
      const isStill = this.position === at && performance.now() - this.movedAt > 2 * GRACE_MS;
      if (isStill || road.hasMore) return;
    } while (performance.now() < end);
  }
}
