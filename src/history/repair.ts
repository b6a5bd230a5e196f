import type { Micros } from "../base/types.ts";
import { specOf, type Value } from "../measure/types.ts";
import { ofForm } from "../measure/value.ts";
import { MOST_AHEAD } from "../measure/time.ts";
import {
  END_OF_TIME,
  type LogStore,
  MAX_STATS,
  type SeriesState,
  type SeriesStore,
  type StoreOp,
} from "../store/ports.ts";
import { RecordWriter, TAG_EXPLICIT } from "../store/record.ts";

/** Points that are moved in one commit. */
const AT_ONCE = 5000;

/** A series with points, or a current value, ahead of the clock. */
export interface AheadSeries {
  readonly state: SeriesState;
  /** Points ahead; 0: its current value, or a stamp alone. */
  readonly points: number;
  /** Times of the first and the last of them, µs. */
  readonly oldest: Micros;
  readonly newest: Micros;
}

type Asked = Pick<SeriesStore, "seriesStats" | "aggregate" | "columns" | "before"> & Pick<LogStore, "commit">;

/** From here on a time is ahead of the clock: further than explicit ones may be. @param now µs */
export function aheadFrom(now: Micros): Micros {
  return now + MOST_AHEAD + 1;
}

/** The series that have something ahead of the clock. @param limit see aheadFrom */
export async function findAhead(store: Asked, series: readonly SeriesState[], limit: Micros): Promise<AheadSeries[]> {
  const found: AheadSeries[] = [];
  for (let at = 0; at < series.length; at += MAX_STATS) {
    const some = series.slice(at, at + MAX_STATS);
    const { newest } = await store.seriesStats({ series: Uint32Array.from(some, ({ id }) => id) });
    for (const [i, state] of some.entries()) {
      const last = newest[i] ?? Number.NaN;
      if (!(last >= limit) && !((state.time ?? 0) >= limit) && state.lastArrival < limit) continue;
      const figures = await store.aggregate({ series: state.id, edges: Float64Array.of(limit, END_OF_TIME) });
      const points = figures.count[0] ?? 0;
      // figures of a series may still stand for points that were deleted a moment ago
      if (points === 0 && (state.time ?? 0) < limit && state.lastArrival < limit) continue;
      const alone = Math.max(state.time ?? 0, state.lastArrival);
      const [oldest = alone, end = alone] = points === 0 ? [] : [figures.firstTime[0], figures.lastTime[0]];
      found.push({ state, points, oldest, newest: end });
    }
  }
  return found;
}

/** Mends series on a store that nobody else writes. */
export class Repair {
  private readonly writer = new RecordWriter();

  /** @param limit see aheadFrom */
  constructor(
    private readonly store: Asked,
    private readonly limit: Micros,
  ) {}

  /**
   * Moves the points of a series that lie ahead back by `by`, in their order and none onto another that is there; what is
   * newest then is current. Each commit is whole: broken off, it can be done again.
   */
  async move({ state }: AheadSeries, by: Micros): Promise<void> {
    const { form } = specOf(state.type);
    let last = Number.NEGATIVE_INFINITY;
    for (;;) {
      const { times, values } = await this.store.columns(state.id, this.limit, END_OF_TIME, AT_ONCE);
      const end = times.at(-1);
      if (end === undefined) break;
      const first = (times[0] ?? 0) - by;
      const there = await this.store.columns(state.id, first, end - by + 1 + AT_ONCE, Number.MAX_SAFE_INTEGER);
      const taken = new Set(there.times);
      for (const [i, time] of times.entries()) {
        last = Math.max(last + 1, time - by);
        while (taken.has(last)) last++;
        this.put(TAG_EXPLICIT, state, last, ofForm(form, values[i] ?? 0)); // a value for each time
      }
      await this.commit([{ op: "points_delete", series: state.id, from: this.limit, to: end + 1 }]);
    }
    await this.settle(state);
  }
  /** Deletes them; what is newest then is current. A series of which nothing is left goes. */
  async drop({ state }: AheadSeries): Promise<void> {
    if ((await this.store.before(state.id, this.limit)) !== null) return this.settle(state);
    await this.commit([
      { op: "series_delete", ids: [state.id] },
      { op: "seen_floor", seq: state.lastSeq },
    ]);
  }

  /** The newest point that is not ahead becomes current, and no stamp binds what comes. */
  private async settle(state: SeriesState): Promise<void> {
    const newest = await this.store.before(state.id, this.limit);
    // a row as if it came now: that is current whatever was before
    if (newest !== null) this.put(0, state, newest.time, ofForm(specOf(state.type).form, newest.value));
    await this.commit([{ op: "points_delete", series: state.id, from: this.limit, to: END_OF_TIME }]);
  }

  private put(flags: number, { id }: SeriesState, time: Micros, value: Value): void {
    const { writer } = this;
    if (typeof value === "string") writer.text(flags, id, time, 0, value);
    else if (typeof value === "object") writer.geo(flags, id, time, 0, value.lat, value.lng);
    else if (typeof value === "boolean") writer.bool(flags, id, time, 0, value);
    else writer.double(flags, id, time, 0, value);
  }
  private async commit(ops: readonly StoreOp[]): Promise<void> {
    const { count } = this.writer;
    const blob = count > 0 ? this.writer.finish() : null;
    await this.store.commit({ count, blob, ops });
  }
}
