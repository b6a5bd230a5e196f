import type { Webhook } from "../fleet/types.ts";
import { accountKeyOf } from "../integrations/webhooks/rights.ts";
import type { DeadLetter, WebhookCall } from "../integrations/webhooks/types.ts";
import { printTime } from "../measure/time.ts";
import { showScope } from "./scope.ts";
import type { AdminDeps } from "./types.ts";

/** Webhooks and their books, as answers have them. */

type Deps = Pick<AdminDeps, "directory" | "fleet" | "webhooks">;

/** As answers have it. */
export function showWebhook({ directory, fleet, webhooks }: Deps, row: Webhook) {
  const { uid, name, url, events, filter, headers, form, signature, active, created } = row;
  const key = accountKeyOf(row);
  const status = webhooks?.status(uid) ?? null;
  const state: "active" | "failing" | "paused" | "off" = !active
    ? "off"
    : row.paused === undefined
      ? "active"
      : "paused";
  return {
    webhook: uid,
    workspace: directory.workspace(row.workspace)?.slug ?? "",
    name,
    url,
    description: row.description ?? null,
    events: [...events],
    filter: { ...showScope(directory, filter), fields: [...filter.fields] },
    headers: Object.fromEntries(Object.keys(headers).map((one) => [one, null])),
    form,
    template: row.template ?? null,
    batch: { max: row.batchMax, wait: row.batchWait },
    signature,
    account: key === null ? null : fleet.accountName(key),
    active,
    created: printTime(created),
    state: status?.state ?? state,
    reason: status?.reason ?? row.paused?.reason ?? null,
    since: row.paused === undefined ? null : printTime(row.paused.since),
    next_try: status === null || status.nextTry === null ? null : printTime(status.nextTry),
    calls: status?.calls ?? 0,
    failed_calls: status?.failed ?? 0,
    error_rate: status === null || status.calls === 0 ? 0 : Math.round((status.failed / status.calls) * 1e4) / 1e4,
    dead_letters: status?.deadLetters ?? 0,
    dropped_events: status?.dropped ?? 0,
    lag_rows: status?.lagRows ?? 0,
    lag_seconds: Math.round((status?.lagAge ?? 0) / 1e6),
  };
}
/** @param seesBodies whether what was sent is shown */
export function showCall({ time, ...call }: WebhookCall, seesBodies: boolean) {
  return { ...call, time: printTime(time), ...(seesBodies ? {} : { body: null, answer: null }) };
}
export function showLetter({ time, headers: _, body, ...letter }: DeadLetter, seesBodies: boolean) {
  return { ...letter, time: printTime(time), body: seesBodies ? body : null };
}
