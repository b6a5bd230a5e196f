import { type BadRow, Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import { decode, quote, skipSpace, trimEnd } from "./bytes.ts";
import { elements, JsonNumber, JsonObject, type Member, members, parseJsonText } from "./json.ts";
import { parseTime } from "./time.ts";

/** One measurement of a batch. */
export interface BatchRow {
  /** Upper-cased (ASCII); not known to exist. */
  readonly field: string;
  /** For `parseJson`, which alone knows how to read it. */
  readonly value: unknown;
  /** The explicit time, or null: it counts as now. */
  readonly time: Micros | null;
  /** Where the row stood in the batch, from 0. */
  readonly index: number;
}

export interface BatchOptions {
  /** Most rows; 10,000 unless the instance says otherwise. */
  readonly maxRows?: number;
  /** Time of the rows that bear none: the publish's own `timestamp`. */
  readonly defaultTime?: Micros | null | undefined;
  readonly now: Micros;
}

const MAX_ROWS = 10_000;
const SHAPE = 'a batch is {"FIELD": value, …} or [{"field": …, "value": …, "timestamp": …}, …]';
/** How many bad rows the message itself tells of; all of them are in `rows`. */
const TOLD = 3;
/** How much of a field's name a bad row repeats. */
const FIELD_SHOWN = 80;

/**
 * Reads a batch (wire contract section 5): all of it or nothing.
 * @param input the payload's bytes, or what JSON.parse made of a body (then exactly repeated keys are no longer seen)
 * @returns the rows in time order; rows of the same time stay in the order given
 * @throws Refusal invalid_batch or, when only times are wrong, invalid_timestamp; `rows` names every bad row
 */
export function parseBatch(input: unknown, options: BatchOptions): BatchRow[] {
  const most = options.maxRows ?? MAX_ROWS;
  const json = input instanceof Uint8Array ? readText(input) : input;
  const list = elementsOf(json, most + 1);
  const top = list === null ? membersOf(json, most + 1) : null;
  const count = list?.length ?? top?.length ?? 0;
  if (list === null && top === null) throw new Refusal("invalid_batch", `The payload is no batch; ${SHAPE}.`);
  if (count === 0) throw new Refusal("invalid_batch", `The batch is empty; ${SHAPE}.`);
  if (count > most) throw new Refusal("invalid_batch", `The batch has more than ${most} rows; send it in parts.`);

  const reader = new Reader(options);
  if (list) for (let i = 0; i < list.length; i++) reader.row(membersOf(list[i], MAX_ROW_KEYS), i);
  else if (top && isRow(top)) reader.row(top, 0);
  else if (top) reader.fields(top);
  if (reader.bad.length > 0) throw refusal(reader.bad, count);
  return inTimeOrder(reader.rows, options.now);
}

/** Enough to see that a row has keys that it should not have. */
const MAX_ROW_KEYS = 8;

class Reader {
  readonly rows: BatchRow[] = [];
  readonly bad: BadRow[] = [];
  constructor(private readonly options: BatchOptions) {}

  /** `{"FIELD": value, …}` */
  fields(given: readonly Member[]): void {
    const first = new Map<string, number>();
    for (const [index, { key, value }] of given.entries()) {
      const field = upper(key);
      const before = first.get(field);
      if (before !== undefined) this.refuse(index, key, `names the same field as row ${before}`);
      else {
        first.set(field, index);
        this.rows.push({ field, value, time: this.options.defaultTime ?? null, index });
      }
    }
  }

  /** `{"field", "value", "timestamp"?}` */
  row(given: readonly Member[] | null, index: number): void {
    if (given === null) return this.refuse(index, null, "is not an object");
    const found = new Map<string, unknown>();
    const field = given.find(({ key }) => key === "field")?.value;
    const named = typeof field === "string" ? field : null;
    for (const { key, value } of given) {
      if (key !== "field" && key !== "value" && key !== "timestamp")
        return this.refuse(
          index,
          named,
          `has a key ${quote(key)}, but only "field", "value" and "timestamp" are known`,
        );
      if (found.has(key)) return this.refuse(index, named, `has the key ${quote(key)} twice`);
      found.set(key, value);
    }
    if (named === null)
      return this.refuse(index, null, found.has("field") ? 'has a "field" that is not text' : 'has no key "field"');
    if (!found.has("value")) return this.refuse(index, named, 'has no key "value"');
    const time = parseTime(timeOf(found.get("timestamp")), this.options.now);
    if (time !== null && "error" in time) {
      this.bad.push({ row: index, field: named.slice(0, FIELD_SHOWN), code: "invalid_timestamp", message: time.error });
      return;
    }
    const at = time?.time ?? this.options.defaultTime ?? null;
    this.rows.push({ field: upper(named), value: found.get("value"), time: at, index });
  }

  private refuse(row: number, field: string | null, why: string): void {
    const shown = field === null ? {} : { field: field.slice(0, FIELD_SHOWN) };
    this.bad.push({ row, ...shown, code: "invalid_batch", message: `Row ${row} ${why}.` });
  }
}

/** The payload as an array or object to be read, unwrapped once when it is a JSON string. */
function readText(bytes: Uint8Array): unknown {
  const from = skipSpace(bytes, 0, bytes.length);
  const text = decode(bytes, from, trimEnd(bytes, from, bytes.length));
  if (text === null) throw new Refusal("invalid_batch", "The payload is not UTF-8 text.");
  const outer = parseJsonText(text);
  const [inner, json] = typeof outer === "string" ? [outer, parseJsonText(outer)] : [text, outer];
  if (json === undefined) throw new Refusal("invalid_batch", `The payload ${quote(text)} is not JSON; ${SHAPE}.`);
  if (Array.isArray(json)) return new JsonArray(inner);
  return typeof json === "object" && json !== null ? new JsonObject(inner) : json;
}

/** An array that was not looked into yet. */
class JsonArray {
  constructor(readonly text: string) {}
}

function elementsOf(json: unknown, most: number): readonly unknown[] | null {
  if (json instanceof JsonArray) return elements(json.text, most);
  return Array.isArray(json) ? json : null;
}

function membersOf(json: unknown, most: number): readonly Member[] | null {
  if (json instanceof JsonObject) return members(json.text, most);
  if (typeof json !== "object" || json === null || Array.isArray(json) || json instanceof JsonNumber) return null;
  return Object.entries(json).map(([key, value]) => ({ key, value }));
}

/** An object with the keys `field` and `value`, and at most `timestamp`, is one row. */
function isRow(given: readonly Member[]): boolean {
  const keys = new Set(given.map(({ key }) => key));
  return keys.has("field") && keys.has("value") && keys.size === (keys.has("timestamp") ? 3 : 2);
}

/** Digits as they were written, so that a long fraction is cut and not rounded. */
function timeOf(value: unknown): unknown {
  if (!(value instanceof JsonNumber)) return value;
  return /[eE]/.test(value.text) ? Number(value.text) : value.text;
}

/** Upper-cases a–z and nothing else. */
function upper(s: string): string {
  return s.replace(/[a-z]+/g, (run) => run.toUpperCase());
}

function inTimeOrder(rows: BatchRow[], now: Micros): BatchRow[] {
  return rows.sort((a, b) => (a.time ?? now) - (b.time ?? now)); // the sort is stable
}

function refusal(bad: readonly BadRow[], count: number): Refusal {
  const told = bad
    .slice(0, TOLD)
    .map(({ row, message }) => (message.startsWith("Row ") ? message : `Row ${row}: ${message}`));
  if (bad.length > TOLD) told.push("…");
  const code = bad.every((row) => row.code === "invalid_timestamp") ? "invalid_timestamp" : "invalid_batch";
  return new Refusal(
    code,
    `${bad.length} of ${count} rows are refused, so nothing was recorded. ${told.join(" ")}`,
    bad,
  );
}
