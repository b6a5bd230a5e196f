import type { OpenedDashboard, SharedDashboard } from "../../api/people.d.ts";
import { noteServerDate } from "../../api/clock.ts";
import { ApiProblem } from "../../api/problem.ts";
import type { HistoryWish } from "../../parts/dashboard/data.ts";

/** The operations of a link that shows a dashboard. Neither cookie nor token is sent: the key alone speaks. */

const BASE = "/api/v1/shared";

async function answered(path: string, init: RequestInit): Promise<unknown> {
  const answer = await fetch(`${BASE}${path}`, { ...init, credentials: "omit" });
  noteServerDate(answer.headers.get("Date"), Date.now());
  if (!answer.ok) throw await ApiProblem.of(answer);
  return answer.json();
}

/** @throws ApiProblem link_over, password_needed, sign_in_failed, too_many_attempts */
export async function openLink(secret: string, password: string | null): Promise<OpenedDashboard> {
  const body = JSON.stringify({ secret, ...(password !== null && { password }) });
  const init = { method: "POST", body, headers: { "Content-Type": "application/json" } };
  return (await answered("/open", init)) as OpenedDashboard; // as the document says
}
export const bearing = (key: string) => ({ Authorization: `Share ${key}` });

export async function sharedDashboard(key: string, signal: AbortSignal): Promise<SharedDashboard> {
  return (await answered("", { headers: bearing(key), signal })) as SharedDashboard; // as the document says
}

export async function sharedHistory(key: string, wish: HistoryWish, signal: AbortSignal): Promise<readonly object[]> {
  const entries = Object.entries(wish).map(([name, value]): [string, string] => [name, String(value)]);
  const found = (await answered(`/history?${new URLSearchParams(entries)}`, { headers: bearing(key), signal })) as {
    rows: object[];
  }; // as the document says
  return found.rows;
}
