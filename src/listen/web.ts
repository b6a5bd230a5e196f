import type { Server, ServerWebSocket } from "bun";
import type { Wire, WireListener } from "../broker/wire.ts";
import { type Accept, type Origin, originOf } from "./stream.ts";
import { forwardedFor, type Trusts } from "./trusted.ts";

interface Attached {
  wire: SocketWire | null;
  readonly remote: string;
  readonly local: boolean;
  readonly secure: boolean;
}

/** Bytes of frames that were read before the socket was paused; the platform reads no more than a fraction at once. */
const MOST_KEPT = 4 * 1024 * 1024;
/** Bytes that a WebSocket may have unsent before we stop writing to it. */
const MOST_BUFFERED = 256 * 1024;

/** Silence after which the other end of a WebSocket is asked whether it is there. */
const IDLE_SECONDS = 240;
/** The largest frame is at least this. */
const LEAST_FRAME = 512 * 1024;

/** What of a WebSocket is used here. */
export type WebSocketLike = Pick<
  ServerWebSocket<Attached>,
  "data" | "readyState" | "getBufferedAmount" | "sendBinary" | "pause" | "resume" | "close" | "terminate"
>;

/** A WebSocket as the broker's wire: frames are a byte stream, whatever their borders [MQTT-6.0.0-2]. */
export class SocketWire implements Wire {
  listener: WireListener | null = null;
  private kept: Uint8Array[] | null = null;
  private keptBytes = 0;
  readonly transport: "ws" | "wss";
  readonly certificate = null;
  constructor(
    private readonly socket: WebSocketLike,
    /** Largest frame: the platform collects it whole. */
    readonly holds: number,
  ) {
    this.transport = socket.data.secure ? "wss" : "ws";
  }
  get remote(): string {
    return this.socket.data.remote;
  }
  get local(): boolean {
    return this.socket.data.local;
  }
  write(bytes: Uint8Array): number {
    if (this.socket.readyState !== 1) return -1;
    if (this.socket.getBufferedAmount() >= MOST_BUFFERED) return 0;
    // -1: it was queued all the same; 0: dropped
    return this.socket.sendBinary(bytes) === 0 ? -1 : bytes.length;
  }
  pause(): void {
    this.kept ??= [];
    // the client feels it; frames that were read already still come
    this.socket.pause();
  }
  resume(): void {
    this.deliver();
    if (this.kept === null) this.socket.resume();
  }
  private deliver(): void {
    const { kept } = this;
    this.kept = null;
    this.keptBytes = 0;
    for (const [i, bytes] of (kept ?? []).entries()) {
      this.listener?.data(bytes);
      if (this.kept === null) continue;
      // paused again
      for (const later of kept?.slice(i + 1) ?? []) this.take(later);
      return;
    }
  }
  /** Bytes from the client: to the broker, or kept while it reads nothing. */
  take(bytes: Uint8Array): void {
    if (this.kept === null) return this.listener?.data(bytes);
    this.keptBytes += bytes.length;
    if (this.keptBytes > MOST_KEPT) this.terminate();
    else this.kept.push(bytes.slice());
  }
  /** The stream is gone; what came before and was kept is the broker's all the same (wire contract section 2). */
  closed(): void {
    const { kept, listener } = this;
    this.kept = null;
    for (const bytes of kept ?? []) listener?.data(bytes);
    listener?.closed();
  }
  end(): void {
    // while paused no close would be reported
    this.socket.resume();
    this.socket.close(1000);
  }
  terminate(): void {
    this.socket.terminate();
  }
}

export interface WebOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly reusePort?: boolean;
  readonly maxBody: number;
  readonly maxPacket: number;
  /** Whether ordinary requests are answered; null: WebSocket alone. */
  readonly http: ((request: Request, info: { remoteAddress: string }) => Response | Promise<Response>) | null;
  readonly onError: (error: unknown) => void;
  /** Whose word counts about the addresses of clients. */
  readonly trusts: Trusts;
}

/** Sub-protocols of MQTT over WebSocket [MQTT-6.0.0-4]; of old clients, too [departs from MQTT-6.0.0-4]. */
const PROTOCOLS = ["mqtt", "mqttv3.1"];

