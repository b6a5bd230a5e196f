import type { SubscribePacket, UnsubscribePacket } from "../codec/index.ts";
import { encodeWithin } from "../codec/index.ts";
import { replayRetained } from "../fanout/retained.ts";
import type { Subscription } from "../fanout/subscription.ts";
import { reasonText } from "../session/reason.ts";
import { decideSubscription } from "../session/subscribe.ts";
import type { StoredSubscription } from "../store/ports.ts";
import type { Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { Session } from "./session.ts";

/** Characters of a filter that the log shows. */
const MOST_SHOWN = 200;

export function subscribe(broker: Broker, connection: Connection, session: Session, packet: SubscribePacket): void {
  const { outlet } = session;
  const codes: number[] = [];
  const notes: string[] = [];
  const refused: { filter: string; why: string }[] = [];
  const replays: Subscription[] = [];
  const { version } = connection;
  for (const wish of packet.subscriptions) {
    let decision = decideSubscription(
      wish.filter,
      broker.needs.topics,
      session.principal,
      broker.limits.maxTopicLevels,
    );
    const before = outlet.subscriptions.get(wish.filter);
    if (decision.granted && !before && outlet.subscriptions.size >= broker.limits.maxSubscriptions)
      decision = {
        granted: false,
        reason: 0x97,
        message: `A session holds at most ${broker.limits.maxSubscriptions} filters.`,
      };
    if (!decision.granted) {
      notes.push(decision.message);
      refused.push({ filter: wish.filter, why: decision.message });
      codes.push(version === 5 ? decision.reason : version === 4 ? 0x80 : 0); // 3.1 has no refusal
      continue;
    }
    if (decision.note) notes.push(decision.note);
    const subscription: Subscription = {
      outlet,
      filter: wish.filter,
      canonical: decision.canonical,
      qos: wish.qos,
      noLocal: wish.noLocal,
      retainAsPublished: wish.retainAsPublished,
      retainHandling: wish.retainHandling,
      identifier: packet.properties?.subscriptionIdentifier ?? 0,
      // what the one before it matched still waits, or is in flight, and must be found by a replay of the log
      sinceSeq: before && before.qos === wish.qos ? before.sinceSeq : broker.hub.fannedSeq,
    };
    if (before && before.qos !== wish.qos) broker.hub.checkpointDue(outlet);
    if (before) broker.hub.routes.remove(before); // [MQTT-3.8.4-3]
    outlet.subscriptions.set(wish.filter, subscription);
    broker.hub.routes.add(subscription);
    if (outlet.stored > 0)
      broker.hub.operation({ op: "subscription_put", session: outlet.stored, subscription: storedForm(subscription) });
    codes.push(wish.qos);
    if (wish.retainHandling === 0 || (wish.retainHandling === 1 && !before)) replays.push(subscription);
  }
  broker.metrics.subscriptions = broker.hub.routes.trie.size;
  tellRefused(broker, session, refused);
  const told = notes.length > 0 && connection.problemInformation;
  const reason = told ? { reasonString: reasonText(notes.slice(0, 5).join(" ")) } : {};
  const suback = encodeWithin(
    version,
    { type: "suback", packetId: packet.packetId, reasonCodes: codes, properties: reason },
    connection.maxPacket,
  ); // [MQTT-3.8.4-1]
  if (suback !== null) {
    // new subscriptions are durable before SUBACK
    if (outlet.stored > 0 || connection.acks.waiting > 0) connection.acks.sendAfterCommit(suback);
    else connection.send(suback);
  }
  for (const s of replays) replayRetained(broker.hub, broker.needs.series, broker.directory, broker.needs.topics, s);
  if (replays.some((s) => s.canonical.startsWith("$SYS"))) broker.figuresFor(outlet);
}
/** One line for a SUBSCRIBE, however many of its filters were refused. */
function tellRefused(broker: Broker, session: Session, refused: readonly { filter: string; why: string }[]): void {
  const [first] = refused;
  if (first === undefined) return;
  const filter = first.filter.slice(0, MOST_SHOWN);
  const who = { principal: session.principal.key, client: session.clientId };
  broker.log.info({ ...who, filter, why: first.why, refused: refused.length }, "refused a subscription");
}
export function unsubscribe(broker: Broker, connection: Connection, session: Session, packet: UnsubscribePacket): void {
  const { outlet } = session;
  const codes = packet.filters.map((filter) => {
    const subscription = outlet.subscriptions.get(filter);
    if (!subscription) return 0x11;
    removeSubscription(broker, subscription);
    return 0;
  });
  broker.metrics.subscriptions = broker.hub.routes.trie.size;
  const unsuback = encodeWithin(
    connection.version,
    { type: "unsuback", packetId: packet.packetId, reasonCodes: codes },
    connection.maxPacket,
  ); // [MQTT-3.10.4-4]
  if (unsuback === null) return;
  if (outlet.stored > 0 || connection.acks.waiting > 0) connection.acks.sendAfterCommit(unsuback);
  else connection.send(unsuback);
}
export function removeSubscription(broker: Broker, s: Subscription): void {
  const { outlet } = s;
  outlet.subscriptions.delete(s.filter);
  broker.hub.routes.remove(s);
  // what it matched and is in flight is delivered [MQTT-3.10.4-3], also after a crash: no replay would find it
  broker.hub.checkpointDue(outlet);
  if (outlet.stored > 0) broker.hub.operation({ op: "subscription_delete", session: outlet.stored, filter: s.filter });
}

/** A subscription as the store takes it. */
export function storedForm(s: Subscription): StoredSubscription {
  const { filter, qos, noLocal, retainAsPublished, retainHandling, identifier, sinceSeq } = s;
  return { filter, qos, noLocal, retainAsPublished, retainHandling, identifier, sinceSeq };
}
