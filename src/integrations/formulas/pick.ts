import type { Cursor } from "../../feed/row.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { specOf } from "../../measure/types.ts";
import type { Seq } from "../../store/ports.ts";
import type { Row } from "./groups.ts";
import type { Plans } from "./plan.ts";

export interface PickNeeds {
  readonly plans: Pick<Plans, "of">;
  readonly series: { device(id: number): DeviceNode | null; field(id: number): FieldNode | null };
}

/**
 * Copies what concerns formulas: values of measured fields by which something is computed. Computed fields are not among them: whoever
 * computed them has computed what follows.
 * @param place rows up to this one were computed before
 * @param into gets them
 * @returns the last row that was looked at; null: there is none in the log
 */
export function pick(rows: Cursor, { plans, series }: PickNeeds, place: Seq, into: Row[]): Seq | null {
  let upTo: Seq | null = null;
  while (rows.next()) {
    if (rows.isStored) upTo = rows.seq;
    if (rows.isMessage || rows.seq <= place) continue;
    const field = series.field(rows.series);
    if (field === null || plans.of(field.product)?.sources.has(field.row.id) !== true) continue;
    const device = series.device(rows.series);
    if (device === null) continue;
    const manner = rows.isHistorical ? "historical" : rows.isPublished ? "live" : "silent";
    const value = rows.value(specOf(field.row.type).form);
    into.push({ device, field: field.row.id, time: rows.time, manner, value });
  }
  return upTo;
}
