import type { Micros } from "../base/types.ts";
import {
  Batch,
  type Publisher,
  ROW_HISTORICAL,
  ROW_MESSAGE,
  ROW_PUBLISHED,
  ROW_QOS,
  ROW_RETAIN,
} from "../ingest/batch.ts";
import type { FreeTopic } from "../ingest/free-topic.ts";
import type { RetainedMessages } from "../ingest/retained.ts";
import { type Form, type Value, valueIn } from "../measure/value.ts";
import type { Seq } from "../store/ports.ts";
import type { Cursor } from "./row.ts";

/** The rows of a batch that was committed, in place: nothing is copied or allocated. The batch must not be recycled meanwhile. */
export class BatchRows implements Cursor {
  private batch: Batch = NONE;
  private at = -1;
  private end = 0;

  /** Before the first of the rows [from, to) of a batch. */
  open(batch: Batch, from: number, to: number): this {
    this.batch = batch;
    return this.over(from, to);
  }
  /** The same in the batch that it has. */
  over(from: number, to: number): this {
    this.at = from - 1;
    this.end = to;
    return this;
  }
  next(): boolean {
    return ++this.at < this.end;
  }
  /** Stands on a row of the batch that it has. */
  on(row: number): this {
    this.at = row;
    return this;
  }
  get seq(): Seq {
    return this.batch.firstSeq + (this.batch.index[this.at] as number);
  }
  get isMessage(): boolean {
    return ((this.batch.flags[this.at] as number) & ROW_MESSAGE) !== 0;
  }
  get isStored(): boolean {
    const flags = this.batch.flags[this.at] as number;
    return (flags & ROW_MESSAGE) === 0 || flags >= ROW_QOS || (flags & ROW_RETAIN) !== 0;
  }
  get deadline(): number {
    return this.batch.deadline[this.at] as number;
  }
  get buf(): Uint8Array {
    return this.batch.text;
  }
  get payloadAt(): number {
    return this.batch.textAt[this.at] as number;
  }
  get payloadEnd(): number {
    return this.batch.textEnd[this.at] as number;
  }
  get isPublished(): boolean {
    return ((this.batch.flags[this.at] as number) & ROW_PUBLISHED) !== 0;
  }
  get isHistorical(): boolean {
    return ((this.batch.flags[this.at] as number) & ROW_HISTORICAL) !== 0;
  }
  get series(): number {
    return this.batch.series[this.at] as number;
  }
  get time(): Micros {
    return this.batch.time[this.at] as number;
  }
  value(form: Form): Value {
    const { num, num2, strings } = this.batch;
    return valueIn(form, num[this.at] as number, num2[this.at] as number, strings.get(this.at) ?? "");
  }
  get workspace(): number {
    return this.freeTopic.workspace;
  }
  get topic(): Uint8Array {
    return this.freeTopic.bytes;
  }
  get propsAt(): number {
    return this.batch.num[this.at] as number;
  }
  get qos(): number {
    return ((this.batch.flags[this.at] as number) / ROW_QOS) | 0;
  }
  get retain(): boolean {
    return ((this.batch.flags[this.at] as number) & ROW_RETAIN) !== 0;
  }
  get session(): number {
    return this.publisher.stored;
  }
  /** The one object of a message's topic. */
  get freeTopic(): FreeTopic {
    return this.batch.topicOf(this.at);
  }
  /** Who published a message: the object of its session. */
  get publisher(): Publisher {
    return this.batch.senderOf(this.at);
  }
  /** The room that a retained message had claimed is its own from now on, or free. */
  settle(retained: RetainedMessages): void {
    retained.settle(this.batch, this.at);
  }
}
const NONE = new Batch();
