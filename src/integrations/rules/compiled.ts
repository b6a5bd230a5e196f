import { createHash } from "node:crypto";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Rule } from "../../fleet/types.ts";
import { Condition, type Looked, looksAt } from "../../rules/condition.ts";
import { microsOf } from "../../rules/duration.ts";
import type { Timing } from "../../rules/machine.ts";
import { triggersOf } from "../../rules/references.ts";
import { Hours, Schedule } from "../../rules/time.ts";
import type { RuleDefinition, RuleTrigger } from "../../rules/types.ts";

/** What of a rule says what it looks at: its state is of this, and begins anew with another. */
export type Looks = Pick<Rule, "workspace" | "scope"> & { readonly definition: RuleDefinition };

/** A rule, ready to be looked at. */
export class CompiledRule {
  readonly trigger: RuleTrigger;
  readonly condition: Condition;
  /** What its condition looks at, for those who are told. */
  readonly looked: readonly Looked[];
  readonly timing: Timing;
  readonly hours: Hours | null;
  /** Of a schedule. */
  readonly schedule: Schedule | null;
  /** µs */
  readonly maxAge: Micros;
  /** Identifiers of fields by whose measurements it is looked at; null: all of a device's. */
  readonly triggers: ReadonlySet<string> | null;
  /** Changes with everything that its state depends on. */
  readonly stamp: string;
  /** It fires for a moment, and nothing holds on: a schedule, or each measurement, since there is no condition. */
  readonly isPulse: boolean;
  /** It is about no device, but happens by itself: a schedule that neither asks for anything nor says of which devices. */
  readonly isAlone: boolean;
  private readonly products: ReadonlySet<number>;
  private readonly devices: ReadonlySet<number>;
  private readonly tags: ReadonlySet<string>;
  private readonly workspace: number;

  constructor({ workspace, scope, definition }: Looks) {
    const { trigger, condition, for: hold, repeat, hours, max_age: age } = definition;
    this.workspace = workspace;
    this.products = new Set(scope.products);
    this.devices = new Set(scope.devices);
    this.tags = new Set(scope.tags);
    this.trigger = trigger;
    this.condition = new Condition(condition);
    this.looked = looksAt(condition);
    this.timing = { hold: hold === null ? 0 : microsOf(hold), repeat: repeat === null ? null : microsOf(repeat) };
    this.hours = hours === null ? null : new Hours(hours);
    this.schedule = trigger.type === "schedule" ? new Schedule(trigger.cron, trigger.zone) : null;
    this.maxAge = age === "any" ? Number.POSITIVE_INFINITY : microsOf(age);
    const triggers = triggersOf(definition);
    this.triggers = triggers && new Set(triggers);
    this.isPulse = trigger.type === "schedule" || (trigger.type === "measurement" && condition === null);
    const isEverywhere = this.products.size + this.devices.size + this.tags.size === 0;
    this.isAlone = trigger.type === "schedule" && condition === null && isEverywhere;
    const { limit: _, repeat: __, ...looks } = definition;
    this.stamp = createHash("sha256")
      .update(JSON.stringify(sorted([scope, looks])))
      .digest("base64")
      .slice(0, 12);
  }

  /** Whether it is about a device. */
  isAbout({ row, product }: DeviceNode): boolean {
    return (
      product.row.workspace === this.workspace &&
      (this.products.size === 0 || this.products.has(row.product)) &&
      (this.devices.size === 0 || this.devices.has(row.uid)) &&
      (this.tags.size === 0 || row.tags.some((tag) => this.tags.has(tag)))
    );
  }
  /** uids of the only devices it may be about; null: more than these. */
  get only(): ReadonlySet<number> | null {
    return this.devices.size > 0 ? this.devices : null;
  }
}

/** The same, whatever the order in which its keys were written: what a store gives back says the same in another one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
