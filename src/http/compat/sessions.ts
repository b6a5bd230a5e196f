import { Refusal } from "../../base/errors.ts";
import type { SessionPosition } from "../../broker/types.ts";
import { quote } from "../../measure/bytes.ts";
import { printTime } from "../../measure/index.ts";
import { readJson } from "../../measure/strict-json.ts";
import { authenticate } from "../kit/access.ts";
import { jsonText } from "../kit/answer.ts";
import { readBody } from "../kit/body.ts";
import {
  disconnectAccount,
  disconnectSession,
  listSessions as sessionsOf,
  mustOperate,
  type SessionRow,
  type SessionSheet,
  showSession as sessionOf,
} from "../../admin/sessions.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";

const MOST = 1000;
const DEFAULT = 100;
/** A client identifier is at most 65,535 bytes, and JSON may write six for one. */
const MAX_BODY = 524_288;
const VERSIONS = { 3: "3.1", 4: "3.1.1", 5: "5.0" } as const;

/**
 * `GET /v1/sessions/` (instance permission operate): the sessions there are, oldest first, by pages:
 * `?account=&client_id=&connected=true|false&limit=&cursor=`. `next` is the cursor of the page behind this one; null:
 * there is none. A client identifier may hold anything: it is JSON here, and percent-encoded in addresses.
 */
export function listSessions(deps: HttpDeps): Handler {
  return (c) => {
    mustOperate(authenticate(deps, c));
    const limit = limitOf(c);
    const found = sessionsOf(deps, {
      limit,
      account: word(c, "account"),
      client: word(c, "client_id"),
      connected: connectedOf(c),
      after: cursorOf(c),
    });
    const last = found.sessions.at(-1);
    const next = last === undefined || found.total <= limit ? null : writeCursor(last);
    return jsonText(JSON.stringify({ sessions: found.sessions.map(summary), next }));
  };
}

/**
 * `GET /v1/sessions/<account>/<client id>/`: everything about one session. The account is its key, or its name. `.` and `..`
 * cannot stand in an address: `GET /v1/sessions/<account>/?client_id=..` is the same for any client identifier.
 */
export function showSession(deps: HttpDeps): Handler {
  return (c) => {
    mustOperate(authenticate(deps, c));
    const client = c.req.param("client") ?? word(c, "client_id");
    if (client === undefined)
      throw new Refusal(
        "invalid_request",
        "Name the client: /v1/sessions/<account>/<client id>/, or ?client_id=<client id>.",
      );
    const details = sessionOf(deps, { account: c.req.param("account") ?? "", client });
    return jsonText(JSON.stringify({ ...summary(details), ...sheet(details) }));
  };
}

/**
 * `POST /v1/sessions/disconnect/` with `{"account", "client_id"}`, or `{"account", "all": true}`: ends the connection of
 * one client, or all of an account (wire contract section 2): 0x98 in v5, and wills fire. Sessions stay.
 */
export function disconnectSessions(deps: HttpDeps): Handler {
  return async (c) => {
    mustOperate(authenticate(deps, c));
    const { account, client } = wishOf(await readBody(c.req.raw, MAX_BODY));
    if (client === null) {
      const { disconnected } = disconnectAccount(deps, { account });
      return jsonText(JSON.stringify({ ok: true, disconnected }));
    }
    disconnectSession(deps, { account, client });
    return jsonText('{"ok":true,"disconnected":1}');
  };
}

function word(c: HttpContext, name: string): string | undefined {
  const text = c.req.query(name) ?? "";
  return text === "" ? undefined : text;
}
function limitOf(c: HttpContext): number {
  const text = word(c, "limit");
  if (text === undefined) return DEFAULT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST) return limit;
  throw new Refusal("invalid_request", `The limit ${quote(text)} is not a number from 1 to ${MOST}.`);
}
function connectedOf(c: HttpContext): boolean | undefined {
  const text = word(c, "connected");
  if (text === undefined) return undefined;
  if (text === "true" || text === "false") return text === "true";
  throw new Refusal("invalid_request", `connected is "true" or "false", not ${quote(text)}.`);
}

