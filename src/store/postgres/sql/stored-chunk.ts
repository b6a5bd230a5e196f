import { type Columns, columnsFrom } from "../../sqlite/data/block/columns.ts";

/** A row of `chunk` with its arrays as JSON. */
export type StoredChunk = Readonly<Record<"first" | "step" | "div", number>> &
  Readonly<Record<"dt" | "i" | "j" | "f" | "g" | "b" | "s", string | null>>;

/** The points of a chunk; `dt` is that or `wide`. */
export function decoded(row: StoredChunk): Columns {
  const list = <T>(text: string | null): readonly T[] | null => (text === null ? null : (JSON.parse(text) as T[])); // array_to_json
  const times = Float64Array.from(list<number>(row.dt) ?? [], (dt) => row.first + dt * row.step);
  const [i, j, f, g] = [
    list<number>(row.i),
    list<number>(row.j),
    list<number | null>(row.f),
    list<number | null>(row.g),
  ];
  const [b, s] = [list<boolean | null>(row.b), list<string | null>(row.s)];
  if (i !== null && j === null) return { kind: "number", times, num: Float64Array.from(i, (m) => m / row.div) };
  const all = Array.from(times, (_, k) => {
    if (i !== null && j !== null) return { lat: (i[k] ?? 0) / row.div, lng: (j[k] ?? 0) / row.div };
    const [lat, lng] = [f?.[k] ?? null, g?.[k] ?? null];
    if (lat !== null) return lng === null ? lat : { lat, lng };
    return b?.[k] ?? s?.[k] ?? "";
  });
  return columnsFrom(times, all);
}
