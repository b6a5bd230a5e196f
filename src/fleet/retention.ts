import { specOf } from "../measure/types.ts";
import type { Column } from "./columns.ts";
import { type Field, type KeepDays, type Product, type Retention, ROLLUP_STEPS, type RollupStep } from "./rows.ts";

/** The longest time that can be said in days: a century. */
const MOST_DAYS = 36_500;
const DAYS: ReadonlyMap<string, number> = new Map([
  ["d", 1],
  ["w", 7],
  ["y", 365],
]);
export const KEEP_RULE = "a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever";

/** What holds for one field: its own word, otherwise its product's. */
export interface Policy {
  readonly days: KeepDays;
  /** Finest first; none while the measurements are kept for ever, as nothing goes that they could stand for. */
  readonly rollups: readonly { readonly step: RollupStep; readonly days: KeepDays }[];
}

/** Reads `90d`, `12w`, `5y` or `forever`; undefined: not understood. */
export function keepDaysOf(text: string): KeepDays | undefined {
  if (text === "forever") return null;
  const [, digits = "", unit = ""] = /^(\d{1,5})([dwy])$/.exec(text) ?? [];
  const days = Number(digits) * (DAYS.get(unit) ?? 0);
  return days >= 1 && days <= MOST_DAYS ? days : undefined;
}
/** As it is read. */
export function printKeep(days: KeepDays): string {
  if (days === null) return "forever";
  return days % 365 === 0 ? `${days / 365}y` : `${days}d`;
}
/** `1h 5y, 1d forever`; `none`. */
export function printRollups(rollups: Retention["rollups"]): string {
  const parts = ROLLUP_STEPS.flatMap((step) => {
    const days = rollups?.[step];
    return days === undefined ? [] : [`${step} ${printKeep(days)}`];
  });
  return parts.length > 0 ? parts.join(", ") : "none";
}

export function isUnsaid(retention: Retention | undefined): boolean {
  return retention === undefined || (retention.days === undefined && retention.rollups === undefined);
}
/** How a row's retention is stored: nothing said is null, however it is written. */
export function keptAs(column: string): Column<Retention | undefined> {
  return {
    column,
    read(cell) {
      if (cell === null) return undefined;
      const retention = typeof cell === "string" ? retentionOf(cell) : null;
      if (retention === null) throw new RangeError("is not understood");
      return retention;
    },
    write: (retention) => (isUnsaid(retention) ? null : JSON.stringify(retention)),
  };
}
/** Reads what JSON.stringify made of it, and trusts nothing; null: it is something else. */
export function retentionOf(json: string): Retention | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isGroup(value)) return null;
  const { days, rollups } = value;
  if (days !== undefined && !isKeep(days)) return null;
  if (rollups === undefined) return { ...(days !== undefined && { days }) };
  if (!isGroup(rollups)) return null;
  const read: Partial<Record<RollupStep, KeepDays>> = {};
  for (const [name, kept] of Object.entries(rollups)) {
    const step = ROLLUP_STEPS.find((one) => one === name);
    if (step === undefined || !isKeep(kept)) return null;
    read[step] = kept;
  }
  return { ...(days !== undefined && { days }), rollups: read };
}
function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isKeep(value: unknown): value is KeepDays {
  return value === null || (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_DAYS);
}

/** The policy of a field; of a product's fields that say nothing, without `field`. */
export function policyOf(product: Pick<Product, "retention">, field?: Pick<Field, "retention" | "type">): Policy {
  const own = field?.retention?.days;
  const days = own === undefined ? (product.retention?.days ?? null) : own;
  const stated = field?.retention?.rollups ?? product.retention?.rollups;
  if (days === null || (field !== undefined && !specOf(field.type).hasRollups)) return { days, rollups: [] };
  const rollups = ROLLUP_STEPS.flatMap((step) => {
    const kept = stated?.[step];
    return kept === undefined ? [] : [{ step, days: kept }];
  });
  return { days, rollups };
}

/**
 * What is wrong with what is said of a product, or of one field of it; null: nothing. Rollups stand for measurements that are
 * gone, so they need an end of these, and must be kept longer.
 */
export function retentionProblem(
  product: Pick<Product, "retention">,
  field?: Pick<Field, "retention" | "type">,
): { readonly key: "retention" | "rollups"; readonly text: string } | null {
  const { days } = policyOf(product, field);
  const own = (field ?? product).retention?.rollups;
  const any = own !== undefined && Object.keys(own).length > 0;
  if (field !== undefined && !specOf(field.type).hasRollups)
    return any ? { key: "rollups", text: "texts and positions have no rollups" } : null;
  if (days === null) {
    if (!any) return null;
    const text =
      "rollups stand for measurements that are gone, and these are kept for ever; say how long with retention";
    return { key: "rollups", text };
  }
  const stated = own ?? product.retention?.rollups ?? {};
  for (const step of ROLLUP_STEPS) {
    const kept = stated[step];
    if (kept === undefined || kept === null || kept > days) continue;
    const whose = own === undefined ? " of the product" : "";
    const text = `the ${step} rollups${whose} are kept for ${printKeep(kept)}, and must be kept longer than the measurements (${printKeep(days)})`;
    return { key: own === undefined ? "retention" : "rollups", text };
  }
  return null;
}

/** Whether a new policy lets go of something that the old one keeps. */
export function isShorter(before: Policy, after: Policy): boolean {
  const less = (a: KeepDays, b: KeepDays) => b !== null && (a === null || b < a);
  if (less(before.days, after.days)) return true;
  if (after.days === null) return false;
  return before.rollups.some(({ step, days }) => {
    const kept = after.rollups.find((one) => one.step === step);
    return kept === undefined || less(days, kept.days);
  });
}
