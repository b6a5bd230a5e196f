import type { LogTail, Seq, TailReader, TailRecord } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { Batch } from "./batch.ts";
import type { CommitLine } from "./commits.ts";
import type { OwnTurns } from "./commit-events.ts";
import type { ForeignRecords } from "./foreign.ts";
import type { LogOrder } from "./order.ts";

interface TurnsNeeds {
  /** This node's number. */
  readonly node: number;
  readonly order: LogOrder;
  readonly foreign: Pick<ForeignRecords, "apply">;
  readonly commits: Pick<CommitLine, "publish" | "publishing" | "committedBytes">;
  /** The log cannot be followed any more: the node must end. */
  readonly failed: (why: Error) => void;
}

/** Batches and records that may wait for what stands before them; beyond, reading stops, of clients and of the log. */
const MOST_WAITING = 16;
/** Batches that may be with those who publish them when the next record of another node has its turn. */
const MOST_PUBLISHING = 4;

/**
 * Among several nodes: rows of this node and of others take effect one after the other, in the order of the log. A batch of this
 * node is acknowledged when it is durable, and has its turn when all before it were told of.
 */
export class Turns implements OwnTurns, TailReader {
  private readonly mine: Batch[] = [];
  private readonly others: TailRecord[] = [];
  private busy = false;
  private tail: LogTail | null = null;
  private isHolding = false;
  /** Rows that were handed out tell what changes who hears: what follows is read when that is done. */
  private isBarred = false;
  private isOver = false;
  /** The last row of the log that it was told of. */
  known: Seq;
  /** How many want that nothing has its turn for a moment. */
  private pauses = 0;

  /** @param applied all rows up to this one have had their turn */
  constructor(
    private readonly needs: TurnsNeeds,
    public applied: Seq,
  ) {
    this.known = applied;
  }

  /** Reads the log from here on. */
  follow(tail: LogTail): void {
    this.tail = tail;
    tail.start(this.applied, this);
  }
  get isBehind(): boolean {
    return this.mine.length + this.others.length > MOST_WAITING;
  }
  /** A batch of this node is durable, and has its number. */
  own(batch: Batch): void {
    this.mine.push(batch);
    this.known = Math.max(this.known, batch.firstSeq + batch.records - 1);
    this.advance();
  }
  /** The log has another record; they come in their order. */
  record(record: TailRecord): void {
    this.known = Math.max(this.known, record.firstSeq + record.count - 1);
    // those of this node come as batches, maybe later
    if (record.node === this.needs.node) return;
    this.others.push(record);
    this.advance();
  }
  /** Rows were published, and there is room for more. */
  resume(): void {
    if (this.others.length + this.mine.length > 0) this.advance();
  }
  /** Nothing has its turn until the function that it returns is called: what has had it stays as it is. */
  pause(): () => void {
    this.pauses++;
    return () => {
      this.pauses--;
      this.advance();
    };
  }
  /** What this node gave up may have its place in the log all the same: it must begin anew with what is there. */
  gaveUp(): void {
    this.failed(new Error("A commit was given up: what others have read of it can be told by a new start alone."));
  }
  /** Nothing has its turn any more. */
  failed(why: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.needs.failed(why);
  }

  private advance(): void {
    // what is published may bring the next one
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.step());
    } finally {
      this.busy = false;
    }
    const isHolding = this.others.length > (this.isHolding ? MOST_WAITING / 2 : MOST_WAITING);
    if (isHolding === this.isHolding) return;
    this.isHolding = isHolding;
    if (isHolding) this.tail?.hold();
    else this.tail?.release();
  }
  /** Gives the next one its turn; false: it is not here yet. */
  private step(): boolean {
    const { mine, others } = this;
    if (this.isOver || this.pauses > 0) return false;
    if (this.isBarred && this.needs.commits.publishing > 0) return false;
    this.isBarred = false;
    const [batch] = mine;
    if (batch !== undefined && (batch.records === 0 || batch.firstSeq === this.applied + 1)) {
      mine.shift();
      // nothing of it is in the log: it stands before the row that comes next
      if (batch.records === 0) batch.firstSeq = this.applied + 1;
      this.needs.order.settle(batch);
      this.applied += batch.records;
      this.needs.commits.publish(batch);
      return true;
    }
    const [record] = others;
    if (record === undefined || record.firstSeq !== this.applied + 1) return false;
    if (this.needs.commits.publishing > MOST_PUBLISHING) return false;
    others.shift();
    const { body } = record;
    try {
      if (body === null) throw new RangeError("a record of another node came without its rows");
      const rows = this.needs.foreign.apply({ ...record, body });
      this.applied += record.count;
      this.needs.commits.committedBytes += body.length;
      this.isBarred = rows.news.some(({ what }) => what === Told.Fleet || what === Told.NodeGone);
      this.needs.commits.publish(rows);
      return true;
    } catch (error) {
      this.failed(new Error(`The log cannot be read at row ${record.firstSeq}.`, { cause: error }));
      return false;
    }
  }
}
