import type { Principal } from "../auth/principal.ts";
import { type PublishRefusal, refused } from "../ingest/refused.ts";
import { type Decision, decideSubscription } from "../session/subscribe.ts";
import { isTopicName } from "../topic/names.ts";
import type { BrokerContext } from "./context.ts";
import { nothingThere } from "./nothing.ts";

/** Whether a publish would be refused for who makes it and where, whatever it bears; null: it would not. Nothing is recorded. */
export function askPublish(context: BrokerContext, principal: Principal, topic: string): PublishRefusal | null {
  if (!principal.mqtt) return refused("not_permitted", "This account may not use MQTT.");
  const { ingest, limits } = context;
  if (!isTopicName(topic, limits.maxTopicLevels))
    return refused("topic_not_allowed", "This is no topic name: it is empty, too deep, or has + or # in it.");
  const bytes = new TextEncoder().encode(topic);
  if (principal.free === null || !ingest.messages.isFree(bytes, 0, bytes.length))
    return ingest.whyNotOn(principal, topic);
  const found = ingest.messages.find(principal, bytes, 0, bytes.length);
  return found === null ? ingest.messages.whyNot(principal, bytes, 0, bytes.length) : null;
}

/** What a SUBSCRIBE with a filter would be answered; `absent`: why nothing would come under it now, null: something can. */
export function askSubscribe(
  { topics, directory, limits }: BrokerContext,
  principal: Principal,
  filter: string,
): Decision & { readonly absent: string | null } {
  if (!principal.mqtt) return { granted: false, reason: 0x87, message: "This account may not use MQTT.", absent: null };
  const decision = decideSubscription(filter, topics, principal, limits.maxTopicLevels);
  const absent = decision.granted ? nothingThere(topics, directory, principal, decision.canonical, true) : null;
  return { ...decision, absent };
}
