import type { Actor as Author } from "../fleet/audit.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { countDeletion } from "../history/deletion.ts";
import { fieldsNamed } from "../history/query.ts";
import type { Range } from "../history/types.ts";
import { seriesOf } from "./series.ts";
import type { AdminDeps } from "./types.ts";

/** Measurements of a range of time; current values stay. */
interface Erasure {
  readonly product: ProductNode;
  /** Of these devices of it. */
  readonly devices: readonly DeviceNode[];
  /** As they were named, for the audit log; none: all. */
  readonly named: readonly string[];
  /** In any case; none: all. */
  readonly fields: readonly string[];
  readonly range: Range;
  /** For the audit log. */
  readonly by: Author;
}

/**
 * Deletes measurements of a range, or counts what would go.
 * @returns how many series it concerns, in a dry run those that have any; measurements: only in a dry run
 * @throws Refusal unknown_field; (rejects) storage_unavailable
 */
export async function erase(
  deps: Pick<AdminDeps, "eraser" | "index" | "store">,
  { product, devices, named, fields, range, by }: Erasure,
  dryRun: boolean,
): Promise<{ readonly series: number; readonly measurements: number | null }> {
  const found = await seriesOf(deps.index, devices, fieldsNamed(fields, devices));
  const series = found.map(({ id }) => id);
  if (dryRun) return countDeletion(deps.store, series, range);
  await deps.eraser.erase({ product, devices: named, fields, series, range, by });
  return { series: series.length, measurements: null };
}
