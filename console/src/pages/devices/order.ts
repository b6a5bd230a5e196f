import { compare } from "../../parts/sorting.ts";
import type { DeviceColumn, Row } from "./columns.tsx";

/** The order of the table, for what is no table. */
export function sorted(rows: readonly Row[], columns: readonly DeviceColumn[], sort: string, locale: string): Row[] {
  const by = columns.find(({ id }) => id === sort.replace(/^-/, ""))?.sortBy;
  if (by === undefined) return [...rows];
  const sign = sort.startsWith("-") ? -1 : 1;
  // each key once: making it may take longer than comparing
  return rows
    .map((row) => ({ row, key: by(row) }))
    .sort(({ key: a }, { key: b }) => {
      const empty = Number(a === undefined || a === null) - Number(b === undefined || b === null);
      return empty !== 0 ? empty : sign * compare(a, b, locale);
    })
    .map(({ row }) => row);
}
