import type { Micros } from "../../base/types.ts";
import type { Cursor } from "../../feed/row.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import type { Value } from "../../measure/types.ts";
import type { Seq } from "../../store/ports.ts";
import type { FeedParts } from "./parts.ts";
import type { SeriesPlan } from "./plans.ts";

/** A row that concerns rules, copied. */
export interface Came {
  readonly seq: Seq;
  readonly series: number;
  readonly device: DeviceNode;
  readonly field: FieldNode;
  readonly plan: SeriesPlan;
  readonly time: Micros;
  readonly value: Value;
  readonly isPublished: boolean;
}

/** The rows that concern rules, copied, of those that were not looked at yet. */
export function pick(rows: Cursor, { needs, plans, ledger }: FeedParts): Came[] {
  const came: Came[] = [];
  while (rows.next()) {
    if (rows.isMessage || rows.seq <= ledger.upTo) continue;
    const { series, seq } = rows;
    const device = needs.series.device(series);
    const field = needs.series.field(series);
    if (device === null || field === null || device.deleted || field.deleted) continue;
    const plan = plans.of(series, device, field);
    if (plan.isIdle) continue;
    const value = rows.value(plan.form);
    came.push({ seq, series, device, field, plan, time: rows.time, value, isPublished: rows.isPublished });
  }
  return came;
}
/**
 * What is to be read before these rows can be looked at: values from before the first of them. What a row before in the list is of is seen
 * by then.
 */
export function readsFor(came: readonly Came[], { facts }: FeedParts): (() => Promise<void>)[] {
  const reads: (() => Promise<void>)[] = [];
  const seen = new Set<number>();
  const before = (came[0]?.seq ?? 1) - 1;
  for (const { plan, device, series, time } of came) {
    seen.add(series);
    for (const { compiled } of plan.rules) {
      if (compiled.looked.length === 0) continue;
      const missing = facts.missing(device, compiled.looked, time, before, seen);
      if (missing !== null) reads.push(...missing);
    }
  }
  return reads;
}
