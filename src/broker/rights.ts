import { NO_MQTT, REVOKED } from "./farewells.ts";
import type { Principal } from "../auth/principal.ts";
import type { BrokerContext } from "./context.ts";
import { endSession } from "./departures.ts";
import { sessionKey } from "./session.ts";
import { removeSubscription } from "./subscriptions.ts";
import { dropUnreadable } from "./unsent.ts";

export function rightsChanged(context: BrokerContext, principal: Principal, narrowed: boolean): void {
  context.hub.routes.changed();
  const now = context.clock.micros();
  for (const session of context.sessions.of(principal.key)) {
    const { connection, outlet } = session;
    if (connection) context.presence.belongs(connection, session, now);
    for (const { group } of outlet.sharing?.members ?? []) group.review();
    if (!narrowed) continue;
    if (!principal.mqtt) {
      session.will = null;
      session.willDue = null;
      if (connection) connection.disconnect(0x87, "rights", NO_MQTT);
      else if (outlet.stored > 0) context.hub.operation({ op: "session_put", session: session.row });
      continue;
    }
    if (connection) dropUnreadable(context, connection, outlet);
    if (!principal.operate)
      for (const s of [...outlet.subscriptions.values()])
        if (s.canonical.startsWith("$SYS")) removeSubscription(context, s);
  }
}
/** A token is gone: its connections are cut, and sessions nobody can come back to are discarded with their wills. */
export function revoked(context: BrokerContext, key: string, tokenUid: number, tokensLeft: number): void {
  for (const session of context.sessions.of(key)) {
    // who logged in without a token (setting anonymous, or a browser's ticket) can come back without one
    if (session.tokenUid !== tokenUid && (tokensLeft > 0 || session.tokenUid <= 0)) continue;
    session.will = null;
    session.willDue = null;
    session.expiry = 0;
    if (session.connection) session.connection.disconnect(0x87, "revoked", REVOKED);
    else endSession(context, session);
  }
}
/** An operator ends a client's connection; its will fires. */
export function disconnectClient(context: BrokerContext, principal: string, clientId: string): boolean {
  const connection = context.sessions.get(sessionKey(principal, clientId))?.connection;
  connection?.disconnect(0x98, "operator", "Disconnected by an operator.");
  return connection !== null && connection !== undefined;
}
/** An operator ends all connections of an account; wills fire. Returns how many there were. */
export function disconnectPrincipal(context: BrokerContext, principal: string): number {
  const open = context.sessions.of(principal).filter(({ connection }) => connection !== null);
  for (const { clientId } of open) disconnectClient(context, principal, clientId);
  return open.length;
}
