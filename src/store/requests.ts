import {
  type CommitBatch,
  type ManyRequest,
  MAX_EDGES,
  MAX_MANY,
  MAX_NEWEST,
  MAX_STATS,
  type SeriesStatsRequest,
  type StoreOp,
} from "./ports.ts";
import { hasRows } from "./record.ts";

/** What every body of the ports refuses as a mistake of its caller, before it does anything. */

/** @throws RangeError when a record and its count differ, or the rollups of an operation do not fit each other */
export function checkBatch({ blob, count, ops }: CommitBatch): void {
  if (blob !== null && (count === 0 || !hasRows(blob, count)))
    throw new RangeError("the batch and its record differ in their count");
  for (const op of ops) checkRollups(op);
}

function checkRollups(op: StoreOp): void {
  if (op.op !== "retain" || op.rollups === undefined) return;
  const steps = op.rollups.map((rollup) => rollup.step);
  const longest = Math.max(...steps);
  if (
    new Set(steps).size < steps.length ||
    !steps.every((s) => Number.isSafeInteger(s) && s >= 1000 && longest % s === 0)
  )
    throw new RangeError("rollups need different steps of a millisecond or more, each of which divides the longest");
}

/** @throws RangeError, see SeriesStore.aggregate */
export function checkEdges(edges: Float64Array): void {
  if (edges.length < 2 || edges.length > MAX_EDGES) throw new RangeError(`2 to ${MAX_EDGES} edges are needed`);
  for (let i = 0, before = Number.NEGATIVE_INFINITY; i < edges.length; i++) {
    const edge = edges[i] ?? Number.NaN;
    if (!(edge > before)) throw new RangeError("the edges must ascend");
    before = edge;
  }
}

/** @throws RangeError, see SeriesStore.newest */
export function checkNewest(series: Uint32Array): void {
  if (series.length > MAX_NEWEST) throw new RangeError(`the newest points of ${MAX_NEWEST} series at most`);
}

/** @throws RangeError, see SeriesStore.seriesStats */
export function checkStats({ series, before }: SeriesStatsRequest): void {
  if (series.length > MAX_STATS || (before !== undefined && before.length !== series.length))
    throw new RangeError(`figures of ${MAX_STATS} series at most, and a time for each`);
}

/** @throws RangeError, see SeriesStore.columnsOfMany */
export function checkMany({ series, limit }: ManyRequest): void {
  if (series.length < 1 || series.length > MAX_MANY || limit < 1)
    throw new RangeError(`points of 1 to ${MAX_MANY} series, and at least one`);
}
