import { Refusal } from "../base/errors.ts";
import { type FieldType, type Form, specOf, type Value } from "../measure/types.ts";
import { ofForm } from "../measure/value.ts";
import type { Aggregates } from "../store/ports.ts";
import { AGGREGATIONS, type Aggregation, type Cell } from "./types.ts";

/**
 * Reads the name of an aggregation, in any case, for a field.
 * @throws Refusal invalid_request: no such aggregation, or none for the type
 */
export function parseAggregation(text: string, field: string, type: FieldType): Aggregation {
  const found = AGGREGATIONS.find((one) => one === text.toUpperCase());
  const allowed = specOf(type).aggregations;
  if (found !== undefined && allowed.includes(found)) return found;
  const what = found ?? JSON.stringify(text.slice(0, 40));
  throw new Refusal(
    "invalid_request",
    `aggregation: ${what} ${found ? "does not apply to" : "is not known; for"} ${field} (${type})${found ? "; use" : " use"} ${allowed.join(", ")}.`,
  );
}

/** Whether an empty bucket can show the value of the one before: sums and changes are of their bucket alone (a COUNT is 0). */
export function canCarry(aggregation: Aggregation): boolean {
  return aggregation !== "SUM" && aggregation !== "CHANGE";
}

/**
 * The cells of one column; null for an empty bucket, but 0 for its COUNT. What is larger than a number may be is infinite here;
 * answers show null, and say so.
 * Of numbers: what the words say; CHANGE is the last minus the first reading in the bucket. Of running totals SUM and CHANGE are the
 * increase, with the step from the reading before the bucket (wire contract section 5). Of booleans: AVG whether
 * more than half are true, MIN whether all, MAX whether any, SUM how many.
 */
export function cellsOf(type: FieldType, aggregation: Aggregation, found: Aggregates): Cell[] {
  return Array.from(found.count, (_, i) => cellAt(type, aggregation, found, i));
}
/** The figure of one bucket. */
export function cellAt(type: FieldType, aggregation: Aggregation, found: Aggregates, i: number): Cell {
  const count = found.count[i] ?? 0;
  if (aggregation === "COUNT") return count;
  const { form, isTotal } = specOf(type);
  return count === 0 ? null : cellOf(form, isTotal, aggregation, found, i, count);
}

function cellOf(
  form: Form,
  isTotal: boolean,
  aggregation: Exclude<Aggregation, "COUNT">,
  a: Aggregates,
  i: number,
  count: number,
): Cell {
  switch (aggregation) {
    case "AVG":
      if (form === "boolean") return at(a.sum, i) * 2 > count;
      return meanOf(at(a.sum, i), count, at(a.min, i), at(a.max, i));
    case "MIN":
      return ofForm(form, at(a.min, i));
    case "MAX":
      return ofForm(form, at(a.max, i));
    case "SUM":
      return isTotal ? at(a.increase, i) : at(a.sum, i);
    case "FIRST":
      return shown(form, a.first[i]);
    case "LAST":
      return shown(form, a.last[i]);
    case "CHANGE":
      return isTotal ? at(a.increase, i) : Number(a.last[i]) - Number(a.first[i]);
    default:
      return aggregation satisfies never;
  }
}

/** A mean lies between the least and the greatest, whatever the last rounding did. Of a sum that overflowed it is as that. */
function meanOf(sum: number, count: number, min: number, max: number): number {
  return Number.isFinite(sum) ? Math.min(Math.max(sum / count, min), max) : sum;
}

function at(column: Float64Array, i: number): number {
  return column[i] ?? Number.NaN; // the port gives an entry for each bucket
}

function shown(form: Form, value: Value | null | undefined): Cell {
  return value === null || value === undefined ? null : ofForm(form, value);
}

/** Shows in empty buckets what the one before had (last one carried forward), bucket by bucket in their order. */
export class Carry {
  /**
   * @param last what to begin with; null: nothing is known of before
   * @param now µs; a bucket that begins after it stays empty: nobody knows the future
   */
  constructor(
    private last: Cell,
    private readonly now: number,
  ) {}
  /** What a bucket shows. @param start its begin, µs */
  next(cell: Cell, start: number): Cell {
    if (start > this.now) return cell;
    if (cell !== null) this.last = cell;
    return this.last;
  }
}
