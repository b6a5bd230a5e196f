import { CATALOGUE } from "../base/errors.ts";
import { deadlineOf } from "../base/expiry.ts";
import { encodeWithin, readPublish, textAt } from "../codec/index.ts";
import { ROW_MESSAGE } from "../ingest/batch.ts";
import { NO_EXTRAS } from "../ingest/ingest.ts";
import { type PublishRefusal, refused } from "../ingest/refused.ts";
import type { TopicEntry } from "../ingest/target.ts";
import { reasonText } from "../session/reason.ts";
import { Kind } from "../store/record.ts";
import { PUBACK, PUBREC, PUBREC_AGAIN } from "./acks.ts";
import type { Channel } from "./channel.ts";
import type { BrokerContext } from "./context.ts";
import { readExtras } from "./extras.ts";
import type { Session } from "./session.ts";
import { toldStatus } from "./status.ts";

/**
 * PUBLISH from a client; the hot path. It is answered as its QoS says [MQTT-3.3.4-1]. Its DUP is not looked at: at QoS 1
 * an identifier that was answered is a new message [MQTT-4.3.2-5].
 * @throws CodecError when it breaks the protocol
 */
export function publish(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  buf: Uint8Array,
  now: number,
): void {
  const { ingest, metrics, commit, reader } = context;
  const { publish: view } = reader;
  readPublish(channel.version, buf, reader.frame, view);
  metrics.publishesReceived++;
  const { qos, packetId } = view;
  let topic = buf;
  let start = view.topicStart;
  let end = view.topicEnd;
  // also of a publish that came before: later ones may use the alias that it sets
  if (view.topicAlias > 0) {
    topic = channel.inbound.alias(view.topicAlias, buf, start, end);
    start = 0;
    end = topic.length;
  }
  if (qos === 2 && session.received.has(packetId)) {
    // [MQTT-4.3.3-10]: a resend joins the first one's answer, which may wait for its commit on an earlier connection
    channel.acks.again(PUBREC_AGAIN, packetId, true);
    return;
  }
  if (qos > 0) channel.inbound.received();
  const { rows } = commit;
  const refusal = record(context, channel, session, topic, start, end, buf, now);
  if (refusal === null && ingest.eventLog.watched)
    tellAccepted(context, channel, session, textAt(topic, start, end), buf, rows);
  if (refusal !== null)
    return refuse(context, channel, session, refusal, textAt(topic, start, end), buf, context.clock.wallOf(now));
  channel.lastTurn = commit.turn;
  if (qos === 1)
    channel.acks.afterCommit(PUBACK, packetId); // [MQTT-4.3.2-4]
  else if (qos === 2) {
    session.received.add(packetId);
    // the mark and the measurement are in the same commit (docs/engine.md section 3)
    if (session.outlet.stored > 0) commit.tell(Kind.In2Received, session.outlet.stored, packetId);
    channel.acks.afterCommit(PUBREC, packetId); // [MQTT-4.3.3-8]
  }
}

/** Tells those who watch of the publish in the reader, whose rows are those of the batch from `rows` on. */
function tellAccepted(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  topic: string,
  buf: Uint8Array,
  rows: number,
): void {
  const { eventLog, commits } = context.ingest;
  const { publish: view } = context.reader;
  const { batch } = commits;
  const isMessage = ((batch.flags[rows] ?? 0) & ROW_MESSAGE) !== 0;
  const payload = buf.subarray(view.payloadStart, view.payloadEnd);
  const { principal, clientId: client } = session;
  const device = isMessage ? 0 : (context.series.device(batch.series[rows] ?? 0)?.row.uid ?? 0);
  eventLog.accepted({ principal, client, remote: channel.wire.remote, topic, payload, device }, batch, rows);
}

/** Hands the publish in the reader to the one way in, without its RETAIN [departs from MQTT-3.3.1-5]. Returns its refusal. */
function record(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  topic: Uint8Array,
  start: number,
  end: number,
  buf: Uint8Array,
  now: number,
): PublishRefusal | null {
  const { ingest } = context;
  const { publish: view } = context.reader;
  if (session.principal.free !== null && ingest.messages.isFree(topic, start, end))
    return pass(context, channel, session, topic, start, end, buf, now);
  const { payloadStart: from, payloadEnd: to } = view;
  const wall = context.clock.wallOf(now);
  const extras = view.propsEnd > view.propsStart ? readExtras(view, buf, now) : NO_EXTRAS;
  if (extras === null) return refused("invalid_timestamp", "There is more than one User Property timestamp.");
  const entry: TopicEntry | null = channel.find(topic, start, end);
  if (entry !== null) return ingest.record(session.principal, entry.target, buf, from, to, wall, extras);
  const name = textAt(topic, start, end);
  return ingest.publish(session.principal, name, { buf: topic, start, end }, buf, from, to, wall, extras);
}

/** Hands a message on a free topic to the way in for these. Returns its refusal. */
function pass(
  context: BrokerContext,
  channel: Channel,
  { principal, outlet }: Session,
  topic: Uint8Array,
  start: number,
  end: number,
  buf: Uint8Array,
  now: number,
): PublishRefusal | null {
  const { messages } = context.ingest;
  const { publish: view } = context.reader;
  const found = channel.findFree(principal, topic, start, end);
  if (found === null) return messages.whyNot(principal, topic, start, end);
  const deadline = view.expiry >= 0 ? deadlineOf(view.expiry, now) : 0;
  const refusal = messages.accept(outlet, found, view, buf, deadline);
  if (refusal === null && principal.free?.mayTell(found.name)) toldStatus(context, outlet, buf, view);
  return refusal;
}

/** Tells everyone concerned why a publish was refused (wire contract section 7). @param time µs, of the wall clock */
function refuse(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  refusal: PublishRefusal,
  topic: string,
  buf: Uint8Array,
  time: number,
): void {
  const { ingest } = context;
  const { publish: view } = context.reader;
  const { qos, packetId } = view;
  const { acks, inbound } = channel;
  const payload = buf.slice(view.payloadStart, Math.min(view.payloadEnd, view.payloadStart + 260));
  const { code, message } = refusal;
  session.refused(code, message, time);
  // not its fault, and it will send it again: nothing is acknowledged
  if (code === "clock_not_set") {
    ingest.reportPublish(session.principal, refusal, topic, payload, time);
    return channel.disconnect(0x89, "clock not set", message);
  }
  channel.tap?.note("refused", { code }, { message: session.lastRefusal?.message });
  ingest.reportPublish(session.principal, refusal, topic, payload, time);
  if (qos === 0) return;
  if (channel.version !== 5) {
    // v3 has no other way to refuse without a loop: it is acknowledged [MQTT3-3.3.5-2]
    if (qos === 2) session.received.add(packetId);
    acks.inTurn(qos === 1 ? PUBACK : PUBREC, packetId);
    return;
  }
  // the identifier of a refused QoS 2 publish is not kept: it is free again [MQTT-4.3.3-9]
  const type = qos === 1 ? ("puback" as const) : ("pubrec" as const);
  const properties = { reasonString: reasonText(message), userProperties: [["code", code]] as [string, string][] };
  const told = channel.problemInformation ? { properties } : {};
  const bytes = encodeWithin(5, { type, packetId, reasonCode: CATALOGUE[code].reason, ...told }, channel.maxPacket);
  // too small a Maximum Packet Size even for the reason code: there is no way to tell
  if (bytes === null) inbound.answered();
  else acks.refuse(bytes);
}
