import { deadlineOf } from "../base/expiry.ts";
import type { Broker } from "./broker.ts";
import type { Session } from "./session.ts";

/** Publishes a session's will: an ordinary publish of its principal, checked and stamped now (wire contract section 5). */
export function fireWill(broker: Broker, session: Session, now: number): void {
  const { will, principal } = session;
  session.will = null; // [MQTT-3.1.2-10]
  session.willDue = null;
  if (will === null) return;
  const { ingest } = broker;
  const deadline = will.expiry > 0 ? deadlineOf(will.expiry, now) : 0;
  const extras = { timestamp: will.timestamp, deadline };
  const { payload, topic } = will;
  const code = ingest.publish(principal, topic, null, payload, 0, payload.length, now, extras);
  if (code !== null) ingest.reportPublish(principal, code, topic, payload, now);
  // the stored will goes with the same commit
  if (session.outlet.stored > 0) broker.hub.operation({ op: "session_put", session: session.row });
  ingest.commits.batcher.poke();
}
