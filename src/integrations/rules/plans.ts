import type { Micros } from "../../base/types.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { specOf } from "../../measure/types.ts";
import type { Form } from "../../measure/value.ts";
import type { ActiveRule } from "./active.ts";

/** What is to be done with the measurements of a series. */
export interface SeriesPlan {
  readonly epoch: number;
  readonly form: Form;
  /** Rules that are looked at by them. */
  readonly rules: readonly ActiveRule[];
  /** Rules that ask whether the device is silent. */
  readonly silence: readonly ActiveRule[];
  /** Conditions of the device's rules look at the field. */
  readonly isLooked: boolean;
  /** Windows over the field, µs. */
  readonly spans: readonly Micros[];
  /** Nothing at all. */
  readonly isIdle: boolean;
}

/**
 * Which rules concern which series. It is asked for every measurement: a plan is found by the series' number, and made anew when the fleet
 * has changed. To make it only the rules of the field, and those of the device by name, are looked at.
 */
export class RulePlans {
  private readonly plans: (SeriesPlan | undefined)[] = [];
  private epoch = 0;
  /** Rules of any device, and of named ones alone; by the identifier of the field that they need. */
  private readonly wide = new Map<string, Set<ActiveRule>>();
  private readonly narrow = new Map<number, Set<ActiveRule>>();
  private readonly silences = new Set<ActiveRule>();

  /** The fleet has changed. */
  changed(): void {
    this.epoch++;
  }
  add(rule: ActiveRule): void {
    this.each(rule, (set) => set.add(rule));
    this.changed();
  }
  remove(rule: ActiveRule): void {
    this.each(rule, (set) => set.delete(rule));
    this.changed();
  }
  private each(rule: ActiveRule, act: (set: Set<ActiveRule>) => void): void {
    const { only, triggers, looked } = rule.compiled;
    if (only !== null) {
      for (const device of only) act(setOf(this.narrow, device));
      return;
    }
    if (triggers === null) act(this.silences);
    const fields = looked.flatMap(({ kind, id }) => (kind === "configuration" ? [] : [id]));
    for (const id of new Set([...(triggers ?? []), ...fields])) act(setOf(this.wide, id));
  }

  of(series: number, device: DeviceNode, field: FieldNode): SeriesPlan {
    const known = this.plans[series];
    if (known !== undefined && known.epoch === this.epoch) return known;
    const made = this.make(device, field);
    this.plans[series] = made;
    return made;
  }
  private make(device: DeviceNode, field: FieldNode): SeriesPlan {
    const { id } = field.row;
    const about = this.about(device, id);
    const rules = about.filter(({ compiled }) => compiled.triggers?.has(id) === true);
    const looks = about.flatMap(({ compiled }) => compiled.looked.filter((one) => one.id === id));
    const isLooked = looks.some(({ kind }) => kind === "field");
    const spans = [...new Set(looks.flatMap((one) => (one.kind === "figure" ? [one.span] : [])))];
    const silence = about.filter(({ compiled }) => compiled.triggers === null);
    return {
      epoch: this.epoch,
      form: specOf(field.row.type).form,
      ...{ rules, silence, isLooked, spans },
      isIdle: rules.length + silence.length + spans.length === 0 && !isLooked,
    };
  }
  /** Rules about a device that have something to do with a field, or with all of its fields. */
  private about(device: DeviceNode, field: string): ActiveRule[] {
    const named = [...(this.narrow.get(device.row.uid) ?? [])].filter(
      ({ compiled: { triggers, looked } }) =>
        triggers === null || triggers.has(field) || looked.some((one) => one.id === field),
    );
    const all = new Set([...named, ...(this.wide.get(field) ?? []), ...this.silences]);
    return [...all].filter(({ compiled }) => compiled.isAbout(device));
  }
  /** Rules that ask whether a device is silent. */
  silencesOf(device: DeviceNode): ActiveRule[] {
    const named = [...(this.narrow.get(device.row.uid) ?? [])].filter(({ compiled }) => compiled.triggers === null);
    return [...this.silences, ...named].filter(({ compiled }) => compiled.isAbout(device));
  }
  get hasSilences(): boolean {
    if (this.silences.size > 0) return true;
    for (const set of this.narrow.values()) for (const { compiled } of set) if (compiled.triggers === null) return true;
    return false;
  }
}

function setOf<K>(map: Map<K, Set<ActiveRule>>, key: K): Set<ActiveRule> {
  const set = map.get(key) ?? new Set<ActiveRule>();
  map.set(key, set);
  return set;
}
