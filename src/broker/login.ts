import type { Principal } from "../auth/principal.ts";
import { CATALOGUE } from "../base/errors.ts";
import { type ConnackPacket, type ConnectPacket, encode } from "../codec/index.ts";
import { connackProperties, type Terms, termsOf } from "../session/connect.ts";
import { willOf } from "../session/will.ts";
import type { BrokerContext } from "./context.ts";
import { limitsFor, whoLogsIn } from "./credentials.ts";
import type { Channel, Phase } from "./channel.ts";
import { connackRefusal, refuseLogin } from "./login-refusal.ts";
import { loginLater, UNAVAILABLE, waitsElsewhere } from "./login-wait.ts";
import { type Session, sessionKey } from "./session.ts";
import { takeOver } from "./takeover.ts";
import { cameBy } from "./wire.ts";

/** A connection that logs in, or has just done so. */
export interface LoginChannel extends Channel {
  phase: Phase;
  /** The login succeeded: from now on packets are read. */
  opens(session: Session, terms: Terms): void;
  /**
   * Nothing leaves until all that was handed to the store so far is durable. When it cannot be, what was held back never leaves.
   * @param refusal what the client is told in its place; null: nothing
   */
  holdUntilStored(refusal: () => Uint8Array | null): void;
  pause(why: "login"): void;
  /** What was kept back during the login is read now. */
  readRest(): void;
}

/**
 * CONNECT (section 3.1.4): who it is, which session, the answer. No AUTH is ever sent: a client that names an
 * Authentication Method is refused [MQTT-4.12.0-1], [MQTT-4.12.0-2], [MQTT-4.12.0-4], so that no CONNACK that accepts
 * answers such a CONNECT [MQTT-4.12.0-5]. @param now µs of the steady clock
 * @param isSure among several nodes: it was asked for the session, and none has it but maybe this one
 */
