import type { Principal } from "../auth/principal.ts";
import type { Broker } from "./broker.ts";
import { endSession } from "./departures.ts";
import { sessionKey } from "./session.ts";
import { removeSubscription } from "./subscriptions.ts";

export function rightsChanged(broker: Broker, principal: Principal, narrowed: boolean): void {
  broker.hub.routes.changed();
  const now = broker.clock.micros();
  for (const session of broker.sessions.of(principal.key)) {
    const { connection, outlet } = session;
    if (connection) broker.presence.belongs(connection, session, now);
    for (const { group } of outlet.sharing?.members ?? []) group.review();
    if (!narrowed) continue;
    if (!principal.mqtt) {
      session.will = null;
      session.willDue = null;
      if (connection) connection.disconnect(0x87, "rights", "This account may not use MQTT any more.");
      else if (outlet.stored > 0) broker.hub.operation({ op: "session_put", session: session.row });
      continue;
    }
    connection?.box.filter((buf, start) => mayStillLeave(broker, buf, start, principal));
    if (!principal.operate)
      for (const s of [...outlet.subscriptions.values()])
        if (s.canonical.startsWith("$SYS")) removeSubscription(broker, s);
  }
}
/**
 * Whether an unsent packet may still be sent: a QoS 0 measurement only while its device may be viewed, a message on a
 * free topic only while that may be received.
 */
export function mayStillLeave(broker: Broker, buf: Uint8Array, start: number, principal: Principal): boolean {
  if ((buf[start] as number) >> 4 !== 3 || ((buf[start] as number) & 6) !== 0) return true;
  let at = start + 1;
  while ((buf[at] as number) > 0x7f) at++;
  const length = ((buf[at + 1] as number) << 8) | (buf[at + 2] as number);
  const topic = Buffer.from(buf.subarray(at + 3, at + 3 + length)).toString();
  const [root, slug = "", id = ""] = topic.split("/", 3);
  const { topics } = broker.needs;
  if (topics.isFree(topic)) return principal.free?.mayReceive(topic) ?? false;
  if (root !== topics.prefix) return true;
  const device = broker.directory.product(slug)?.devicesById.get(id);
  return device !== undefined && principal.view.has(device.index);
}
/** A token is gone: its connections are cut, and sessions nobody can come back to are discarded with their wills. */
export function revoked(broker: Broker, key: string, tokenUid: number, tokensLeft: number): void {
  for (const session of broker.sessions.of(key)) {
    // who logged in without a token (setting anonymous) can come back without one
    if (session.tokenUid !== tokenUid && (tokensLeft > 0 || session.tokenUid === 0)) continue;
    session.will = null;
    session.willDue = null;
    session.expiry = 0;
    if (session.connection) session.connection.disconnect(0x87, "revoked", "The access token was revoked.");
    else endSession(broker, session);
  }
}
/** An operator ends a client's connection; its will fires. */
export function disconnectClient(broker: Broker, principal: string, clientId: string): boolean {
  const connection = broker.sessions.get(sessionKey(principal, clientId))?.connection;
  connection?.disconnect(0x98, "operator", "Disconnected by an operator.");
  return connection !== null && connection !== undefined;
}
/** An operator ends all connections of an account; wills fire. Returns how many there were. */
export function disconnectPrincipal(broker: Broker, principal: string): number {
  const open = broker.sessions.of(principal).filter(({ connection }) => connection !== null);
  for (const { clientId } of open) disconnectClient(broker, principal, clientId);
  return open.length;
}
