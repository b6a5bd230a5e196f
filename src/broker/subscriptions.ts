import type {
  SubscribePacket,
  UnsubscribePacket,
  Version,
  Subscription as WishedSubscription,
} from "../codec/index.ts";
import { encodeWithin } from "../codec/index.ts";
import type { Outlet } from "../fanout/outlet.ts";
import { replayRetained } from "../fanout/retained.ts";
import { replayMessages } from "../fanout/retained-messages.ts";
import { storedForm, type Subscription, subscriptionOf } from "../fanout/subscription.ts";
import { reasonText } from "../session/reason.ts";
import { type Decision, decideSubscription } from "../session/subscribe.ts";
import type { Seq } from "../store/ports.ts";
import type { BrokerContext } from "./context.ts";
import type { Channel } from "./channel.ts";
import { nothingThere } from "./nothing.ts";
import type { Session } from "./session.ts";

/** Characters of a filter that the log shows. */
const MOST_SHOWN = 200;

/** Filters of one SUBSCRIBE for which it is found out what was meant. */
const MOST_LOOKED_FOR = 20;
/** Why filters are refused, by v5 reason code; for the metric. */
const REFUSED_AS = new Map([
  [0x87, "not_allowed"],
  [0x8f, "invalid_filter"],
  [0x97, "too_many_filters"],
]);

/** What the rules say of a filter, and the limits of filters. @param index its place in the packet */
function decide(context: BrokerContext, session: Session, filter: string, index: number): Decision {
  const { maxTopicLevels, maxSubscriptions, maxTotalSubscriptions, maxSubscribeFilters } = context.limits;
  if (index >= maxSubscribeFilters) return tooMany(`A SUBSCRIBE has at most ${maxSubscribeFilters} filters.`);
  const decision = decideSubscription(filter, context.topics, session.principal, maxTopicLevels);
  const { subscriptions } = session.outlet;
  if (!decision.granted || subscriptions.has(filter)) return decision;
  if (subscriptions.size >= maxSubscriptions) return tooMany(`A session holds at most ${maxSubscriptions} filters.`);
  if (context.hub.subscriptions >= maxTotalSubscriptions)
    return tooMany(`This server holds at most ${maxTotalSubscriptions} filters of all sessions.`);
  return decision;
}
function tooMany(message: string): Decision {
  return { granted: false, reason: 0x97, message };
}

/** Enters a subscription that was granted, in the place of one with the same filter [MQTT-3.8.4-3]. */
function put(context: BrokerContext, outlet: Outlet, wish: WishedSubscription, identifier: number): Subscription {
  const before = outlet.subscriptions.get(wish.filter);
  const { filter, qos, noLocal, retainAsPublished, retainHandling } = wish;
  // [MQTT-3.8.4-4]: what the one before it matched still waits, or is in flight, and must be found by a replay of the log
  const sinceSeq = before && before.qos === qos ? before.sinceSeq : context.hub.fannedSeq;
  const form = { filter, qos, noLocal, retainAsPublished, retainHandling, identifier, sinceSeq };
  const granted = subscriptionOf(context.topics, outlet, form);
  if (before && before.qos !== qos) context.hub.checkpointDue(outlet);
  // a part in a shared one is changed in its place: the last member to leave would take the queue along
  if (before && !before.shared) context.hub.unsubscribe(before);
  outlet.subscriptions.set(filter, granted);
  context.hub.subscribe(granted);
  if (outlet.stored > 0)
    context.hub.operation({ op: "subscription_put", session: outlet.stored, subscription: storedForm(granted) });
  return granted;
}

/**
 * What the filter of a bridge means, as Mosquitto reads it: it does not hear its own messages again, or they would go in
 * circles, and before MQTT 5, which lets it say so, it gets RETAIN as published.
 */
function ofBridge(wish: WishedSubscription, version: Version): WishedSubscription {
  const shared = wish.filter.startsWith("$share/"); // there is no No Local there [MQTT-3.8.3-4]
  return { ...wish, noLocal: !shared, retainAsPublished: wish.retainAsPublished || version < 5 };
}

/**
 * SUBSCRIBE (section 3.8): its filters are dealt with one after the other [MQTT-3.8.4-5], and answered together, with the
 * same identifier [MQTT-3.8.4-2] and a code for each [MQTT-3.8.4-6] in their order [MQTT-3.9.3-1].
 */
