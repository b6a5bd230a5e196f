import { createHash } from "node:crypto";
import type { Accept, Peer } from "../stream.ts";
import type { StreamEnd, Takeover, WebConnection } from "./connection.ts";
import { SocketWire } from "./socket-wire.ts";

/** Sub-protocols of MQTT over WebSocket [MQTT-6.0.0-4]; of old clients, too [departs from MQTT-6.0.0-4]. */
const PROTOCOLS = ["mqtt", "mqttv3.1"];
/** What a server proves with that it speaks WebSocket (RFC 6455, section 1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

interface UpgradeTerms {
  readonly accept: Accept;
  readonly secure: boolean;
  /** Largest message, bytes. */
  readonly maxMessage: number;
  /** ms of a steady clock. */
  readonly now: () => number;
}

/** Whether a request asks for WebSocket. */
export function wantsWebSocket(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** The opening handshake (RFC 6455, section 4.2). @returns the takeover, or the answer that says what is wrong */
export function upgrade(
  request: Request,
  from: Peer,
  connection: WebConnection,
  terms: UpgradeTerms,
): Response | Takeover {
  const { headers } = request;
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(",").map((p) => p.trim().toLowerCase());
  const chosen = PROTOCOLS.find((p) => offered.includes(p));
  // tokens, never cookies, log in here: a page of another origin gains nothing by opening a socket, and a ticket is for the
  // pages of the origin that asked for it
  if (chosen === undefined) return new Response("The WebSocket sub-protocol must be mqtt.\n", { status: 400 }); // [MQTT-6.0.0-3]
  const key = headers.get("sec-websocket-key") ?? "";
  if (request.method !== "GET" || Buffer.from(key, "base64").length !== 16)
    return new Response("The WebSocket handshake is not complete.\n", { status: 400 });
  if (headers.get("sec-websocket-version") !== "13")
    return new Response("Version 13 of WebSocket is spoken here.\n", {
      status: 426,
      headers: { upgrade: "websocket", "sec-websocket-version": "13" },
    });
  const proof = createHash("sha1").update(`${key}${GUID}`).digest("base64");
  const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: ${chosen}\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`;
  return {
    head: Buffer.from(head, "latin1"),
    start(): StreamEnd {
      const { channel, output } = connection;
      const socket = new SocketWire(channel, output, from, terms.secure, terms.maxMessage, terms.now);
      const wire = Object.assign(socket, { page: headers.get("origin") });
      wire.listener = terms.accept(wire);
      return wire;
    },
  };
}
