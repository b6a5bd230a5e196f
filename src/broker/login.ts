import { TAKEN_OVER } from "./farewells.ts";
import { CATALOGUE } from "../base/errors.ts";
import type { CodecError, ConnackPacket, ConnectPacket } from "../codec/index.ts";
import { encode, encodeWithin } from "../codec/index.ts";
import { connackProperties, type Terms, termsOf, v3ReturnCode } from "../session/connect.ts";
import { willOf } from "../session/will.ts";
import type { BrokerContext } from "./context.ts";
import { limitsFor, whoLogsIn } from "./credentials.ts";
import { endSession } from "./departures.ts";
import type { Channel, Phase } from "./channel.ts";
import { type Session, sessionKey } from "./session.ts";
import { fireWill } from "./wills.ts";
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
 */
export function login(context: BrokerContext, channel: LoginChannel, packet: ConnectPacket, now: number): void {
  const closed = whyClosed(context, packet);
  if (closed !== null) return refuseLogin(context, channel, packet, closed.reason, closed.code, closed.text);
  const result = whoLogsIn(context, channel.wire, packet, context.clock.trusted());
  if (!result.ok) {
    // [MQTT-3.1.4-2]
    refuseLogin(context, channel, packet, CATALOGUE[result.code].reason, result.code, result.message);
    return;
  }
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
  const { maxSessionsPerAccount } = context.limits;
  const known = context.sessions.get(key);
  if (known === undefined && context.sessions.countOf(result.principal.key) >= maxSessionsPerAccount) {
    const text = `This account has ${maxSessionsPerAccount} sessions, which is the most it may have.`;
    return refuseLogin(context, channel, packet, 0x97, "too_many_sessions", text, result.principal.key);
  }
  const entering = context.entering.get(key);
  const older = entering ?? known?.connection;
  const hadWill = (known?.will ?? null) !== null;
  const wall = context.clock.wallOf(now);
  if (older) context.presence.takesOver(channel, older, wall);
  entering?.finish("taken over", false); // [MQTT-3.1.4-3], also before its CONNACK
  const found = takeOver(context, key, packet, now);
  if (context.ending.has(key)) return loginLater(context, channel, key, packet);
  // [MQTT-3.1.2-5], [MQTT-3.1.2-6]
  const session = found ?? context.sessions.create(key, clientId, result.principal, wall);
  resumeSession(context, session, channel, packet, terms.expiry, terms.maxInflight, result.tokenUid);
  channel.opens(session, terms);
  context.presence.belongs(channel, session, wall);
  context.elsewhere?.loggedIn(session);
  context.metrics.loginsAccepted++;
  context.authority.uses.note(result.tokenUid, wall, channel.wire.remote);
  const came = cameBy(channel.wire);
  context.ingest.eventLog.seen({ kind: "opened", principal: result.principal.key, client: clientId, ...came });
  const sessionPresent = found !== null && packet.version !== 3; // [MQTT-3.2.2-2], [MQTT-3.2.2-3]
  // [MQTT-3.1.4-5]; once [MQTT-3.2.0-2], and nothing was written before [MQTT-3.2.0-1]
  channel.send(encode(packet.version, { ...accepted, sessionPresent }));
  // CONNACK says that the will is stored, and the one before it is not any more [MQTT-3.1.2-7]; and a stored session that is
  // back is so in the store, too, before it is sent anything: after a crash that says what may have been sent
  if (hadWill || session.will !== null || (found !== null && session.outlet.stored > 0))
    channel.holdUntilStored(() => connackRefusal(packet, 0x88, UNAVAILABLE));
  if (found) session.outlet.resend();
  context.log.debug({ remote: channel.wire.remote, principal: result.principal.key, client: clientId }, "logged in");
}
const UNAVAILABLE = "The store is not available. Try later.";

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

/**
 * Goes on when it is durable that the old session is gone: were it back after a crash, its packet identifiers would
 * swallow publishes of the new one.
 */