/**
 * Serves HTTP, and MQTT over WebSocket: at `/mqtt`, or at every path where there is no HTTP.
 * @throws what the system says when the port cannot be opened
 */
export function listenWeb(options: WebOptions, accept: Accept): Server<Attached> {
  // a frame may hold several packets, and before the login, too: how many such clients there are is bounded (Newcomers)
  const maxPayload = Math.max(options.maxPacket * 2, LEAST_FRAME);
  return Bun.serve<Attached>({
    hostname: options.hostname,
    port: options.port,
    maxRequestBodySize: options.maxBody + 65_536,
    idleTimeout: 60,
    ...(options.tls ? { tls: { cert: options.tls.cert, key: options.tls.key } } : {}),
    // otherwise errors are answered with a page for developers; without it ports are shared unless one says no
    development: false,
    reusePort: options.reusePort === true,
    error(error) {
      options.onError(error);
      return new Response("The server made a mistake.\n", { status: 500 });
    },
    fetch(request, server) {
      const origin = behind(request, originOf(server.requestIP(request)?.address ?? ""), options.trusts);
      const path = URL.parse(request.url)?.pathname;
      if (path === undefined) return new Response("The Host header is not a host name.\n", { status: 400 });
      const wanted = request.headers.get("upgrade")?.toLowerCase() === "websocket";
      if (wanted && (options.http === null || path === "/mqtt" || path === "/mqtt/")) {
        return upgrade(request, server, origin, options.tls !== null);
      }
      if (options.http === null || path === "/mqtt")
        return new Response("MQTT over WebSocket is spoken here; connect with the sub-protocol mqtt.\n", {
          status: 426,
          headers: { upgrade: "websocket", "content-type": "text/plain" },
        });
      return options.http(request, { remoteAddress: origin.remote });
    },
    websocket: {
      maxPayloadLength: maxPayload,
      backpressureLimit: 16 * 1024 * 1024,
      // a client that vanished without a word is found by a ping that nobody answers
      idleTimeout: IDLE_SECONDS,
      sendPings: true,
      perMessageDeflate: false,
      open(socket) {
        const wire = new SocketWire(socket, maxPayload);
        socket.data.wire = wire;
        wire.listener = accept(wire);
      },
      message(socket, message) {
        // text frames are not MQTT [MQTT-6.0.0-1]
        if (typeof message === "string") return socket.close(1003, "binary frames only");
        guard(socket, () => socket.data.wire?.take(message));
      },
      drain(socket) {
        guard(socket, () => socket.data.wire?.listener?.drained());
      },
      close(socket) {
        guard(socket, () => socket.data.wire?.closed());
      },
    },
  });
  function guard(socket: ServerWebSocket<Attached>, fn: () => void): void {
    try {
      fn();
    } catch (error) {
      options.onError(error);
      socket.terminate();
    }
  }
}

/** Where a request comes from. One that was passed on never counts as this machine, whoever passed it on. */
function behind(request: Request, peer: Origin, trusts: Trusts): Origin {
  const passedOn = request.headers.get("x-forwarded-for");
  if (passedOn === null && request.headers.get("forwarded") === null) return peer;
  return { remote: forwardedFor(peer.remote, passedOn, trusts), local: false };
}

function upgrade(request: Request, server: Server<Attached>, origin: Origin, secure: boolean): Response | undefined {
  const offered = (request.headers.get("sec-websocket-protocol") ?? "").split(",").map((p) => p.trim().toLowerCase());
  const chosen = PROTOCOLS.find((p) => offered.includes(p));
  // tokens, never cookies, log in here: a page of another origin gains nothing by opening a socket
  if (chosen === undefined) return new Response("The WebSocket sub-protocol must be mqtt.\n", { status: 400 }); // [MQTT-6.0.0-3]
  const data: Attached = { wire: null, ...origin, secure };
  if (server.upgrade(request, { data, headers: { "sec-websocket-protocol": chosen } })) return undefined;
  return new Response("The WebSocket handshake is not complete.\n", { status: 400 });
}
