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
type RuleTrigger =
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
interface RuleHours {
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
type Compared =
  | number
  | string
  | boolean
  | { readonly field: string }
  | { readonly configuration: string }
  | { readonly lat: number; readonly lng: number; readonly radius: number };
