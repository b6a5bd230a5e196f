import { Refusal } from "../../base/errors.ts";
import type { ImportRow } from "../../history/import.ts";
import { EXPORT_COLUMNS } from "../../history/text-formats.ts";
import { JsonNumber, members, parseJsonText } from "../../measure/json.ts";
import { quote } from "../../measure/bytes.ts";

/** A row as far as a file tells, or why it is none. */
export type ReadRow = { readonly row: ImportRow } | { readonly why: string };

const KEYS: ReadonlySet<string> = new Set(EXPORT_COLUMNS);
const SHAPE = `one JSON object a line with the keys ${EXPORT_COLUMNS.join(", ")}`;

/** Reads the cells of a CSV file by its header, in which the columns may have any order. */
export class CsvRows {
  private readonly places: readonly number[];

  /** @throws Refusal invalid_request when a column is missing, unknown, or there twice */
  constructor(
    private readonly header: readonly string[],
    delimiter = ",",
  ) {
    const other = otherDelimiter(header, delimiter);
    if (other !== undefined)
      throw new Refusal(
        "invalid_request",
        `The cells of the header are divided by ${other[0]}, not by "${delimiter}": say --delimiter ${other[1]}. Numbers must have a decimal point.`,
      );
    const names = header.map((name) => name.trim().toLowerCase());
    const wrong =
      EXPORT_COLUMNS.find((name) => !names.includes(name)) ??
      names.find((name, i) => !KEYS.has(name) || names.indexOf(name) !== i);
    if (wrong !== undefined)
      throw new Refusal(
        "invalid_request",
        `The first line must be the header ${EXPORT_COLUMNS.join(",")} (in any order); ${quote(wrong)} is missing, unknown, or there twice.`,
      );
    this.places = EXPORT_COLUMNS.map((name) => names.indexOf(name));
  }
  read(cells: readonly string[]): ReadRow {
    if (cells.length !== this.header.length)
      return { why: `The line has ${cells.length} cells, the header ${this.header.length}.` };
    const [time = "", product = "", device = "", field = "", value = ""] = this.places.map((i) => cells[i] ?? "");
    return { row: [time, product, device, field, value] };
  }
}

/** What divides the cells of a header instead of the delimiter: its name, and how it is given; undefined: nothing that is known. */
function otherDelimiter(header: readonly string[], delimiter: string): readonly [string, string] | undefined {
  if (header.length !== 1) return undefined;
  const known = [
    [";", "semicolons", "';'"],
    ["\t", "tabs", "tab"],
    [",", "commas", "','"],
    ["|", "bars", "'|'"],
  ] as const;
  const found = known.find(([sign]) => {
    const names = (header[0] ?? "").split(sign).map((name) => name.replaceAll('"', "").trim().toLowerCase());
    return sign !== delimiter && EXPORT_COLUMNS.every((name) => names.includes(name));
  });
  return found && [found[1], found[2]];
}

/** Reads one line of NDJSON. Numbers keep the digits that they were written with. */
export function readJsonRow(line: string): ReadRow {
  const json = parseJsonText(line);
  if (typeof json !== "object" || json === null || Array.isArray(json)) return { why: `This is not ${SHAPE}.` };
  const found = new Map<string, string>();
  for (const { key, value } of members(line)) {
    if (!KEYS.has(key)) return { why: `There is a key ${quote(key)}; it must be ${SHAPE}.` };
    if (found.has(key)) return { why: `The key "${key}" is there twice.` };
    const text = textOf(value);
    if (text === null) return { why: `"${key}" is neither text, nor a number, true or false.` };
    found.set(key, text);
  }
  const missing = EXPORT_COLUMNS.find((name) => !found.has(name));
  if (missing) return { why: `The key "${missing}" is missing; it must be ${SHAPE}.` };
  const [time = "", product = "", device = "", field = "", value = ""] = EXPORT_COLUMNS.map((name) => found.get(name));
  return { row: [time, product, device, field, value] };
}

function textOf(value: unknown): string | null {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
