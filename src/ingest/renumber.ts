import { renumbered } from "../store/renumber.ts";
import { SeriesTaken } from "../store/taken.ts";
import { type Batch, ROW_MESSAGE } from "./batch.ts";
import type { SeriesTable } from "./series.ts";

/** Rows of a sealed batch become those of other series; what it would put of the former is not put. @param ids by former id */
export function renumber(batch: Batch, ids: ReadonlyMap<number, number>): void {
  if (ids.size === 0) return;
  let isConcerned = false;
  for (let i = 0; i < batch.count; i++) {
    if ((batch.flags[i] as number) & ROW_MESSAGE) continue;
    const other = ids.get(batch.series[i] as number);
    if (other === undefined) continue;
    batch.series[i] = other;
    isConcerned = true;
  }
  const ops = batch.ops.filter((op) => op.op !== "series_put" || !ids.has(op.id));
  isConcerned ||= ops.length < batch.ops.length;
  batch.ops = ops;
  if (isConcerned && batch.blob !== null) batch.blob = renumbered(batch.blob, ids);
}

/**
 * Another node has made some of a batch's series: it has rows of theirs instead, and is tried again.
 * @throws the error, when it says anything else
 */
export function giveWay<T>(batch: Batch, series: SeriesTable, error: unknown, again: () => T): T {
  if (!(error instanceof SeriesTaken)) throw error;
  for (const [id, other] of error.ids) series.giveWay(id, other);
  renumber(batch, series.renamed);
  return again();
}
