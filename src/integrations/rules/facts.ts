import type { Micros } from "../../base/types.ts";
import { configurationFields, ownConfiguration } from "../../fleet/decoders.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Value } from "../../measure/types.ts";
import type { Facts, Looked } from "../../rules/condition.ts";
import type { Figure, SeenValue } from "../../rules/types.ts";
import { RuleValues, type Sample } from "./values.ts";

/** The measurement by which something is looked at. */
interface Cause extends Sample {
  readonly field: string;
}

/** What conditions ask of one device, at one moment. */
export class RuleFacts extends RuleValues implements Facts {
  private device: DeviceNode | null = null;
  private cause: Cause | null = null;
  private at: Micros = 0;

  /** What is asked next is of this device, at this moment, by this measurement (null: by the clock). */
  of(device: DeviceNode | null, at: Micros, cause: Cause | null): this {
    this.device = device;
    this.at = at;
    this.cause = cause;
    return this;
  }

  // what conditions ask

  field(id: string): Value | null {
    if (this.cause?.field === id) return this.cause.value;
    return this.sample(id)?.value ?? null;
  }
  private sample(id: string): Sample | null {
    if (this.device === null) return null;
    const series = this.seriesOf(this.device, id);
    if (series === undefined) return null;
    // by a row only what came before it is seen; by the clock, what there is
    return this.latest.get(series) ?? (this.cause === null ? this.needs.series.current(series) : null);
  }
  configuration(id: string): Value | null {
    if (this.device === null) return null;
    const { directory } = this.needs;
    const field = configurationFields(directory, this.device.row.product).find((one) => one.id === id);
    if (field === undefined) return null;
    return ownConfiguration(directory, this.device.row.uid, field.uid)?.value ?? field.default;
  }
  figure(id: string, figure: Figure, over: Micros): number | null {
    const series = this.device && this.seriesOf(this.device, id);
    if (series === null || series === undefined) return figure === "count" ? 0 : null;
    const window = this.windows.get(`${series} ${over}`);
    return window === undefined ? null : window.figures(this.at)[figure];
  }

  /** What was looked at, for people: the cause first. */
  seen(looked: readonly Looked[]): SeenValue[] {
    const found = looked.flatMap((one) => this.seenOf(one) ?? []);
    const cause = this.cause === null ? [] : [this.show(this.cause.field, this.cause)];
    return [...cause, ...found];
  }
  private seenOf({ kind, id, figure, over, span }: Looked): SeenValue | null {
    if (kind === "figure" && figure !== null) {
      const value = this.figure(id, figure, span);
      return { field: `${figure}(${id}, ${over})`, value, time: null, unit: figure === "count" ? null : this.unit(id) };
    }
    if (kind === "configuration") return { field: id, value: this.configuration(id), time: null, unit: null };
    return this.cause?.field === id ? null : this.show(id, this.sample(id));
  }
  private show(field: string, sample: Sample | null): SeenValue {
    return { field, value: sample?.value ?? null, time: sample?.time ?? null, unit: this.unit(field) };
  }
  private unit(field: string): string | null {
    return this.device?.product.fields.get(field)?.row.unit ?? null;
  }
}