function loginLater(context: BrokerContext, channel: LoginChannel, key: string, packet: ConnectPacket): void {
  channel.phase = "login";
  channel.pause("login");
  context.entering.set(key, channel);
  const left = (): void => {
    if (context.entering.get(key) === channel) context.entering.delete(key);
  };
  const committed = (): void => {
    left();
    if (channel.phase !== "login") return;
    channel.phase = "connect";
    login(context, channel, packet, context.clock.steady());
    channel.readRest();
  };
  const failed = (): void => {
    left();
    if (channel.phase === "login") refuseLogin(context, channel, packet, 0x88, "storage_unavailable", UNAVAILABLE);
  };
  context.commit.wait({ committed, failed }, 0);
  context.commit.poke();
}
/** Ends an older connection of the same session, and obeys Clean Start [MQTT-3.1.4-4]; the session, if it goes on. */
function takeOver(context: BrokerContext, key: string, packet: ConnectPacket, now: number): Session | null {
  const old = context.sessions.get(key);
  if (!old) return null;
  if (old.connection) {
    // its session must go on, too: one that ends with its connection sends its will whatever the delay (section 3.1.4)
    const goesOn = !packet.cleanStart && old.expiry > 0 && (old.will?.delay ?? 0) > 0;
    if (goesOn) old.will = null;
    old.connection.disconnect(0x8e, "taken over", TAKEN_OVER); // [MQTT-3.1.4-3]
  }
  const left = context.sessions.get(key);
  if (!left) return null;
  if (packet.cleanStart || left.isOver(now)) {
    if (left.willDue !== null) fireWill(context, left, now);
    endSession(context, left); // [MQTT-3.1.2-4], [MQTT-4.1.0-2]
    return null;
  }
  if (left.willDue !== null && left.willDue <= now) fireWill(context, left, now);
  return left;
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
  // a session is stored when it outlives its connection, or when its will must outlive the server; one that was stored
  // stays so until it ends, for what it has waiting is in the store
  const wasStored = outlet.stored > 0;
  if (expiry > 0 || session.will !== null || wasStored) context.sessions.store(session);
  if (wasStored && otherToken) context.hub.checkpointDue(outlet);
}
/** Refusals that are not the client's fault. */
const OURS: ReadonlySet<string> = new Set(["storage_unavailable", "clock_not_set"]);

/** CONNACK with a reason, and the end [MQTT-3.2.2-7], [MQTT-3.1.3-8]; later, the more logins from this address failed before. */
function refuseLogin(
  context: BrokerContext,
  channel: LoginChannel,
  packet: ConnectPacket,
  reason: number,
  code: string,
  text: string,
  principal = "",
): void {
  context.metrics.loginRefused(code);
  const [client, came] = [packet.clientId, cameBy(channel.wire)];
  context.ingest.eventLog.seen({ kind: "login_refused", principal, client, ...came, code, message: text });
  const facts = { remote: came.remote, code, why: text, client, user: undefined };
  context.foldedLog.info(facts, code, "refused a login", context.clock.steady());
  channel.phase = "refused";
  const delay = OURS.has(code) ? 0 : context.failures.failed(came.remote, context.clock.steady());
  const answer = (): void => {
    if (channel.phase !== "refused") return;
    const bytes = connackRefusal(packet, reason, text);
    if (bytes !== null) channel.box.push(bytes);
    channel.finish(`login refused: ${code}`, false);
  };
  if (delay === 0) answer();
  else context.later(answer, delay);
}
/**
 * A CONNECT that could not be decoded, from a client of protocol level `level`; the caller closes [MQTT-3.1.4-1]. In v3
 * there is no return code for most mistakes [MQTT3-3.2.2-6].
 */
export function answerBadConnect(channel: LoginChannel, level: number, error: CodecError): void {
  if (level >= 5) {
    const connack: ConnackPacket = {
      type: "connack",
      sessionPresent: false,
      reasonCode: error.reason,
      properties: { reasonString: error.message },
    };
    // [MQTT-3.2.2-19]; a client that takes no CONNACK at all is told nothing
    const bytes = encodeWithin(5, connack, error.maxPacket ?? Number.POSITIVE_INFINITY);
    if (bytes !== null) channel.box.push(bytes);
  } else if (error.reason === 0x84) {
    channel.box.push(encode(4, { type: "connack", sessionPresent: false, reasonCode: 1 })); // [MQTT3-3.1.2-2]
  }
}

/** A CONNACK that refuses; null: the client takes no packet of that size [MQTT-3.1.2-24]. */
export function connackRefusal(packet: ConnectPacket, reason: number, text: string): Uint8Array | null {
  const { version } = packet;
  if (version !== 5)
    return encode(version, { type: "connack", sessionPresent: false, reasonCode: v3ReturnCode(reason) });
  const connack: ConnackPacket = {
    type: "connack",
    sessionPresent: false,
    reasonCode: reason,
    properties: { reasonString: text },
  };
  return encodeWithin(5, connack, packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY);
}
