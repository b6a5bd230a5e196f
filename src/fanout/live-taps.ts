import { LogRows, type SeriesNames } from "../feed/log-rows.ts";
import type { CommittedRow, Cursor } from "../feed/row.ts";
import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import type { Micros } from "../base/types.ts";
import { printTime } from "../measure/index.ts";
import type { Value } from "../measure/types.ts";
import { specOf } from "../measure/types.ts";
import type { LogRecord, Seq } from "../store/ports.ts";
import { rowsOf } from "../store/record.ts";

/** Somebody who follows measurements live, beside the subscribers of MQTT: a stream over HTTP. */
export interface LiveTap {
  /** Whether it wants, and may have, what this series measures at this moment. */
  hears(device: DeviceNode, field: FieldNode): boolean;
  /** @param text JSON: product, device, field, value, time, and unit where the field has one */
  hear(seq: Seq, text: string): void;
}

/** All who follow live. While nobody does, a run of published rows costs one look at `any`. */
export class LiveTaps {
  private readonly all = new Set<LiveTap>();
  any = false;

  constructor(private readonly series: SeriesNames) {}

  /** From now on it hears what is published. Returns how to stop that. */
  add(tap: LiveTap): () => void {
    this.all.add(tap);
    this.any = true;
    return () => {
      this.all.delete(tap);
      this.any = this.all.size > 0;
    };
  }
  /** Rows that a commit made durable: those that are measurements which are published. */
  tell(rows: Cursor): void {
    while (rows.next()) {
      if (!rows.isPublished) continue;
      const device = this.series.device(rows.series);
      const field = this.series.field(rows.series);
      if (!device || !field) continue;
      let text: string | null = null;
      for (const tap of this.all) {
        if (!tap.hears(device, field)) continue;
        text ??= textOf(device, field, rows);
        tap.hear(rows.seq, text);
      }
    }
  }
}

/**
 * What a live tap would have heard of a stored record: its published rows with after < seq <= upTo, in order. Returns the
 * number of the record's last row.
 */
export function* heardOf(record: LogRecord, after: Seq, upTo: Seq, series: SeriesNames): Generator<Heard, Seq> {
  const rows = new LogRows(series).open([record], after, upTo);
  while (rows.next()) {
    if (!rows.isPublished) continue;
    const device = series.device(rows.series);
    const field = series.field(rows.series);
    if (device && field) yield { seq: rows.seq, device, field, text: () => textOf(device, field, rows) };
  }
  return record.firstSeq + rowsOf(record.body) - 1;
}
interface Heard {
  readonly seq: Seq;
  readonly device: DeviceNode;
  readonly field: FieldNode;
  /** As `LiveTap.hear`; only before the next one is asked for. */
  text(): string;
}

function textOf(device: DeviceNode, field: FieldNode, row: CommittedRow): string {
  return currentText(device, field, { time: row.time, value: row.value(specOf(field.row.type).form) });
}

/** A value of a device's field, as a live tap hears it. */
export function currentText(
  device: DeviceNode,
  field: FieldNode,
  { time, value }: { readonly time: Micros; readonly value: Value },
): string {
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
