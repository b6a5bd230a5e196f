import type { DisconnectPacket } from "../codec/index.ts";
import type { BrokerContext } from "./context.ts";
import type { Channel } from "./channel.ts";
import type { Session } from "./session.ts";
import { fireWill } from "./wills.ts";

/** DISCONNECT from the client (section 3.14.4). */
export function clientDisconnects(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  packet: DisconnectPacket,
): void {
  const expiry = packet.properties?.sessionExpiryInterval;
  if (expiry !== undefined) {
    if (session.expiry === 0 && expiry > 0)
      return channel.disconnect(0x82, "protocol error", "The session expiry was 0 and cannot grow."); // 3.14.2.2.2
    session.expiry = Math.min(expiry, context.limits.maxSessionExpiry);
  }
  // [MQTT-3.14.4-3], [MQTT-3.1.2-10]; v3 has no reason code, so it is always 0 [MQTT3-3.14.4-3]
  if (packet.reasonCode === 0) session.will = null;
  channel.finish("disconnected by the client", false);
}
/**
 * A connection has ended; its session may go on. @param session null: it had not logged in
 * @param told why we ended it; null: we did not, or there is no more to say
 */
export function ended(
  context: BrokerContext,
  channel: Channel,
  session: Session | null,
  why: string,
  byClient: boolean,
  told: { readonly reason: number; readonly message: string } | null,
): void {
  const now = context.clock.steady();
  const wall = context.clock.wallOf(now);
  context.connections.delete(channel);
  context.presence.ended(channel, wall);
  context.newcomers.leave(channel);
  context.metrics.connections = context.connections.size;
  context.metrics.disconnected(why.startsWith("login refused") ? "login refused" : why);
  channel.tap?.note("end", { why, byClient, ...(told && { reason: told.reason, said: told.message }) });
  if (!why.startsWith("login refused"))
    context.ingest.eventLog.seen({
      kind: "closed",
      principal: session?.principal.key ?? "",
      client: session?.clientId ?? null,
      remote: channel.wire.remote,
      code: why,
      message: told?.message ?? null,
    });
  context.log.debug({ remote: channel.wire.remote, client: session?.clientId, why, byClient }, "connection ended");
  if (!session || session.connection !== channel) return;
  session.connection = null;
  context.elsewhere?.left(session);
  const { outlet } = session;
  outlet.link = null;
  context.hub.shares.parts?.linked(outlet);
  outlet.pauseReplay();
  outlet.pause = "offline";
  session.disconnectedAt = now;
  session.lastEnd = { why, reason: told?.reason ?? null, message: told?.message ?? null, byClient, time: wall };
  if (session.will !== null) {
    // [MQTT-3.1.2-8]: at once, or after the delay, which ends with the session
    const delay = Math.min(session.will.delay, session.expiry);
    // while no data is taken a will waits for that, and its session with it: the next ticks see to both
    if (delay === 0 && context.takesWills) fireWill(context, session, now);
    else session.willDue = now + delay * 1e6;
  }
  if (session.expiry === 0 && session.willDue === null) return endSession(context, session);
  if (outlet.stored === 0) context.sessions.store(session);
  else {
    context.hub.operation({ op: "session_put", session: session.row });
    context.hub.checkpoints.addLater(outlet);
  }
}
/** The session is over: subscriptions, queue and what is stored of it go. Never while its client is connected [MQTT-4.1.0-1]. */
export function endSession(context: BrokerContext, session: Session): void {
  const { outlet } = session;
  for (const s of [...outlet.subscriptions.values()]) {
    outlet.subscriptions.delete(s.filter);
    context.hub.unsubscribe(s);
  }
  outlet.discard();
  context.sessions.remove(session);
  if (outlet.stored === 0) return;
  context.hub.operation({ op: "session_delete", id: outlet.stored });
  context.ending.add(session.key);
  context.hub.whenDurable(() => context.ending.delete(session.key));
}
