import { cellText, type TableRow } from "./table.ts";

/** What a table of devices or measurements may have, and which columns of a file are that. */

export const TARGETS = {
  devices: ["id", "name", "serial", "tags", "location", "metadata", "online_timeout"],
  measurements: ["time", "product", "device", "field", "value"],
} as const;
export type What = keyof typeof TARGETS;
export type Target = (typeof TARGETS)[What][number];

/** Columns without which there is no row. A product that is chosen takes the place of its column. */
export const NEEDED: Readonly<Record<What, readonly Target[]>> = {
  devices: ["id"],
  measurements: ["time", "device", "field", "value"],
};

/** Other names that tables have for a column. */
const ALIASES: Readonly<Partial<Record<Target, readonly string[]>>> = {
  id: ["device", "device_id", "deviceid", "gerät", "geräte_id"],
  name: ["device_name", "bezeichnung", "title"],
  serial: ["serial_number", "serialnumber", "deveui", "dev_eui", "seriennummer", "imei"],
  tags: ["tag", "labels"],
  location: ["place", "ort", "standort"],
  time: ["timestamp", "date", "datetime", "zeit", "recorded_at"],
  device: ["device_id", "deviceid", "id", "serial", "gerät"],
  field: ["measurement", "metric", "feld", "key"],
  value: ["wert", "reading"],
  product: ["product_slug", "produkt"],
};

/** Which column of the file each target is; −1: none. */
export type Mapping = Readonly<Partial<Record<Target, number>>>;

/** What the head says by its names. */
export function mappingOf(what: What, head: readonly string[]): Mapping {
  const names = head.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, "_"),
  );
  const found: Partial<Record<Target, number>> = {};
  for (const target of TARGETS[what]) {
    const at = [target, ...(ALIASES[target] ?? [])].map((name) => names.indexOf(name)).find((n) => n >= 0);
    // a column is one thing alone
    found[target] = at === undefined || Object.values(found).includes(at) ? -1 : at;
  }
  return found;
}

/** What is missing of a mapping. @param product one that is chosen for all rows; "": the column says it */
export function missingOf(what: What, mapping: Mapping, product: string): readonly Target[] {
  const needed = what === "measurements" && product === "" ? [...NEEDED[what], "product" as const] : NEEDED[what];
  return needed.filter((target) => (mapping[target] ?? -1) < 0);
}

/** Part of a table, as the API takes it, and the line of the file of each of its rows. */
export interface Piece {
  readonly text: string;
  /** Of the file, for each row. */
  readonly lines: readonly number[];
  /** Of this part, for each row: a cell may have line breaks. */
  readonly own: readonly number[];
}
export interface Shape {
  readonly what: What;
  readonly mapping: Mapping;
  /** Of measurements: the product of all rows; "": the column says it. */
  readonly product: string;
  /** Numbers have a decimal comma. */
  readonly commas: boolean;
}

/** A body of the API may have a mebibyte. */
const MOST_BYTES = 700_000;
const MOST_ROWS = 10_000;

/** Divides a table into parts that the API takes. @param rows without the head @param leftOut lines that are not taken along */
export function* piecesOf(rows: Iterable<TableRow>, shape: Shape, leftOut: ReadonlySet<number>): Generator<Piece> {
  const { what, mapping, product, commas } = shape;
  const targets = TARGETS[what].filter((target) => (mapping[target] ?? -1) >= 0 || (target === "product" && product));
  const head = `${targets.join(",")}\n`;
  let [text, lines, own, at] = [head, [] as number[], [] as number[], 2];
  for (const { line, cells } of rows) {
    if (leftOut.has(line)) continue;
    const row = targets.map((target) => {
      if (target === "product" && product !== "") return product;
      const cell = (cells[mapping[target] ?? -1] ?? "").trim();
      return cellText(target === "value" && commas ? cell.replace(/^(-?\d+),(\d+)$/, "$1.$2") : cell);
    });
    const written = `${row.join(",")}\n`;
    text += written;
    lines.push(line);
    own.push(at);
    at += written.split("\n").length - 1;
    // characters of three bytes at most, mostly one
    if (text.length > MOST_BYTES || lines.length >= MOST_ROWS) {
      yield { text, lines, own };
      [text, lines, own, at] = [head, [], [], 2];
    }
  }
  if (lines.length > 0) yield { text, lines, own };
}

/** Ids and serials that stand in the table twice: the server sees parts of it, and not what stands in another part. @returns by the line of the second */
export function twiceIn(
  rows: Iterable<TableRow>,
  mapping: Mapping,
): ReadonlyMap<number, { text: string; first: number }> {
  const found = new Map<number, { text: string; first: number }>();
  const seen = new Map<string, number>();
  for (const { line, cells } of rows)
    for (const target of ["id", "serial"] as const) {
      const text = (cells[mapping[target] ?? -1] ?? "").trim();
      if (text === "") continue;
      const key = `${target} ${text}`;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, line);
      else found.set(line, { text, first });
    }
  return found;
}
