import type { Hub } from "../fanout/hub.ts";
import { publishPlain } from "../fanout/platform-messages.ts";
import { MOST_TOPIC, type ToldRefusal } from "../ingest/refusals.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { errorPayload } from "./errors.ts";

/** Tells the account's own subscribers of a refusal, on the topic of errors (wire contract section 7). */
export function tellRefusal(hub: Hub, topics: PlatformTopics, refusal: ToldRefusal): void {
  // one that was cut has not its own levels any more
  const topic = topics.errorTopic(refusal.topic.length > MOST_TOPIC ? "" : refusal.topic);
  const payload = errorPayload(refusal);
  publishPlain(hub, topic, topic.split("/"), payload, 1, (o) => o.principal.key === refusal.principal);
}
