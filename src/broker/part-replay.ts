import { fillMeasurement, fillMessage } from "../fanout/delivery.ts";
import { LogRows } from "../feed/log-rows.ts";
import { createDelivery } from "../session/delivery.ts";
import type { LogRecord } from "../store/ports.ts";
import { Kind, type RecordReader, Told } from "../store/record.ts";
import { FilterTrie } from "../topic/trie.ts";
import type { BrokerContext } from "./context.ts";
import type { Note, ReplayedPart } from "./replayed-part.ts";

const text = new TextDecoder();

/** The log rows behind the floors of parts whose nodes are gone: what was published is queued for those that were to have it, and what became of it is done. */
export class PartReplay {
  private readonly trie = new FilterTrie<ReplayedPart, ReplayedPart>();
  private readonly byStored = new Map<number, ReplayedPart>();
  private readonly bySeries = new Map<number, readonly ReplayedPart[]>();
  private readonly delivery = createDelivery();
  private readonly rows: LogRows;

  constructor(
    private readonly context: BrokerContext,
    private readonly parts: readonly ReplayedPart[],
  ) {
    this.rows = new LogRows(context.series);
    for (const part of parts) {
      this.trie.add(part.group.canonical, part, part);
      this.byStored.set(part.group.stored, part);
    }
  }
  /** Replays a record; records come in their order. @throws RangeError when it is damaged */
  record(record: LogRecord): void {
    const { hub } = this.context;
    hub.recovering = true;
    try {
      // what a record tells holds for all of its rows
      const notes = this.rows.openRecord(record).reader;
      while (notes.next()) if (notes.kind === Kind.Note) for (const part of this.parts) part.note(noteOf(notes));
      const { reader } = this.rows.openRecord(record);
      while (reader.next()) this.row(reader);
    } finally {
      hub.recovering = false;
    }
  }
  private row(reader: RecordReader): void {
    const { seq } = reader;
    if (reader.isMeasurement) this.measurement(reader);
    else if (reader.isMessage) this.message();
    else if (reader.kind === Kind.Taken) {
      const part = this.byStored.get(reader.taken.group);
      if (part && seq > part.floor) part.group.replayTaken(reader.taken.seq, reader.taken.groupTakes);
    } else if (reader.kind === Kind.Passed) {
      const part = this.byStored.get(reader.id);
      if (part && seq > part.floor) part.group.replayPassed(reader.b, reader.a);
    }
  }
  private measurement({ id, seq }: RecordReader): void {
    const parts = this.partsOf(id);
    if (parts.length === 0 || !this.rows.isPublished) return;
    const device = this.context.series.device(id);
    const d = this.delivery;
    fillMeasurement(d, this.rows);
    d.qos = 2;
    d.ids = null;
    d.retain = device?.product.row.retainLastValues === true;
    for (const part of parts)
      if (!part.has(seq) && part.group.isOurs(seq, (who) => device !== null && who.mayView(device)))
        part.group.enqueue(d);
  }
  private partsOf(id: number): readonly ReplayedPart[] {
    const known = this.bySeries.get(id);
    if (known !== undefined) return known;
    const [device, field] = [this.context.series.device(id), this.context.series.field(id)];
    const found: ReplayedPart[] = [];
    if (device !== null && field !== null) {
      const levels = [this.context.topics.prefix, device.product.row.slug, device.row.id, field.row.id];
      this.trie.match(levels, (part) => found.push(part));
    }
    this.bySeries.set(id, found);
    return found;
  }
  private message(): void {
    const { rows, delivery: d } = this;
    const { seq, qos, retain, workspace } = rows;
    if (qos === 0) return;
    const name = text.decode(rows.topic);
    fillMessage(d, rows);
    d.qos = qos;
    d.retain = retain;
    d.ids = null;
    this.trie.match(name.split("/"), (part) => {
      if (!part.has(seq) && part.group.isOurs(seq, (who) => who.mayReceive(workspace, name))) part.group.enqueue(d);
    });
  }
}
/** Numbers are read of what has such. */
function noteOf(reader: RecordReader): Note {
  const { id, seq, buf, payloadAt, payloadEnd } = reader;
  return { id, seq, buf, payloadAt, payloadEnd, numbers: id === Told.NodeGone ? reader.numbers : [] };
}
