import type { Value } from "../../../measure/types.ts";
import { double, readable } from "./chunk.ts";

/** A time in microseconds as PostgreSQL's; exact for all that there are. */
export const stamp = (micros: string): string => `('epoch'::timestamptz + ${micros} * interval '1 microsecond')`;
/** And back. */
export const micros = (time: string): string => `(extract(epoch FROM ${time}) * 1000000)::bigint`;
/** A text that came through `toStored` (text.ts), which marks ESC by another: people read what was sent. */
export const unmarked = (text: string): string => `replace(${text}, E'\\x1b001b', E'\\x1b')`;

/** A value as columns of a row. */
interface Cells {
  readonly num: string | null;
  readonly bool: string | null;
  readonly text: string | null;
  readonly lat: string | null;
  readonly lng: string | null;
}
const EMPTY: Cells = { num: null, bool: null, text: null, lat: null, lng: null };

function cellsOf(value: Value): Cells {
  if (typeof value === "number") return { ...EMPTY, num: double(value) };
  if (typeof value === "boolean") return { ...EMPTY, bool: value ? "t" : "f" };
  if (typeof value === "string") return { ...EMPTY, text: readable(value) };
  return { ...EMPTY, lat: double(value.lat), lng: double(value.lng) };
}

/** Points as parameters of PUT. */
export function listed(points: readonly { readonly series: number; readonly time: number; readonly value: Value }[]) {
  const cells = points.map(({ value }) => cellsOf(value));
  const column = (name: keyof Cells) => cells.map((one) => one[name]);
  return [
    points.map(({ series }) => series),
    points.map(({ time }) => time),
    ...(["num", "bool", "text", "lat", "lng"] as const).map(column),
  ];
}
/** Writes points into a table with plain columns; of one that is there the later holds. */
export function put(table: string, key: string): string {
  return (
    `INSERT INTO ${table} (series, time, num, bool, text, lat, lng) SELECT u.series, ${stamp("u.time")}, u.num, u.bool, ${unmarked("u.text")}, u.lat, u.lng ` +
    "FROM unnest($1::bigint[], $2::bigint[], $3::float8[], $4::boolean[], $5::text[], $6::float8[], $7::float8[]) " +
    "AS u (series, time, num, bool, text, lat, lng) " +
    `ON CONFLICT (${key}) DO UPDATE SET time = excluded.time, num = excluded.num, bool = excluded.bool, text = excluded.text, lat = excluded.lat, lng = excluded.lng`
  );
}
