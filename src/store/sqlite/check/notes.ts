import { SEVERITIES } from "../../../fleet/rule-action-rows.ts";
import { ALERT_STATES, EVENT_KINDS } from "../../ports.ts";
import { isWhole } from "./cells.ts";
import type { Row } from "./scan.ts";

/** Judges of rows that note something: see `JUDGES`. */

function judgeRefusal(row: Row): string | null {
  return isWhole(row.device) && isWhole(row.count) ? null : "a number in it is impossible";
}

function judgeEvent(row: Row): string | null {
  if (!EVENT_KINDS.some((kind) => kind === row.kind)) return `its kind is "${row.kind}"`;
  const event: unknown = JSON.parse(String(row.body));
  return typeof event === "object" && event !== null ? null : "it is no event";
}

function judgePresence(row: Row): string | null {
  return isWhole(row.device) && isWhole(row.number) ? null : "a number in it is impossible";
}

function judgeSeen(row: Row): string | null {
  return isWhole(row.product) && isWhole(row.number) ? null : "a number in it is impossible";
}

function judgeConsumer(row: Row): string | null {
  if (typeof row.name !== "string" || row.name === "") return "it has no name";
  return isWhole(row.position) && (row.lost === null || isWhole(row.lost)) ? null : "a number in it is impossible";
}

function judgeArrival(row: Row): string | null {
  return typeof row.key === "string" && row.key !== "" && isWhole(row.time) ? null : "it is no key with its time";
}

/** A pass or a suggestion. */
function judgeNote(row: Row): string | null {
  if (!isWhole(row.workspace) || !isWhole(row.product)) return "a number in it is impossible";
  const body: unknown = JSON.parse(String(row.body));
  return typeof body === "object" && body !== null ? null : "its body is none";
}

function judgeJournal(row: Row): string | null {
  if (typeof row.journal !== "string" || row.journal === "") return "it belongs to no journal";
  return Number.isSafeInteger(row.key) && isWhole(row.time) && typeof row.body === "string" ? null : "it is no entry";
}

function judgeAlert(row: Row): string | null {
  const { severity, state, workspace, rule, device, opened, changed } = row;
  if (![workspace, rule, device, opened, changed].every(isWhole)) return "a number in it is impossible";
  if (SEVERITIES[Number(severity)] === undefined || ALERT_STATES[Number(state)] === undefined)
    return "its severity or its state is none";
  return objectOrNot(row.body);
}
function judgeTask(row: Row): string | null {
  return isWhole(row.rule) && isWhole(row.time) ? objectOrNot(row.body) : "a number in it is impossible";
}
function objectOrNot(body: unknown): string | null {
  const value: unknown = JSON.parse(String(body));
  return typeof value === "object" && value !== null ? null : "its body is none";
}

/** What looks at a row, by its table. */
export const NOTES = {
  refusal: judgeRefusal,
  door: judgeEvent,
  presence: judgePresence,
  seen: judgeSeen,
  consumer: judgeConsumer,
  arrival: judgeArrival,
  journal: judgeJournal,
  pass: judgeNote,
  suggestion: judgeNote,
  alert: judgeAlert,
  alert_task: judgeTask,
};
