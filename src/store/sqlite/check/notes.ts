import { EVENT_KINDS } from "../../ports.ts";
import { isWhole } from "./cells.ts";
import type { Row } from "./scan.ts";

/** Judges of rows that note something: see `JUDGES`. */

export function judgeRefusal(row: Row): string | null {
  return isWhole(row.device) && isWhole(row.count) ? null : "a number in it is impossible";
}

export function judgeEvent(row: Row): string | null {
  if (!EVENT_KINDS.some((kind) => kind === row.kind)) return `its kind is "${row.kind}"`;
  const event: unknown = JSON.parse(String(row.body));
  return typeof event === "object" && event !== null ? null : "it is no event";
}

export function judgePresence(row: Row): string | null {
  return isWhole(row.device) && isWhole(row.number) ? null : "a number in it is impossible";
}

export function judgeSeen(row: Row): string | null {
  return isWhole(row.product) && isWhole(row.number) ? null : "a number in it is impossible";
}

export function judgeConsumer(row: Row): string | null {
  if (typeof row.name !== "string" || row.name === "") return "it has no name";
  return isWhole(row.position) && (row.lost === null || isWhole(row.lost)) ? null : "a number in it is impossible";
}

export function judgeArrival(row: Row): string | null {
  return typeof row.key === "string" && row.key !== "" && isWhole(row.time) ? null : "it is no key with its time";
}

/** A pass or a suggestion. */
export function judgeNote(row: Row): string | null {
  if (!isWhole(row.workspace) || !isWhole(row.product)) return "a number in it is impossible";
  const body: unknown = JSON.parse(String(row.body));
  return typeof body === "object" && body !== null ? null : "its body is none";
}
