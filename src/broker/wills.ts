import { deadlineOf } from "../base/expiry.ts";
import { createPublishView, type PublishView } from "../codec/index.ts";
import type { SessionWill } from "../session/will.ts";
import type { BrokerContext } from "./context.ts";
import type { Session } from "./session.ts";

const utf8 = new TextEncoder();

/** Publishes a session's will: an ordinary publish of its principal, checked and stamped now (wire contract section 5). @param now µs of the steady clock */
export function fireWill(context: BrokerContext, session: Session, now: number): void {
  const { will, principal } = session;
  session.will = null; // [MQTT-3.1.2-10]
  session.willDue = null;
  if (will === null) return;
  const { ingest } = context;
  const name = utf8.encode(will.topic);
  if (principal.free !== null && ingest.messages.isFree(name, 0, name.length)) {
    fireFree(context, session, will, name, now);
    return done(context, session);
  }
  const deadline = will.expiry > 0 ? deadlineOf(will.expiry, now) : 0;
  const extras = { timestamp: will.timestamp, deadline };
  const { payload, topic } = will;
  const wall = context.clock.wallOf(now);
  const refusal = ingest.publish(principal, topic, null, payload, 0, payload.length, wall, extras);
  if (refusal !== null) ingest.reportPublish(principal, refusal, topic, payload, wall);
  done(context, session);
}
function done(context: BrokerContext, session: Session): void {
  // the stored will goes with the same commit
  if (session.outlet.stored > 0) context.hub.operation({ op: "session_put", session: session.row });
  context.commit.poke();
}
/** A will on a free topic, with its QoS, RETAIN and properties. */
function fireFree(context: BrokerContext, session: Session, will: SessionWill, name: Uint8Array, now: number): void {
  const { ingest } = context;
  const { principal, outlet } = session;
  const { payload, forwarded, qos, retain, expiry, topic } = will;
  const buf = Buffer.concat([forwarded, payload]);
  const view: PublishView = {
    ...createPublishView(),
    qos,
    retain,
    payloadStart: forwarded.length,
    payloadEnd: buf.length,
  };
  view.propsEnd = forwarded.length;
  const found = ingest.messages.find(principal, name, 0, name.length);
  // its expiry is not among the properties any more
  const deadline = expiry > 0 ? deadlineOf(expiry, now) : 0;
  const refusal =
    found === null
      ? ingest.messages.whyNot(principal, name, 0, name.length)
      : ingest.messages.accept(outlet, found, view, buf, deadline);
  if (refusal !== null) ingest.reportPublish(principal, refusal, topic, payload, context.clock.wallOf(now));
}
