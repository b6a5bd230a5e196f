import type { WebhookNeeds } from "./needs.ts";
import { consumerOf, type OpenHook } from "./open-hook.ts";
import type { WebhookStatus } from "./types.ts";

/** How a webhook is at this moment. */
export function statusOf(
  { clock, consumers }: Pick<WebhookNeeds, "clock" | "consumers">,
  open: OpenHook,
): WebhookStatus {
  const { row, book, hook } = open;
  const failure = hook?.backoff.failure ?? null;
  const lag = [...consumers.lags()].find(([name]) => name === consumerOf(row.uid))?.[1];
  const state = !row.active ? "off" : row.paused !== undefined ? "paused" : failure !== null ? "failing" : "active";
  return {
    state,
    reason: row.paused?.reason ?? failure?.error ?? null,
    failures: failure?.failures ?? 0,
    nextTry: failure === null ? null : clock.wallOf(failure.next),
    ...book.week(clock.micros()),
    deadLetters: book.letters.count,
    dropped: book.dropped,
    lagRows: lag?.rows ?? 0,
    lagAge: lag?.age ?? 0,
  };
}
