import type { DataStore, StoreOp } from "../store/ports.ts";
import type { Range } from "./types.ts";

/** How many measurements of these series lie in a range, those that only rollups stand for included. */
export async function countMeasurements(
  store: Pick<DataStore, "aggregate">,
  series: Iterable<number>,
  { from, to }: Range,
): Promise<number> {
  const edges = Float64Array.of(from, to);
  let count = 0;
  // one after the other: who asks for history meanwhile gets turns between them
  for (const one of series) count += (await store.aggregate({ series: one, edges })).count[0] ?? 0;
  return count;
}

/** What takes the measurements of a range; current values stay (ecosystem 4.5). */
export function deletionOf(series: Iterable<number>, { from, to }: Range): StoreOp[] {
  return Array.from(series, (id) => ({ op: "points_delete", series: id, from, to }));
}
