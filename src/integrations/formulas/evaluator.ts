import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Inputs, Sample, Value } from "../../formulas/types.ts";
import type { ComputedRow, Manner } from "../../ingest/computed.ts";
import { specOf } from "../../measure/types.ts";
import type { Computed, Plan } from "./plan.ts";
import type { SeriesOf, Timelines } from "./timelines.ts";
import { NO_FIGURES, Timeline } from "./timeline.ts";

/** Values that a device got for one time. */
export interface Came {
  readonly device: DeviceNode;
  /** µs. */
  readonly time: number;
  readonly manner: Manner;
  /** By the identifiers of fields. */
  readonly values: ReadonlyMap<string, Value>;
}
/** Finds the series of a device's field; null: it has none yet. */
type FindSeries = (device: DeviceNode, field: string) => number | null;

/** Computes what follows from values that came: each formula that names one of them, once, with what all others were at that time. */
export class Evaluator {
  constructor(
    private readonly timelines: Timelines,
    private readonly series: FindSeries,
  ) {}

  /** In the order of the plan. Nothing is stored; timelines get what came. */
  async compute(plan: Plan, came: Came): Promise<ComputedRow[]> {
    const { device, time, manner } = came;
    const now = new Map(came.values);
    for (const [field, value] of now) this.note(device, field, { time, value });
    const known = new Map<string, Timeline>();
    const rows: ComputedRow[] = [];
    for (const one of plan.computed) {
      if (!one.formula.fields.some((field) => now.has(field))) continue;
      const missing = one.formula.fields.filter((field) => !known.has(field) && isAsked(one, field, now));
      for (const field of missing) {
        const found = this.timeline(plan, came, field, now.get(field));
        // most are held: no turn is waited for them
        known.set(field, found instanceof Timeline ? found : await found);
      }
      const value = one.formula.run(inputsOf(time, now, known));
      if (value === null) continue;
      now.set(one.id, value);
      rows.push({ device, field: one.id, value, time, manner });
      this.note(device, one.id, { time, value });
    }
    return rows;
  }
  private note(device: DeviceNode, field: string, sample: Sample): void {
    const series = this.series(device, field);
    if (series !== null) this.timelines.note(series, sample);
  }
  private timeline(plan: Plan, { device, time }: Came, field: string, value: Value | undefined) {
    const looks = plan.looks.get(field) ?? NO_LOOKS;
    const of = this.seriesOf(device, field);
    if (of !== null) return this.timelines.at(of, looks, time);
    // its first value is only about to be stored
    const timeline = new Timeline(looks);
    if (value !== undefined) timeline.add({ time, value });
    return timeline;
  }
  private seriesOf(device: DeviceNode, field: string): SeriesOf | null {
    const series = this.series(device, field);
    const row = device.product.fields.get(field)?.row;
    return series === null || row === undefined ? null : { series, form: specOf(row.type).form };
  }
}

/** Whether more than the value of this moment is asked for, or there is none. */
function isAsked({ formula }: Computed, field: string, now: ReadonlyMap<string, Value>): boolean {
  return !now.has(field) || formula.needs.some((need) => need.field === field && need.what !== "value");
}

function inputsOf(time: number, now: ReadonlyMap<string, Value>, known: ReadonlyMap<string, Timeline>): Inputs {
  const value = (field: string): Sample | null => {
    const own = now.get(field);
    return own === undefined ? (known.get(field)?.value() ?? null) : { time, value: own };
  };
  return {
    value,
    previous: (field) => known.get(field)?.previous() ?? null,
    figures: (field, span) => known.get(field)?.figures(span, time) ?? NO_FIGURES,
  };
}
const NO_LOOKS = { previous: false, spans: [] } as const;
