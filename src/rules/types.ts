import type { Micros } from "../base/types.ts";
import type { Value } from "../measure/types.ts";

/** What a rule says, as its row keeps it and as files and requests have it: durations are texts such as `90s`, `10m`, `2d`. */
export interface RuleDefinition {
  readonly trigger: RuleTrigger;
  /** Null: what triggers it is enough. */
  readonly condition: RuleCondition | null;
  /** It must hold for so long before the rule fires; null: it fires at once. */
  readonly for: string | null;
  /** While it holds it is told again so often; null: once. */
  readonly repeat: string | null;
  /** It holds only at these hours; null: always. */
  readonly hours: RuleHours | null;
  /** Times an hour that its actions run, at most, over all devices; null: any number. */
  readonly limit: number | null;
  /** Measurements older than this when they come raise nothing; `any`: they do, however late they are. */
  readonly max_age: string;
}

/** What it looks at a rule for. */
export type RuleTrigger =
  /** Each new current value of these fields. */
  | { readonly type: "measurement"; readonly fields: readonly string[] }
  /** A device says nothing for longer than its online timeout, or than `timeout`; what it says ends it. */
  | { readonly type: "silence"; readonly timeout: string | null }
  /** Moments of a clock: cron, as a wall clock in the zone shows it. */
  | { readonly type: "schedule"; readonly cron: string; readonly zone: string }
  /** A device crosses a circle; radius in metres. */
  | {
      readonly type: "geofence";
      readonly field: string;
      readonly lat: number;
      readonly lng: number;
      readonly radius: number;
      readonly event: "enter" | "leave";
    };

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];
/** Hours of days of a week on a wall clock. A span that ends before it begins goes over midnight, and belongs to the day of its beginning. */
export interface RuleHours {
  readonly zone: string;
  readonly days: readonly Day[];
  /** `HH:MM`; `to` may be 24:00. */
  readonly from: string;
  readonly to: string;
}

export type RuleCondition =
  | { readonly all: readonly RuleCondition[] }
  | { readonly any: readonly RuleCondition[] }
  | { readonly not: RuleCondition }
  | RuleComparison;

export const FIGURES = ["average", "minimum", "maximum", "change", "count"] as const;
export type Figure = (typeof FIGURES)[number];
export const OPERATORS = [">", ">=", "<", "<=", "=", "!=", "contains", "starts_with", "inside", "outside"] as const;
export type Operator = (typeof OPERATORS)[number];

/** What is compared: the current value of a field or a figure of its window, or what is configured for the device. */
export interface RuleComparison {
  readonly field?: string;
  readonly configuration?: string;
  /** Of the field's values over the time `over`. */
  readonly figure?: Figure;
  readonly over?: string;
  readonly operator: Operator;
  readonly value: Compared;
  /** Once true it stays so until the value is past the bound by more than this. */
  readonly hysteresis?: number;
}
/** What it is compared with. */
export type Compared =
  | number
  | string
  | boolean
  | { readonly field: string }
  | { readonly configuration: string }
  | { readonly lat: number; readonly lng: number; readonly radius: number };

/** `fired`: it became true; `repeated`: it is true still; `cleared`: it is true no more. */
export type HappeningKind = "fired" | "repeated" | "cleared";

/** A value that a rule looked at. */
export interface SeenValue {
  /** What it is of: a field, `average(FIELD, 10m)`, or a configuration field. */
  readonly field: string;
  /** Null: there is none. */
  readonly value: Value | null;
  /** Null: it is not of one moment. */
  readonly time: Micros | null;
  readonly unit: string | null;
}

/** A rule became true, is so still, or is no more, for one device. It is stored in the commit of the state that it comes from. */
export interface Happening {
  /** Grows for ever. */
  readonly id: number;
  /** uids; device 0: none, the rule is about no device. */
  readonly rule: number;
  readonly device: number;
  readonly kind: HappeningKind;
  readonly time: Micros;
  /** The first is what decided. */
  readonly values: readonly SeenValue[];
  /** How many writes of rules led to it; 0: none. */
  readonly depth: number;
  /** Why no action runs; null: they do. */
  readonly quiet: "limit" | "snooze" | null;
  /** Why it cleared although nothing became good: its hours ended, the rule was changed, or switched off. Then no action runs. */
  readonly reason: "hours" | "changed" | "off" | null;
  /** Nothing will clear it: a moment of a schedule. */
  readonly isPulse: boolean;
}

/** How deep rules may be triggered by what rules write. */
export const MOST_DEPTH = 8;