export function subscribe(context: BrokerContext, channel: Channel, session: Session, packet: SubscribePacket): void {
  const { outlet } = session;
  const codes: number[] = [];
  const notes: string[] = [];
  const refused: { filter: string; why: string; code: string }[] = [];
  const replays: Subscription[] = [];
  let asked = 0;
  const { version } = channel;
  const identifier = packet.properties?.subscriptionIdentifier ?? 0;
  for (const [index, given] of packet.subscriptions.entries()) {
    const wish = channel.bridge ? ofBridge(given, version) : given;
    const decision = decide(context, session, wish.filter, index);
    if (!decision.granted) {
      const code = REFUSED_AS.get(decision.reason) ?? "other";
      notes.push(decision.message);
      refused.push({ filter: wish.filter, why: decision.message, code });
      context.metrics.subscriptionRefused(code);
      codes.push(version === 5 ? decision.reason : version === 4 ? 0x80 : 0); // 3.1 has no refusal
      continue;
    }
    if (decision.note) notes.push(decision.note);
    const absent = looksFor(context, session, wish.filter, decision.canonical, asked++ < MOST_LOOKED_FOR);
    if (absent !== null) notes.push(absent);
    const known = outlet.subscriptions.has(wish.filter);
    const subscription = put(context, outlet, wish, identifier);
    codes.push(wish.qos); // [MQTT-3.8.4-7]
    if (subscription.shared) continue; // retained values are for those who subscribe alone (section 4.8.2)
    // [MQTT-3.3.1-9], [MQTT-3.3.1-10], [MQTT-3.3.1-11]; v3 always wants them [MQTT3-3.8.4-3]
    if (wish.retainHandling === 0 || (wish.retainHandling === 1 && !known)) replays.push(subscription);
  }
  tellRefused(context, session, refused);
  const told = notes.length > 0 && channel.problemInformation;
  const reason = told ? { reasonString: reasonText(notes.slice(0, 5).join(" ")) } : {};
  const suback = encodeWithin(
    version,
    { type: "suback", packetId: packet.packetId, reasonCodes: codes, properties: reason },
    channel.maxPacket,
  ); // [MQTT-3.8.4-1]
  // new subscriptions are durable before SUBACK; among several nodes shared ones are known to all that comes later
  const waits = outlet.stored > 0 || channel.acks.waiting > 0 || context.hub.shares.parts !== null;
  if (suback !== null && waits) channel.acks.sendAfterCommit(suback);
  else if (suback !== null) channel.send(suback);
  if (replays.length === 0) return;
  const upTo = context.hub.fannedSeq;
  // many programs want to see SUBACK before what is retained, though the standard allows either
  if (waits) context.hub.whenDurable(() => replay(context, outlet, replays, upTo));
  else replay(context, outlet, replays, upTo);
}
/** Sends what is retained under new subscriptions. @param upTo see replayMessages */
export function replay(context: BrokerContext, outlet: Outlet, replays: readonly Subscription[], upTo: Seq): void {
  if (outlet.gone) return;
  for (const s of replays) {
    replayRetained(context.hub, context.series, context.directory, context.topics, s);
    replayMessages(context.hub, s, upTo);
  }
  if (outlet.link === null) return outlet.pauseReplay();
  if (replays.some((s) => s.canonical.startsWith("$SYS"))) context.figuresFor(outlet);
}
/** What names nothing that is there: for the SUBACK, and for the inspector. */
function looksFor(
  context: BrokerContext,
  session: Session,
  filter: string,
  canonical: string,
  suggest: boolean,
): string | null {
  const { directory, ingest, topics } = context;
  const message = nothingThere(topics, directory, session.principal, canonical, suggest);
  if (message === null) return null;
  const topic = filter.slice(0, MOST_SHOWN).toWellFormed();
  const who = { principal: session.principal.key, client: session.clientId };
  ingest.eventLog.seen({ kind: "subscribed", ...who, code: "nothing_there", message, topic });
  return message;
}
/** One line for a SUBSCRIBE, however many of its filters were refused. */
function tellRefused(
  context: BrokerContext,
  session: Session,
  refused: readonly { filter: string; why: string; code: string }[],
): void {
  const [first] = refused;
  if (first === undefined) return;
  session.refused(first.code, first.why, context.clock.micros());
  const filter = first.filter.slice(0, MOST_SHOWN);
  const who = { principal: session.principal.key, client: session.clientId };
  context.log.info({ ...who, filter, why: first.why, refused: refused.length }, "refused a subscription");
}
/**
 * UNSUBSCRIBE (section 3.10): filters are compared as they were given [MQTT-3.10.4-1], one after the other, and answered
 * together [MQTT-3.10.4-6] with a code for each in their order [MQTT-3.11.3-1], also where there was none [MQTT-3.10.4-5].
 */
export function unsubscribe(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  packet: UnsubscribePacket,
): void {
  const { outlet } = session;
  const codes = packet.filters.map((filter) => {
    const subscription = outlet.subscriptions.get(filter);
    if (!subscription) return 0x11;
    removeSubscription(context, subscription);
    return 0;
  });
  const unsuback = encodeWithin(
    channel.version,
    { type: "unsuback", packetId: packet.packetId, reasonCodes: codes },
    channel.maxPacket,
  ); // [MQTT-3.10.4-4]
  if (unsuback === null) return;
  if (outlet.stored > 0 || channel.acks.waiting > 0) channel.acks.sendAfterCommit(unsuback);
  else channel.send(unsuback);
}
/** From now on nothing is matched with it [MQTT-3.10.4-2]. */
export function removeSubscription(context: BrokerContext, s: Subscription): void {
  const { outlet } = s;
  outlet.subscriptions.delete(s.filter);
  context.hub.unsubscribe(s);
  // what it matched and is in flight is delivered [MQTT-3.10.4-3], also after a crash: no replay would find it
  context.hub.checkpointDue(outlet);
  if (outlet.stored > 0) context.hub.operation({ op: "subscription_delete", session: outlet.stored, filter: s.filter });
}
