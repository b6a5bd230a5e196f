import type { Micros } from "../base/types.ts";
import type { FieldNode } from "../fleet/nodes.ts";
import { type Policy, policyOf } from "../fleet/retention.ts";
import type { KeepDays, RollupStep } from "../fleet/types.ts";
import type { Rollup, StoreOp } from "../store/ports.ts";

const DAY: Micros = 86_400_000_000;
const STEPS: Readonly<Record<RollupStep, Micros>> = { "1m": 60_000_000, "1h": 3_600_000_000, "1d": DAY };
/** Most series of one operation: its row in the file stays small. */
const MOST_SERIES = 10_000;

/** What a sweep does with the series of one policy. */
interface Cut {
  /** Measurements before this go. */
  readonly before: Micros;
  readonly rollups: readonly Rollup[];
}

/** The cut of a policy in a sweep at this time; null: nothing ever goes. */
export function cutOf({ days, rollups }: Policy, now: Micros): Cut | null {
  if (days === null) return null;
  return {
    before: now - days * DAY,
    rollups: rollups.map((one) => ({ step: STEPS[one.step], before: endOf(one.days, now) })),
  };
}
function endOf(days: KeepDays, now: Micros): Micros {
  return days === null ? Number.NEGATIVE_INFINITY : now - days * DAY;
}

/** When measurements must be older than to go at a cut: they go by whole buckets of the longest rollup. */
export function goneBefore({ before, rollups }: Cut): Micros {
  const longest = rollups.reduce((most, { step }) => Math.max(most, step), 1);
  return Math.floor(before / longest) * longest;
}

/** The policies of fields, each looked up once. Made anew when the fleet may have changed. */
export class Cuts {
  private readonly known = new Map<FieldNode, Cut | null>();

  constructor(private readonly now: Micros) {}

  of(field: FieldNode): Cut | null {
    const known = this.known.get(field);
    if (known !== undefined) return known;
    const cut = cutOf(policyOf(field.product.row, field.row), this.now);
    this.known.set(field, cut);
    return cut;
  }
}

/** The operations that apply the policies of series at one time: series with the same cut together. */
export function retainOps(
  series: Iterable<{ readonly id: number; readonly field: FieldNode }>,
  now: Micros,
): StoreOp[] {
  const cuts = new Cuts(now);
  const groups = new Map<string, { readonly cut: Cut; readonly ids: number[] }>();
  const byField = new Map<FieldNode, number[] | null>();
  for (const { id, field } of series) {
    let ids = byField.get(field);
    if (ids === undefined) {
      ids = groupOf(groups, cuts.of(field));
      byField.set(field, ids);
    }
    ids?.push(id);
  }
  const ops: StoreOp[] = [];
  for (const { cut, ids } of groups.values())
    for (let i = 0; i < ids.length; i += MOST_SERIES)
      ops.push({ op: "retain", series: ids.slice(i, i + MOST_SERIES), ...cut });
  return ops;
}
function groupOf(groups: Map<string, { readonly cut: Cut; readonly ids: number[] }>, cut: Cut | null): number[] | null {
  if (cut === null) return null;
  const key = `${cut.before} ${cut.rollups.map(({ step, before }) => `${step}:${before}`).join(" ")}`;
  const known = groups.get(key);
  if (known) return known.ids;
  const ids: number[] = [];
  groups.set(key, { cut, ids });
  return ids;
}