export function login(
  context: BrokerContext,
  channel: LoginChannel,
  packet: ConnectPacket,
  now: number,
  isSure = false,
): void {
  const closed = whyClosed(context, packet);
  if (closed !== null) return refuseLogin(context, channel, packet, closed.reason, closed.code, closed.text);
  const result = whoLogsIn(context, channel.wire, packet, context.clock.trusted());
  // [MQTT-3.1.4-2]
  if (!result.ok)
    return refuseLogin(context, channel, packet, CATALOGUE[result.code].reason, result.code, result.message);
  if (packet.clientId === "" && packet.version !== 5 && !packet.cleanStart) {
    const text = "An empty client identifier needs a clean session."; // [MQTT3-3.1.3-8]
    return refuseLogin(context, channel, packet, 0x85, "client_identifier", text, result.principal.key);
  }
  // any other identifier is taken as it is [MQTT-3.1.3-5]
  const assigned = packet.clientId === "" ? context.newClientId() : null; // [MQTT-3.1.3-6]
  const clientId = assigned ?? packet.clientId;
  const terms = termsOf(packet, limitsFor(context, result.tokenUid));
  const accepted: ConnackPacket = {
    type: "connack",
    sessionPresent: false,
    reasonCode: 0,
    ...(packet.version === 5 ? { properties: connackProperties(packet, terms, context.limits, assigned) } : {}),
  };
  // [MQTT-3.1.2-24]: without a CONNACK nothing can follow; all other answers are smaller
  if (terms.maxPacket !== Number.POSITIVE_INFINITY && encode(5, accepted).length > terms.maxPacket)
    return channel.finish("maximum packet size", false);
  const key = sessionKey(result.principal.key, clientId);
  const known = context.sessions.get(key);
  const tooMany = known === undefined ? tooManySessions(context, result.principal) : null;
  if (tooMany) return refuseLogin(context, channel, packet, 0x97, "too_many_sessions", tooMany, result.principal.key);
  const hadWill = (known?.will ?? null) !== null;
  const wall = context.clock.wallOf(now);
  makeWay(context, channel, key, wall);
  const again = (sure: boolean) => login(context, channel, packet, context.clock.steady(), sure);
  if (waitsElsewhere({ context, channel, key, packet, again }, isSure)) return;
  const found = takeOver(context, key, packet, now);
  if (context.ending.has(key)) return loginLater({ context, channel, key, packet, again }, isSure);
  // [MQTT-3.1.2-5], [MQTT-3.1.2-6]
  const session = found ?? context.sessions.create(key, clientId, result.principal, wall);
  resumeSession(context, session, channel, packet, terms.expiry, terms.maxInflight, result.tokenUid);
  channel.opens(session, terms);
  context.presence.belongs(channel, session, wall);
  context.elsewhere?.loggedIn(session);
  context.metrics.loginsAccepted++;
  context.authority.uses.note(result.tokenUid, wall, channel.wire.remote);
  const opened = { kind: "opened", principal: result.principal.key, client: clientId } as const;
  context.ingest.eventLog.seen({ ...opened, ...cameBy(channel.wire) });
  const sessionPresent = found !== null && packet.version !== 3; // [MQTT-3.2.2-2], [MQTT-3.2.2-3]
  // [MQTT-3.1.4-5]; once [MQTT-3.2.0-2], and nothing was written before [MQTT-3.2.0-1]
  channel.send(encode(packet.version, { ...accepted, sessionPresent }));
  // CONNACK says that the will is stored, and the one before it is not any more [MQTT-3.1.2-7]; and a stored session that is back is so in
  // the store, too: after a crash that says what may have been sent; a new one is known to other nodes
  if (hadWill || session.will !== null || (session.outlet.stored > 0 && (found !== null || context.elsewhere !== null)))
    channel.holdUntilStored(() => connackRefusal(packet, 0x88, UNAVAILABLE));
  if (found) session.outlet.resend();
  context.log.debug({ remote: channel.wire.remote, principal: result.principal.key, client: clientId }, "logged in");
}
/** Why an account can have no other session; null: it can. */
function tooManySessions({ limits, sessions }: BrokerContext, { key }: Principal): string | null {
  const most = limits.maxSessionsPerAccount;
  if (sessions.countOf(key) < most) return null;
  return `This account has ${most} sessions, which is the most it may have.`;
}
/** Whoever logs in, or has logged in, as the same client hears of it. */
function makeWay(context: BrokerContext, channel: LoginChannel, key: string, wall: number): void {
  const entering = context.entering.get(key);
  const older = entering ?? context.sessions.get(key)?.connection;
  if (older) context.presence.takesOver(channel, older, wall);
  entering?.finish("taken over", false); // [MQTT-3.1.4-3], also before its CONNACK
}
/** Why nobody is let in with such a CONNECT at this moment, whoever it is; null: nothing speaks against it. */
function whyClosed(
  { commit, ingest, silence }: BrokerContext,
  packet: ConnectPacket,
): { readonly reason: number; readonly code: string; readonly text: string } | null {
  if (packet.properties?.authenticationMethod !== undefined)
    return { reason: 0x8c, code: "bad_authentication_method", text: "Log in with an access token." };
  if (commit.failing || silence.frozen) return { reason: 0x88, code: "storage_unavailable", text: UNAVAILABLE };
  if (ingest.isClockSet) return null;
  return { reason: 0x88, code: "clock_not_set", text: `${CATALOGUE.clock_not_set.title} Try later.` };
}

function resumeSession(
  context: BrokerContext,
  session: Session,
  channel: LoginChannel,
  packet: ConnectPacket,
  expiry: number,
  maxInflight: number,
  tokenUid: number,
): void {
  const { outlet } = session;
  session.connection = channel;
  const otherToken = session.tokenUid !== tokenUid;
  session.tokenUid = tokenUid;
  session.version = packet.version;
  session.expiry = expiry;
  session.disconnectedAt = null;
  session.willDue = null; // [MQTT-3.1.3-9]
  session.will = willOf(packet.will); // [MQTT-3.1.2-7]
  if (outlet.version !== packet.version && outlet.subscriptions.size > 0) context.hub.routes.changed();
  outlet.version = packet.version;
  outlet.maxInflight = maxInflight;
  outlet.link = channel;
  context.hub.shares.parts?.linked(outlet);
  // a session is stored when it outlives its connection, or when its will must outlive the server; one that was stored
  // stays so until it ends, for what it has waiting is in the store
  const wasStored = outlet.stored > 0;
  if (expiry > 0 || session.will !== null || wasStored) context.sessions.store(session);
  if (wasStored && otherToken) context.hub.checkpointDue(outlet);
}
