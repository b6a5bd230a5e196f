import type { Micros } from "../base/types.ts";
import type { Actor, AuditEntry } from "../fleet/audit.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import { printTime } from "../measure/time.ts";
import type { AuditStore, SeriesStore, StoreOp } from "../store/ports.ts";
import type { Range } from "./types.ts";

/** Measurements of some devices and fields of a product, in a range of time. */
export interface Deletion {
  readonly product: ProductNode;
  /** As they were named; none: all. */
  readonly devices: readonly string[];
  readonly fields: readonly string[];
  readonly series: readonly number[];
  readonly range: Range;
  /** For the audit log. */
  readonly by: Actor;
}

const DAY: Micros = 86_400_000_000;

/**
 * How many measurements of these series a deletion of a range takes: those in it, and those that only rollups stand for, which go
 * by whole buckets; and how many of the series have any.
 */
export async function countDeletion(
  store: Pick<SeriesStore, "aggregate">,
  series: Iterable<number>,
  range: Range,
): Promise<{ readonly series: number; readonly measurements: number }> {
  let [touched, measurements] = [0, 0];
  // one after the other: who asks for history meanwhile gets turns between them
  for (const one of series) {
    const { count: within, rolled } = await store.aggregate({
      series: one,
      edges: Float64Array.of(range.from, range.to),
    });
    let count = within[0] ?? 0;
    if (rolled !== null && range.from < rolled.before) count += await countBefore(store, one, range);
    measurements += count;
    if (count > 0) touched++;
  }
  return { series: touched, measurements };
}

/** How many are in the bucket that begins before the range and reaches into it. No bucket is longer than a day in UTC. */
async function countBefore(
  store: Pick<SeriesStore, "aggregate">,
  series: number,
  { from, to }: Range,
): Promise<number> {
  const day = Math.floor(from / DAY) * DAY;
  if (day === from) return 0;
  // of steps that hold the same the longest is taken that has a bucket from the first moment on: that answers without the others
  const found = await store.aggregate({ series, edges: Float64Array.of(day, from, Math.min(to, day + DAY)) });
  const step = found.rolled?.step ?? 0;
  const start = step > 0 ? Math.floor(from / step) * step : from;
  if (start === from) return 0;
  return (await store.aggregate({ series, edges: Float64Array.of(start, from) })).count[0] ?? 0;
}

/** What takes the measurements; current values stay (docs/retention.md "Deleting a range of time"). */
export function deletionOps({ series, range: { from, to } }: Pick<Deletion, "series" | "range">): StoreOp[] {
  return Array.from(series, (id) => ({ op: "points_delete", series: id, from, to }));
}

/** Names of one list that the audit log keeps. */
const NAMED = 20;

/**
 * Deletes, and notes who did: what is asked before anything goes (`measurements.delete`), and that it is done (`measurements.deleted`). The audit
 * log is another file than the measurements', so an end between the two leaves the first line at least.
 * @param work resolves when it is durable
 */
export async function noted(
  audit: Pick<AuditStore, "addAudit">,
  now: () => Micros,
  deletion: Deletion,
  work: () => Promise<void>,
): Promise<void> {
  await audit.addAudit([auditOfDeletion(deletion, "measurements.delete", now())]);
  await work();
  await audit.addAudit([auditOfDeletion(deletion, "measurements.deleted", now())]);
}

function auditOfDeletion(
  { product, devices, fields, series, range, by }: Deletion,
  action: string,
  time: Micros,
): AuditEntry {
  const { slug, workspace, uid } = product.row;
  const [device] = devices;
  const taken = {
    from: printTime(range.from),
    to: printTime(range.to),
    series: series.length,
    ...(devices.length > 0 && { devices: devices.slice(0, NAMED) }),
    ...(fields.length > 0 && { fields: fields.slice(0, NAMED) }),
  };
  const name = device !== undefined && devices.length === 1 ? `${slug}/${device}` : slug;
  return { time, by, action, workspace, target: uid, name, before: { taken }, after: null };
}