export function writeCursor({ created, principal, clientId }: SessionPosition): string {
  return Buffer.from(JSON.stringify([created, principal, clientId])).toString("base64url");
}
function cursorOf(c: HttpContext): SessionPosition | undefined {
  return positionOf(word(c, "cursor"));
}
/** @throws Refusal invalid_request: a cursor that no answer gave */
export function positionOf(text: string | undefined): SessionPosition | undefined {
  if (text === undefined) return undefined;
  const parts = parsed(Buffer.from(text, "base64url").toString("utf8"));
  const [created, principal, clientId] = Array.isArray(parts) ? (parts as unknown[]) : []; // looked at below
  if (typeof created === "number" && typeof principal === "string" && typeof clientId === "string")
    return { created, principal, clientId };
  throw new Refusal("invalid_request", "The cursor is not one that an answer gave; begin without one.");
}

/** @returns client null: all of the account */
function wishOf(body: Uint8Array): { account: string; client: string | null } {
  const wish = parsed(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  const fields = new Map(typeof wish === "object" && wish !== null ? Object.entries(wish) : []);
  const account: unknown = fields.get("account");
  const client: unknown = fields.get("client_id");
  if (typeof account === "string" && typeof client === "string" && !fields.has("all")) return { account, client };
  if (typeof account === "string" && client === undefined && fields.get("all") === true)
    return { account, client: null };
  throw new Refusal(
    "invalid_request",
    'Send {"account": …, "client_id": …} for one client, or {"account": …, "all": true} for all of an account.',
  );
}
function parsed(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

function time(micros: number): string;
function time(micros: number | null): string | null;
function time(micros: number | null): string | null {
  return micros === null ? null : printTime(micros);
}

export function summary(s: SessionRow) {
  return {
    account: s.account,
    principal: s.principal,
    client_id: s.clientId,
    connected: s.connected,
    since: time(s.since),
    created: time(s.created),
    remote: s.remote,
    transport: s.transport,
    protocol: VERSIONS[s.version],
    subscriptions: s.subscriptions,
    in_flight: s.inFlight,
    waiting: s.waiting,
    pause: s.pause,
    bytes_in: s.bytesIn,
    bytes_out: s.bytesOut,
  };
}
export function sheet(s: SessionSheet) {
  const { lastRefusal: refusal, lastEnd: end, will } = s;
  return {
    tls: s.tls,
    bridge: s.bridge,
    maximum_packet_size: s.maxPacket,
    deliveries_too_large: s.tooLarge.count,
    session_expiry: s.expiry,
    stored: s.stored,
    keep_alive: s.keepAlive,
    last_heard: time(s.lastHeard),
    packets_in: s.packetsIn,
    packets_out: s.packetsOut,
    unsent_bytes: s.unsent,
    publishes_unanswered: s.incoming,
    publishes_unreleased: s.incomingUnreleased,
    max_in_flight: s.maxInFlight,
    deliveries_unreleased: s.outgoingUnreleased,
    waiting_bytes: s.waitingBytes,
    stored_chunks: s.storedChunks,
    dropped: s.dropped,
    will: will && {
      topic: will.topic,
      qos: will.qos,
      retain: will.retain,
      delay: will.delay,
      payload_bytes: will.payloadBytes,
      due: time(will.due),
    },
    last_refusal: refusal && { ...refusal, time: time(refusal.time) },
    last_end: end && {
      why: end.why,
      reason: end.reason,
      message: end.message,
      by_client: end.byClient,
      time: time(end.time),
    },
    filters: s.filters.map((f) => ({
      filter: f.filter,
      canonical: f.canonical,
      qos: f.qos,
      no_local: f.noLocal,
      retain_as_published: f.retainAsPublished,
      retain_handling: f.retainHandling,
      identifier: f.identifier,
      note: f.note,
    })),
  };
}
