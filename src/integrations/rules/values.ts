import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Value } from "../../measure/types.ts";
import { SlidingWindow } from "../../measure/window/window.ts";
import type { Looked } from "../../rules/condition.ts";
import type { Seq } from "../../store/ports.ts";
import type { RuleNeeds } from "./needs.ts";

/** Windows that are held, and values that each holds one by one; of others the history is asked again. */
const MOST_WINDOWS = 20_000;
const MOST_VALUES = 128;
/** Points that are read to fill a window. */
const MOST_POINTS = 20_000;

const NONE: ReadonlySet<number> = new Set();

export interface Sample {
  readonly time: Micros;
  readonly value: Value;
}
/** Changed in place: one comes with each measurement. */
interface Seen {
  time: Micros;
  value: Value;
}
/**
 * Values and windows of the series that conditions look at, in the order of the feed: a row that is looked at sees what came before it, not
 * what came since. What was not seen yet is read: from the table of series while no later row is there, otherwise from the history.
 */
export class RuleValues {
  protected readonly latest = new Map<number, Seen>();
  protected readonly windows = new Map<string, SlidingWindow>();

  constructor(protected readonly needs: Pick<RuleNeeds, "directory" | "series" | "store">) {}

  // what comes

  /** A measurement. @param seq its row @returns whether it is the newest of its series that was seen */
  see(series: number, { time, value }: Sample, seq: Seq): boolean {
    const known = this.latest.get(series);
    if (known === undefined) {
      // where no later row is there, the table knows what is newest
      const current = this.needs.series.seq[series] === seq ? this.needs.series.current(series) : null;
      this.latest.set(series, current === null ? { time, value } : { ...current });
      return current === null || time >= current.time;
    }
    if (time < known.time) return false;
    known.time = time;
    known.value = value;
    return true;
  }
  /** The same for windows over it, of these spans. One that is not held takes it from the history when it is needed. */
  slide(series: number, spans: readonly Micros[], { time, value }: Sample): void {
    for (const span of spans) this.windows.get(`${series} ${span}`)?.add(time, numberOf(value));
  }

  // what must be read before something is looked at

  /**
   * What of a device's values and windows is not held: to be read before a row is looked at. Null: nothing.
   * @param upTo the number of the last row that was looked at; what came later is not seen @param seen series of which a row is seen by then
   */
  missing(
    device: DeviceNode,
    looked: readonly Looked[],
    at: Micros,
    upTo: Seq,
    seen: ReadonlySet<number> = NONE,
  ): (() => Promise<void>)[] | null {
    let found: (() => Promise<void>)[] | null = null;
    for (const one of looked) {
      const series = one.kind === "configuration" ? undefined : this.seriesOf(device, one.id);
      if (series === undefined) continue;
      const read =
        one.kind === "figure"
          ? this.missingWindow(series, one.span, at)
          : seen.has(series)
            ? null
            : this.missingValue(series, at, upTo);
      if (read === null) continue;
      found ??= [];
      found.push(read);
    }
    return found;
  }
  private missingValue(series: number, at: Micros, upTo: Seq): (() => Promise<void>) | null {
    if (this.latest.has(series)) return null;
    const current = (this.needs.series.seq[series] ?? 0) <= upTo ? this.needs.series.current(series) : undefined;
    if (current === null) return null;
    if (current !== undefined) {
      this.latest.set(series, { ...current });
      return null;
    }
    return async () => {
      const point = await this.needs.store.before(series, at + 1);
      if (point !== null && !this.latest.has(series)) this.latest.set(series, { ...point });
    };
  }
  private missingWindow(series: number, span: Micros, at: Micros): (() => Promise<void>) | null {
    const key = `${series} ${span}`;
    const known = this.windows.get(key);
    if (known !== undefined) return null;
    return async () => {
      const { times, values } = await this.needs.store.columns(series, at - span, at + 1, MOST_POINTS);
      const window = new SlidingWindow(span, MOST_VALUES);
      for (let i = 0; i < times.length; i++) window.add(times[i] as number, numberOf(values[i] as Value)); // i < length
      this.windows.set(key, window);
      const [oldest] = this.windows.keys();
      if (this.windows.size > MOST_WINDOWS && oldest !== undefined) this.windows.delete(oldest);
    };
  }
  protected seriesOf(device: DeviceNode, field: string): number | undefined {
    const node = device.product.fields.get(field);
    return node === undefined ? undefined : this.needs.series.idOf(device.row.uid, node.row.uid);
  }
  /** Values of series that are gone are let go of. */
  sweep(): void {
    for (const series of this.latest.keys()) if (this.needs.series.device(series) === null) this.latest.delete(series);
  }
}

/** Windows hold numbers: of a truth value 1 or 0, of what is neither only how many there are counts. */
function numberOf(value: Value): number {
  return typeof value === "number" ? value : Number(value === true);
}
