import type { Socket } from "bun";
import { type ErrorCode, Refusal } from "../base/errors.ts";
import { refusalAnswer } from "../http/kit/answer.ts";
import { type OwnNames, speaksFromHere } from "../http/kit/here.ts";
import { type Accept, type Peer, peerOf, type StreamTls, tlsOf } from "./stream.ts";
import { handshakeCause, type OnRefused, strangerOf } from "./strangers.ts";
import { forwardedFor, type Trusts } from "./trusted.ts";
import { WebConnection, type WebTerms } from "./web/connection.ts";
import { Grammar } from "./web/parser.ts";
import type { Places } from "./web/places.ts";
import type { Fault } from "./web/request.ts";
import { upgrade, wantsWebSocket } from "./web/upgrade.ts";

interface Attached {
  connection: WebConnection | null;
}

/** An address of the path /mqtt. */
const AT_MQTT = /^https?:\/\/[^/]+\/mqtt(?:\?|$)/;
/** Silence after which the system asks whether the other end is there. */
const PROBE_MS = 120_000;
/** The largest message of a WebSocket is at least this. */
const LEAST_MESSAGE = 512 * 1024;

export interface WebOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: StreamTls | null;
  readonly reusePort?: boolean;
  readonly maxBody: number;
  readonly maxPacket: number;
  /** Whether ordinary requests are answered; null: WebSocket alone. */
  readonly http: ((request: Request, from: Peer & { remoteAddress: string }) => Response | Promise<Response>) | null;
  readonly onError: (error: unknown) => void;
  /** Whose word counts about the addresses of clients. */
  readonly trusts: Trusts;
  /** Under which programs of this machine ask. */
  readonly ownNames: OwnNames;
  readonly onRefused: OnRefused;
  /** Shared by all listeners. */
  readonly places: Places;
}
/** A listener that is open. */
interface WebListener {
  readonly port: number;
  /** Takes no new connections; open ones go on. */
  stop(): void;
}

/**
 * Serves HTTP, and MQTT over WebSocket: at `/mqtt`, or at every path where there is no HTTP. On sockets of its own, like
 * MQTT: the platform's server loses answers when the next request comes early (ARCHITECTURE.md, Network).
 * @throws what the system says when the port cannot be opened
 */
export function listenWeb(options: WebOptions, accept: Accept): WebListener {
  const terms = termsOf(options, accept);
  const guard = (socket: Socket<Attached>, fn: (connection: WebConnection) => void): void => {
    const connection = socket.data?.connection;
    if (!connection) return;
    try {
      fn(connection);
    } catch (error) {
      options.onError(error);
      connection.close();
    }
  };
  const closed = (socket: Socket<Attached>): void => {
    guard(socket, (connection) => connection.closed());
    if (socket.data) socket.data.connection = null;
  };
  const listener = Bun.listen<Attached>({
    hostname: options.hostname,
    port: options.port,
    allowHalfOpen: true,
    ...(options.reusePort ? { reusePort: true } : {}),
    ...(options.tls ? { tls: tlsOf(options.tls) } : {}),
    socket: {
      open(socket) {
        socket.setKeepAlive(true, PROBE_MS);
        socket.setNoDelay(true);
        const connection = new WebConnection(socket, peerOf(socket.remoteAddress), terms);
        socket.data = { connection };
        if (!options.places.enter(connection)) connection.close();
      },
      data: (socket, bytes) => guard(socket, (connection) => connection.data(bytes)),
      drain: (socket) => guard(socket, (connection) => connection.drained()),
      end: (socket) => guard(socket, (connection) => connection.ended()),
      close: closed,
      error(socket, error) {
        options.onError(error);
        closed(socket);
      },
      // being there, it lets open come with the TCP connection: who never shakes hands is counted and timed like others
      ...(options.tls === null
        ? {}
        : {
            handshake(socket, done, error) {
              if (done) return;
              const remote = socket.data?.connection?.origin.remote ?? "";
              // the platform closes it by itself, after the alert that says why
              options.onRefused("tls_handshake", remote, handshakeCause(error?.message ?? ""));
            },
          }),
    },
  });
  return { port: listener.port, stop: () => listener.stop(false) };
}

function termsOf(options: WebOptions, accept: Accept): WebTerms {
  const { http, places, trusts } = options;
  const secure = options.tls !== null;
  const now = () => performance.now();
  // no frame is held whole; a message that is much larger than a packet is none
  const maxMessage = Math.max(options.maxPacket * 2, LEAST_MESSAGE);
  const sockets = { accept, secure, maxMessage, now };
  const behind = (request: Request, peer: Peer): Peer => behindProxies(request, peer, trusts, options.ownNames);
  return {
    grammar: new Grammar(),
    places,
    secure,
    maxBody: options.maxBody,
    now,
    date: dates(),
    handlers: {
      failed: options.onError,
      begins(bytes, { remote }) {
        const cause = strangerOf(bytes, "HTTP", secure);
        if (cause !== null) options.onRefused("wrong_protocol", remote, cause);
      },
      refuse: faultAnswer,
      upgrade(request, peer, connection) {
        if (!wantsWebSocket(request) || (http !== null && !/^\/mqtt\/?$/.test(new URL(request.url).pathname)))
          return null;
        return upgrade(request, behind(request, peer), connection, sockets);
      },
      answer(request, peer) {
        if (http === null || AT_MQTT.test(request.url))
          return new Response("MQTT over WebSocket is spoken here; connect with the sub-protocol mqtt.\n", {
            status: 426,
            headers: { upgrade: "websocket", "content-type": "text/plain" },
          });
        const { remote, local } = behind(request, peer);
        return http(request, { remote, local, remoteAddress: remote });
      },
    },
  };
}

/**
 * Where a request comes from. One that was passed on never counts as this machine, whoever passed it on, and neither does
 * one that a page of another site made a browser of this machine send.
 */
function behindProxies(request: Request, peer: Peer, trusts: Trusts, own: OwnNames): Peer {
  const passedOn = request.headers.get("x-forwarded-for");
  if (passedOn === null && request.headers.get("forwarded") === null)
    return peer.local && !speaksFromHere(request, own) ? { ...peer, local: false } : peer;
  return { remote: forwardedFor(peer.remote, passedOn, trusts), local: false };
}

const CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [405, "method_not_allowed"],
  [503, "overloaded"],
]);
/** The answer to a request that is none, in the form of all refusals. */
function faultAnswer({ status, text }: Fault): Response {
  const refusal = refusalAnswer(new Refusal(CODES.get(status) ?? "invalid_request", text));
  return new Response(refusal.body, { status, headers: refusal.headers });
}

/** The value of the header Date, made once a second. */
function dates(): () => string {
  let second = 0;
  let text = "";
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      text = new Date(now * 1000).toUTCString();
    }
    return text;
  };
}
