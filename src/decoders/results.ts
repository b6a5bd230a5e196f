import { beside, described, isValueless, pair, textsOf, told } from "./result-items.ts";
import { type FunctionName, isNotANumber } from "./types.ts";

/** One value that a decoder gave, as a row of the HTTP record body: what it is worth is for the ingestion to say. */
export interface Row {
  /** Serial or id, where the script names the device itself. */
  readonly device?: string;
  /** The field's identifier, in upper case. */
  readonly field: string;
  readonly value: number | string | boolean | { readonly lat: number; readonly lng: number };
  /** As the script wrote it: seconds, or a text; whatever else it is, is for who judges the row to refuse. */
  readonly timestamp?: unknown;
  /** The unit that the script names, for a suggestion. */
  readonly unit?: string;
  /** A name for people that the script gives, for a suggestion. */
  readonly name?: string;
}

/** What came of a call. */
export interface Rows {
  readonly rows: readonly Row[];
  /** The script says that it could not decode: nothing of it counts (TS013). */
  readonly errors: readonly string[];
  /** What was passed over, and what the script warned of. */
  readonly warnings: readonly string[];
  /** How many values were left out since there are too many; a warning says so, too. */
  readonly left: number;
}

const MOST_ROWS = 1000;
const DEEPEST = 8;

/** Functions whose result is `{data, warnings?, errors?}`, and for whom no result is a failure (TS013-1.0.0). */
const TS013: ReadonlySet<FunctionName> = new Set<FunctionName>(["decodeUplink", "decodeDownlink", "normalizeUplink"]);

/**
 * Reads the result of a decoder in any of the forms that public code returns: a list of `{field, value, …}`, a flat or
 * nested object, a list of objects, `{data: …}` with warnings and errors, and values with a unit beside them.
 * @param called the function that gave it
 * @param result plain data, as `Success.result` holds it
 */
export function rowsOf(called: FunctionName, result: unknown): Rows {
  const reader = new Reader();
  if (!isObject(result) && !Array.isArray(result)) {
    if (TS013.has(called))
      return { rows: [], errors: [`${called} gave ${told(result)}, not {data: …}`], warnings: [], left: 0 };
    if (result !== null && result !== undefined && result !== false && result !== "")
      reader.warnings.push(`the script gave ${told(result)}: it is no list and no object of fields`);
    return reader.end();
  }
  const wrapped = isObject(result) && isWrapper(result, TS013.has(called));
  if (!wrapped) reader.take(result);
  else {
    reader.warnings.push(...textsOf(result.warnings));
    const errors = textsOf(result.errors);
    if (errors.length > 0) return { rows: [], errors, warnings: reader.warnings, left: 0 };
    if (result.data === undefined || result.data === null) {
      if (TS013.has(called))
        return { rows: [], errors: [`${called} gave no data`], warnings: reader.warnings, left: 0 };
    } else reader.take(result.data);
  }
  return reader.end();
}

/** `{data, warnings, errors}` and nothing else; from a function of TS013 anything that has one of them. */
function isWrapper(result: Readonly<Record<string, unknown>>, ts013: boolean): boolean {
  const keys = Object.keys(result);
  const ours = (key: string) => key === "data" || key === "warnings" || key === "errors";
  if (ts013) return keys.some(ours);
  return "data" in result && typeof result.data === "object" && keys.every(ours);
}

class Reader {
  readonly rows: Row[] = [];
  readonly warnings: string[] = [];
  private left = 0;

  take(result: unknown): void {
    if (!Array.isArray(result)) return this.object(result, {}, "", 0);
    for (const item of result) {
      if (Array.isArray(item)) for (const inner of item) this.item(inner);
      else this.item(item);
    }
  }

  end(): Rows {
    if (this.left > 0) this.warnings.push(`${this.left} values beyond the first ${MOST_ROWS} were left out`);
    return { rows: this.rows, errors: [], warnings: this.warnings, left: this.left };
  }

  private item(item: unknown): void {
    if (!isObject(item)) {
      if (item !== null && item !== undefined) this.warnings.push(`${told(item)} in the list is no {field, value}`);
      return;
    }
    if (typeof item.field === "string" && isValueless(item))
      return void this.warnings.push(`${identifier(item.field)} has no value`);
    if (typeof item.field !== "string" || !("value" in item)) return this.object(item, {}, "", 0);
    this.value(identifier(item.field), item.value, { ...beside(item), ...described(item) });
  }

  /** Every key is a field; what is nested gets the names of all levels. */
  private object(from: unknown, given: Partial<Row>, prefix: string, depth: number): void {
    if (!isObject(from)) return;
    const row = depth === 0 ? { ...beside(from), ...given } : given;
    for (const [key, value] of Object.entries(from)) {
      if (depth === 0 && (key === "device" || key === "timestamp")) continue;
      const name = prefix === "" ? identifier(key) : `${prefix}_${identifier(key)}`;
      if (!isObject(value) || isNotANumber(value)) this.value(name, value, row);
      else if ("value" in value && !isObject(value.value))
        this.value(name, value.value, { ...row, ...described(value) });
      else if (depth < DEEPEST) this.object(value, row, name, depth + 1);
      else this.warnings.push(`${name} is nested deeper than ${DEEPEST} levels`);
    }
    this.position(from, row, prefix);
  }

  private value(field: string, value: unknown, given: Partial<Row>): void {
    if (value === null || value === undefined || Array.isArray(value)) return;
    if (isNotANumber(value)) return void this.warnings.push(`${field} is ${value["\u0000number"]}, which is no value`);
    const geo = isObject(value) ? pair(value) : null;
    if (isObject(value) && geo === null) return this.object(value, given, field, 1);
    if (this.rows.length >= MOST_ROWS) return void this.left++;
    this.rows.push({ ...given, field, value: geo ?? (value as number | string | boolean) });
  }

  /** A latitude beside a longitude is a position, too. */
  private position(from: Readonly<Record<string, unknown>>, row: Partial<Row>, prefix: string): void {
    const geo = pair(from);
    const field = prefix === "" ? "LOCATION" : prefix;
    if (geo === null || this.rows.some((other) => other.field === field)) return;
    this.value(field, geo, row);
  }
}

/** A name as a field's identifier: upper case, and `_` for every sign that none may have. */
export function identifier(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
