import type { WebhookAction } from "../../fleet/types.ts";
import { attempt } from "../webhooks/attempt.ts";
import { lower, oneLine } from "../webhooks/forms.ts";
import { signedHeaders } from "../webhooks/sign.ts";
import type { Doing, DoingNeeds } from "./doing.ts";
import { fill, stableId, valuesOf } from "./filling.ts";
import type { Outcome } from "./schedule.ts";

/** One request, signed by Standard Webhooks where the action has a secret; its id is the same whenever it is tried. */
export async function doWebhook(needs: DoingNeeds, action: WebhookAction, doing: Doing): Promise<Outcome> {
  const { clock, post } = needs;
  const values = valuesOf(needs, doing);
  const id = stableId(doing.tasks[0]);
  const { events: _, devices: __, count: ___, ...one } = values;
  const body = action.body === null ? JSON.stringify({ id, ...one }) : fill(action.body, values);
  const own = Object.entries(action.headers).map(([name, text]) => [name, oneLine(fill(text, values))]);
  const now = clock.micros();
  const signed =
    action.secret === null
      ? { "webhook-id": id, "webhook-timestamp": String(Math.floor(now / 1e6)) }
      : signedHeaders({ secret: action.secret, signature: "standard" }, id, body, now);
  const result = await attempt(post, clock, action.url, {
    body,
    headers: {
      "user-agent": "fieldcast",
      "content-type": "application/json",
      ...lower(Object.fromEntries(own)),
      ...signed,
    },
  });
  const { verdict, error, status, wait } = result;
  switch (verdict) {
    case "accepted":
      return { is: "done", text: `${hostOf(action.url)} answered ${status}.` };
    case "gone":
      return { is: "dead", text: `${hostOf(action.url)} answered 410: it wants nothing any more.` };
    case "refused":
    case "failed":
      return { is: "again", isRefused: verdict === "refused", wait, text: error ?? "It failed." };
    default:
      return verdict satisfies never;
  }
}
/** What follows may be secret. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "It";
}
