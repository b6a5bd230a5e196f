import { Kind, RecordReader, RecordWriter, TAG_DEADLINE, TAG_PROPOSED, Told } from "./record.ts";

/** The record with other ids of series, and all else as it is. @throws RangeError when it is damaged */
export function renumbered(record: Uint8Array, ids: ReadonlyMap<number, number>): Uint8Array {
  const r = new RecordReader(record, 0);
  const w = new RecordWriter(record.length + 64, r.isProposed);
  while (r.next()) {
    if (r.isMeasurement) measurement(r, w, ids.get(r.id) ?? r.id);
    else if (r.isMessage) message(r, w);
    else if (r.kind === Kind.Taken) w.taken(r.taken);
    else if (r.kind === Kind.Note) w.note(r.id, noted(r, ids));
    else if (r.kind === Kind.OutAssigned || r.kind === Kind.Passed) w.session(r.kind, r.id, r.a, r.b);
    else w.session(r.kind, r.id, r.a);
  }
  return w.finish();
}

function noted({ id: what, numbers }: RecordReader, ids: ReadonlyMap<number, number>): number[] {
  const [series = 0, ...rest] = numbers;
  return what === Told.Series ? [ids.get(series) ?? series, ...rest] : numbers;
}

function measurement(r: RecordReader, w: RecordWriter, id: number): void {
  const flags = r.flags & ~(TAG_DEADLINE | TAG_PROPOSED);
  const { time, deadline, a, b } = r;
  switch (r.kind) {
    case Kind.Decimal:
      return w.decimal(flags, id, time, deadline, b, a);
    case Kind.Double:
      return w.double(flags, id, time, deadline, a);
    case Kind.Geo:
      return w.geo(flags, id, time, deadline, a, b);
    case Kind.Text:
      return w.text(flags, id, time, deadline, r.string);
    default:
      return w.bool(flags, id, time, deadline, r.kind === Kind.True);
  }
}

function message(r: RecordReader, w: RecordWriter): void {
  const { buf, topicAt, propsAt, payloadAt, payloadEnd } = r;
  const topic = buf.subarray(topicAt, propsAt);
  const publisher = buf.subarray(r.publisherAt, topicAt);
  w.message(r.id, r.a, r.b, r.retain, r.deadline, topic, buf, propsAt, payloadAt, payloadEnd, publisher);
}
