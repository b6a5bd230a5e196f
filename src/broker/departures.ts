import type { DisconnectPacket } from "../codec/index.ts";
import type { Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { Session } from "./session.ts";
import { fireWill } from "./wills.ts";

/** DISCONNECT from the client (section 3.14.4). */
export function clientDisconnects(
  broker: Broker,
  connection: Connection,
  session: Session,
  packet: DisconnectPacket,
): void {
  const expiry = packet.properties?.sessionExpiryInterval;
  if (expiry !== undefined) {
    if (session.expiry === 0 && expiry > 0)
      return connection.disconnect(0x82, "protocol error", "The session expiry was 0 and cannot grow."); // 3.14.2.2.2
    session.expiry = Math.min(expiry, broker.limits.maxSessionExpiry);
  }
  // [MQTT-3.14.4-3], [MQTT-3.1.2-10]; v3 has no reason code, so it is always 0 [MQTT3-3.14.4-3]
  if (packet.reasonCode === 0) session.will = null;
  connection.finish("disconnected by the client", false);
}
/** A connection has ended; its session may go on. @param told why we ended it; null: we did not, or there is no more to say */
export function ended(
  broker: Broker,
  connection: Connection,
  why: string,
  byClient: boolean,
  told: { readonly reason: number; readonly message: string } | null,
): void {
  const now = broker.clock.steady();
  const wall = broker.clock.wallOf(now);
  broker.connections.delete(connection);
  broker.presence.ended(connection, wall);
  broker.newcomers.leave(connection);
  broker.metrics.connections = broker.connections.size;
  broker.metrics.disconnected(why.startsWith("login refused") ? "login refused" : why);
  connection.tap?.note("end", { why, byClient, ...(told && { reason: told.reason, said: told.message }) });
  connection.tapWith(null);
  const { session } = connection;
  connection.session = null;
  if (!why.startsWith("login refused"))
    broker.ingest.doors.seen({
      kind: "closed",
      principal: session?.principal.key ?? "",
      client: session?.clientId ?? null,
      remote: connection.wire.remote,
      code: why,
      message: told?.message ?? null,
    });
  broker.log.debug({ remote: connection.wire.remote, client: session?.clientId, why, byClient }, "connection ended");
  if (!session || session.connection !== connection) return;
  session.connection = null;
  const { outlet } = session;
  outlet.link = null;
  outlet.pauseReplay();
  outlet.pause = "offline";
  session.disconnectedAt = now;
  session.lastEnd = { why, reason: told?.reason ?? null, message: told?.message ?? null, byClient, time: wall };
  if (session.will !== null) {
    // [MQTT-3.1.2-8]: at once, or after the delay, which ends with the session
    const delay = Math.min(session.will.delay, session.expiry);
    // while no data is taken a will waits for that, and its session with it: the next ticks see to both
    if (delay === 0 && broker.takesWills) fireWill(broker, session, now);
    else session.willDue = now + delay * 1e6;
  }
  if (session.expiry === 0 && session.willDue === null) return endSession(broker, session);
  if (outlet.stored === 0) broker.sessions.store(session);
  else {
    broker.hub.operation({ op: "session_put", session: session.row });
    broker.sessions.checkpoint(session);
  }
}
/** The session is over: subscriptions, queue and what is stored of it go. Never while its client is connected [MQTT-4.1.0-1]. */
export function endSession(broker: Broker, session: Session): void {
  const { outlet } = session;
  for (const s of [...outlet.subscriptions.values()]) {
    outlet.subscriptions.delete(s.filter);
    broker.hub.unsubscribe(s);
  }
  outlet.discard();
  broker.sessions.remove(session);
  if (outlet.stored === 0) return;
  broker.hub.operation({ op: "session_delete", id: outlet.stored });
  broker.ending.add(session.key);
  broker.hub.whenDurable(() => broker.ending.delete(session.key));
}
