import type { Seq, TailRecord } from "../store/ports.ts";
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
  readonly commits: Pick<CommitLine, "publish">;
  /** The log cannot be followed any more: the node must end. */
  readonly failed: (why: Error) => void;
}

/** Batches and records that may wait for what stands before them; beyond, reading stops. */
const MOST_WAITING = 16;

/**
 * Among several nodes: rows of this node and of others take effect one after the other, in the order of the log. A batch of this
 * node is acknowledged when it is durable, and has its turn when all before it were told of.
 */
export class Turns implements OwnTurns {
  private readonly mine: Batch[] = [];
  private readonly others: TailRecord[] = [];
  private busy = false;

  /** @param applied all rows up to this one have had their turn */
  constructor(
    private readonly needs: TurnsNeeds,
    public applied: Seq,
  ) {}

  get isBehind(): boolean {
    return this.mine.length + this.others.length > MOST_WAITING;
  }
  /** A batch of this node is durable, and has its number. */
  own(batch: Batch): void {
    this.mine.push(batch);
    this.advance();
  }
  /** The log has another record; they come in their order. */
  record(record: TailRecord): void {
    // those of this node come as batches, maybe later
    if (record.node === this.needs.node) return;
    this.others.push(record);
    this.advance();
  }
  failed(why: Error): void {
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
  }
  /** Gives the next one its turn; false: it is not here yet. */
  private step(): boolean {
    const { mine, others } = this;
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
    others.shift();
    const { body } = record;
    try {
      if (body === null) throw new RangeError("a record of another node came without its rows");
      const rows = this.needs.foreign.apply({ ...record, body });
      this.applied += record.count;
      this.needs.commits.publish(rows);
      return true;
    } catch (error) {
      this.needs.failed(new Error(`The log cannot be read at row ${record.firstSeq}.`, { cause: error }));
      return false;
    }
  }
}
