import { type BadRow, Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import { refuseRows } from "./bad-rows.ts";
import { decode, quote, skipSpace, trimEnd } from "./bytes.ts";
import { elements, JsonNumber, JsonObject, type Member, members, parseJsonText } from "./json.ts";
import { type ParsedTime, parseTime } from "./time.ts";

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
/** How much of a field's name a bad row repeats. */
const FIELD_SHOWN = 80;

/** A batch as it was read. When there are bad rows nothing of it may be recorded, and `rows` are for finding what else is wrong. */
export interface ReadBatch {
  /** In time order; rows of the same time stay in the order given. */
  readonly rows: readonly BatchRow[];
  /** What is wrong with the form and the times of rows; a row may have several entries, and be among `rows`, too. */
  readonly bad: readonly BadRow[];
  /** How many rows there are. */
  readonly count: number;
}

/**
 * Reads a batch (wire contract section 5): all of it or nothing.
 * @param input the payload's bytes, or what JSON.parse made of a body (then exactly repeated keys are no longer seen)
 * @returns the rows in time order; rows of the same time stay in the order given
 * @throws Refusal invalid_batch or, when only times are wrong, invalid_timestamp; `rows` names every bad row
 */
export function parseBatch(input: unknown, options: BatchOptions): readonly BatchRow[] {
  const { rows, bad, count } = readBatch(input, options);
  if (bad.length > 0) throw refuseRows(bad, count);
  return rows;
}

/**
 * The same for who looks at fields and values next: what is wrong with single rows is returned, so that all of it can be
 * told at once.
 * @throws Refusal invalid_batch when it is no batch at all
 */
export function readBatch(input: unknown, options: BatchOptions): ReadBatch {
  const most = options.maxRows ?? MAX_ROWS;
  const json = input instanceof Uint8Array ? readText(input) : input;
  const list = elementsOf(json, most + 1);
  const top = list === null ? membersOf(json, most + 1) : null;
  const count = list?.length ?? top?.length ?? 0;
  if (list === null && top === null) throw new Refusal("invalid_batch", `The payload is no batch; ${SHAPE}.`);
  if (count === 0) throw new Refusal("invalid_batch", `The batch is empty; ${SHAPE}.`);
  if (count > most) throw new Refusal("invalid_batch", `The batch has more than ${most} rows; send it in parts.`);

  const single = top !== null && isRow(top);
  const reader = new Reader(options);
  if (list) for (let i = 0; i < list.length; i++) reader.row(membersOf(list[i], MAX_ROW_KEYS), i);
  else if (top && single) reader.row(top, 0);
  else if (top) reader.fields(top);
  return { rows: inTimeOrder(reader.rows, options.now), bad: reader.bad, count: single ? 1 : count };
}

/** Enough to see that a row has keys that it should not have. */
const MAX_ROW_KEYS = 8;
const ROW_KEYS: ReadonlySet<string> = new Set(["field", "value", "timestamp"]);

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
      else first.set(field, index);
      this.rows.push({ field, value, time: this.options.defaultTime ?? null, index });
    }
  }

  /** `{"field", "value", "timestamp"?}` */
  row(given: readonly Member[] | null, index: number): void {
    if (given === null) return this.refuse(index, null, "is not an object");
    const found = new Map<string, unknown>();
    const field = given.find(({ key }) => key === "field")?.value;
    const named = typeof field === "string" ? field : null;
    const odd: string[] = [];
    for (const { key, value } of given) {
      if (!ROW_KEYS.has(key)) odd.push(quote(key));
      else if (found.has(key)) this.refuse(index, named, `has the key ${quote(key)} twice`);
      else found.set(key, value);
    }
    if (odd.length > 0) {
      const keys = `${odd.length === 1 ? "a key" : "the keys"} ${odd.slice(0, 3).join(", ")}${odd.length > 3 ? ", …" : ""}`;
      this.refuse(index, named, `has ${keys}, but only "field", "value" and "timestamp" are known`);
    }
    // of a row with very many keys not all were read
    const whole = given.length < MAX_ROW_KEYS;
    if (named === null && (whole || found.has("field")))
      this.refuse(index, null, found.has("field") ? 'has a "field" that is not text' : 'has no key "field"');
    if (!found.has("value") && whole) this.refuse(index, named, 'has no key "value"');
    const time = timeOf(found.get("timestamp"), this.options.now);
    const wrong = time !== null && "error" in time;
    if (wrong) this.note(index, named, "invalid_timestamp", time.error);
    if (named === null || !found.has("value")) return;
    const at = (wrong ? null : time?.time) ?? this.options.defaultTime ?? null;
    this.rows.push({ field: upper(named), value: found.get("value"), time: at, index });
  }

  private refuse(row: number, field: string | null, why: string): void {
    this.note(row, field, "invalid_batch", `Row ${row} ${why}.`);
  }
  private note(row: number, field: string | null, code: BadRow["code"], message: string): void {
    this.bad.push({ row, ...(field !== null && { field: field.slice(0, FIELD_SHOWN) }), code, message });
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
function timeOf(value: unknown, now: Micros): ParsedTime {
  if (!(value instanceof JsonNumber)) return parseTime(value, now);
  const { text } = value;
  return parseTime(/[eE]/.test(text) ? Number(text) : text, now, text);
}

/** Upper-cases a–z and nothing else. */
function upper(s: string): string {
  return s.replace(/[a-z]+/g, (run) => run.toUpperCase());
}

function inTimeOrder(rows: BatchRow[], now: Micros): BatchRow[] {
  return rows.sort((a, b) => (a.time ?? now) - (b.time ?? now)); // the sort is stable
}
