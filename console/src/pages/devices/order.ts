import { compare } from "../../parts/sorting.ts";
import type { DeviceColumn, Row } from "./columns.tsx";

/** Heard last first. */
export const USUAL_SORT = "-heard";

/** The order of the table, for what is no table. */
export function sorted(rows: readonly Row[], columns: readonly DeviceColumn[], sort: string, locale: string): Row[] {
  const by = columns.find(({ id }) => id === sort.replace(/^-/, ""))?.sortBy;
  if (by === undefined) return [...rows];
  const sign = sort.startsWith("-") ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [one, other] = [by(a), by(b)];
    const empty = Number(one === undefined || one === null) - Number(other === undefined || other === null);
    return empty !== 0 ? empty : sign * compare(one, other, locale);
  });
}
