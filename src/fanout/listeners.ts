import type { Micros } from "../base/types.ts";
import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import type { Batch } from "../ingest/batch.ts";
import type { SeriesTable } from "../ingest/series.ts";
import { printTime } from "../measure/index.ts";
import { specOf } from "../measure/types.ts";
import { type Value, valueIn } from "../measure/value.ts";
import type { LogRecord, Seq } from "../store/ports.ts";
import { RecordReader, TAG_PUBLISHED } from "../store/record.ts";

/** One who hears measurements as they are published, beside the outlets. */
export interface Listener {
  /** Whether it wants, and may have, what this series measures at this moment. */
  hears(device: DeviceNode, field: FieldNode): boolean;
  /** @param text JSON: product, device, field, value, time, and unit where the field has one */
  hear(seq: Seq, text: string): void;
}

/** Where the names of series are found. */
export type SeriesNames = Pick<SeriesTable, "device" | "field">;

/** All who listen. While nobody does, a run of published rows costs one look at `any`. */
export class Listeners {
  private readonly all = new Set<Listener>();
  any = false;

  constructor(private readonly series: SeriesNames) {}

  /** From now on it hears what is published. Returns how to stop that. */
  add(listener: Listener): () => void {
    this.all.add(listener);
    this.any = true;
    return () => {
      this.all.delete(listener);
      this.any = this.all.size > 0;
    };
  }
  /** The rows [from, to) of a batch, which are all measurements that are published now. */
  tell(batch: Batch, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const series = batch.series[i] as number;
      const device = this.series.device(series);
      const field = this.series.field(series);
      if (!device || !field) continue;
      let text: string | null = null;
      for (const listener of this.all) {
        if (!listener.hears(device, field)) continue;
        text ??= textOf(device, field, valueAt(batch, i, field), batch.time[i] as number);
        listener.hear(batch.firstSeq + (batch.index[i] as number), text);
      }
    }
  }
}

/**
 * What a listener would have heard of a stored record: its published rows with after < seq <= upTo, in order. Returns the
 * number of the record's last row.
 */
export function* heardOf(record: LogRecord, after: Seq, upTo: Seq, series: SeriesNames): Generator<Heard, Seq> {
  const r = new RecordReader(record.body, record.firstSeq);
  const end = r.firstSeq + r.count - 1;
  while (r.next()) {
    if (!r.isMeasurement || (r.flags & TAG_PUBLISHED) === 0 || r.seq <= after) continue;
    if (r.seq > upTo) return end;
    const device = series.device(r.id);
    const field = series.field(r.id);
    if (device && field) yield { seq: r.seq, device, field, text: () => textOf(device, field, r.value, r.time) };
  }
  return end;
}
interface Heard {
  readonly seq: Seq;
  readonly device: DeviceNode;
  readonly field: FieldNode;
  /** As `Listener.hear`; only before the next one is asked for. */
  text(): string;
}

function valueAt(batch: Batch, i: number, { row }: FieldNode): Value {
  const text = batch.strings.get(i) ?? "";
  return valueIn(specOf(row.type).form, batch.num[i] as number, batch.num2[i] as number, text);
}

function textOf(device: DeviceNode, field: FieldNode, value: Value, time: Micros): string {
  const { id, unit } = field.row;
  return JSON.stringify({
    product: device.product.row.slug,
    device: device.row.id,
    field: id,
    value,
    time: printTime(time),
    ...(unit === null || unit === "" ? {} : { unit }),
  });
}
