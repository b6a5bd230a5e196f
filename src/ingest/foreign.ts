import type { Directory } from "../fleet/directory.ts";
import { specOf } from "../measure/types.ts";
import { printValue } from "../measure/index.ts";
import type { TailRecord } from "../store/ports.ts";
import { Kind, RecordReader, TAG_HISTORICAL, Told } from "../store/record.ts";
import { TOLD_IN_BYTES } from "../store/record-rows.ts";
import { settledOf } from "../store/settled.ts";
import {
  type Batch,
  type Publisher,
  ROW_CURRENT,
  ROW_MESSAGE,
  ROW_NEW,
  ROW_PUBLISHED,
  ROW_QOS,
  ROW_RETAIN,
} from "./batch.ts";
import type { CommitLine } from "./commits.ts";
import { FreeTopicCache } from "./free-topic.ts";
import type { LogOrder } from "./order.ts";
import type { SeriesTable } from "./series.ts";

interface ForeignNeeds {
  readonly directory: Pick<Directory, "deviceByUid" | "field">;
  readonly series: SeriesTable;
  readonly order: LogOrder;
  readonly commits: Pick<CommitLine, "spareBatch" | "retained">;
  /** Whether a row of a series concerns anybody on this node: others are not published here. */
  readonly hears: (series: number) => boolean;
}

const text = new TextDecoder();

/** Records of other nodes, in the order of the log: what they change here, and those of their rows that somebody here hears. */
export class ForeignRecords {
  private readonly topics = new FreeTopicCache();

  constructor(private readonly needs: ForeignNeeds) {}

  /**
   * What the record changes is true when it returns: series, current values, stamps. Retained messages are set when the rows are
   * published, as those of this node are.
   * @returns the rows to be published; there may be none
   * @throws RangeError when the record is damaged
   */
  apply({ firstSeq, body, node }: TailRecord & { readonly body: Uint8Array }): Batch {
    const reader = new RecordReader(body, firstSeq);
    const batch = this.needs.commits.spareBatch();
    batch.firstSeq = firstSeq;
    batch.records = reader.count;
    while (reader.next()) {
      if (reader.isMeasurement) this.measurement(reader, batch);
      else if (reader.isMessage) this.message(reader, batch);
      else if (reader.kind === Kind.Note) this.note(reader, node, batch);
      // what sessions did concerns the node that has them
    }
    return batch;
  }

  /** A series is there at once, for rows that follow; what else is told is heard when the rows before it were published. */
  private note(reader: RecordReader, node: number, batch: Batch): void {
    const { id: what, seq, buf, payloadAt, payloadEnd } = reader;
    const body = buf.subarray(payloadAt, payloadEnd);
    if (what === Told.Series) this.newSeries(reader.numbers);
    else {
      const numbers = TOLD_IN_BYTES.has(what) ? [] : reader.numbers;
      batch.news.push({ node, what, numbers, body, index: seq - batch.firstSeq });
    }
  }
  private newSeries([id = 0, device = 0, field = 0]: readonly number[]): void {
    const { directory, series } = this.needs;
    const [deviceNode, fieldNode] = [directory.deviceByUid(device), directory.field(field)];
    // one that was deleted meanwhile has no rows either
    if (deviceNode && fieldNode) series.place(id, deviceNode, fieldNode);
  }

  private measurement(reader: RecordReader, batch: Batch): void {
    const { series, order, hears } = this.needs;
    const { id, seq } = reader;
    const field = series.field(id);
    if (!field) return;
    const applied = order.row(id, seq, reader.flags, reader.time);
    const other = settledOf(reader, applied);
    if (other !== null) series.settled.add([other]);
    const { form } = specOf(field.row.type);
    const num = form === "position" ? reader.a : reader.number;
    const num2 = form === "position" ? reader.b : 0;
    const string = form === "text" ? reader.string : null;
    if (applied.isCurrent) series.commit(id, applied.time, num, num2, string);
    const device = hears(id) ? series.device(id) : null;
    if (device === null) return;
    const i = batch.place(seq - batch.firstSeq);
    batch.series[i] = id;
    batch.time[i] = applied.time;
    batch.num[i] = num;
    batch.num2[i] = num2;
    batch.deadline[i] = reader.deadline;
    const isFor = (applied.isPublished ? ROW_PUBLISHED : 0) | (applied.isCurrent ? ROW_CURRENT : 0);
    batch.flags[i] = isFor | (reader.flags & TAG_HISTORICAL);
    if (string !== null) batch.strings.set(i, string);
    batch.textAt[i] = batch.textLength;
    if (applied.isPublished) batch.printText(printValue(field.row.type, reader.value, device.product.row.boolText));
    batch.textEnd[i] = batch.textLength;
  }

  private message(reader: RecordReader, batch: Batch): void {
    const { retained } = this.needs.commits;
    const { buf, seq, topicAt, propsAt, payloadAt, payloadEnd } = reader;
    const topic = this.topics.of(reader.id, buf, topicAt, propsAt);
    const key = text.decode(buf.subarray(reader.publisherAt, topicAt));
    const sender: Publisher = { key, stored: reader.a };
    const i = batch.place(seq - batch.firstSeq);
    batch.series[i] = -1 - batch.topics.length;
    batch.topics.push(topic);
    batch.senders.push(sender);
    batch.deadline[i] = reader.deadline;
    batch.num[i] = batch.textLength;
    batch.copyText(buf, propsAt, payloadAt);
    batch.textAt[i] = batch.textLength;
    batch.copyText(buf, payloadAt, payloadEnd);
    batch.textEnd[i] = batch.textLength;
    const isNew = reader.retain && payloadEnd > payloadAt && retained.slotOf(reader.id, topic.bytes) === 0;
    batch.flags[i] = ROW_MESSAGE | (reader.b * ROW_QOS) | (reader.retain ? ROW_RETAIN : 0) | (isNew ? ROW_NEW : 0);
    // the node that took it has looked for its room
    retained.settle(batch, i, 1);
  }
}
