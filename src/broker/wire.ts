import type { Sink } from "../fanout/outbox.ts";
import type { Transport } from "../store/ports.ts";

/** A byte stream to a client, whatever it runs on; src/listen makes them. */
export interface Wire extends Sink {
  /** The client's address, for people and for counting failed logins. */
  readonly remote: string;
  /** Whether the client is on this machine, by the socket's own address: never by what a proxy tells. */
  readonly local: boolean;
  /** The name (CN) in the client certificate that was verified; null: none was asked for, or shown. */
  readonly certificate: string | null;
  readonly transport: Transport;
  /** Origin of the page that opened a WebSocket; null: a program that names none. Undefined: it is no WebSocket. */
  readonly page?: string | null;
  /** TLS version, as "TLSv1.3"; absent where it is not known. */
  readonly tls?: string | null;
  /** Bytes that it may keep by itself before the broker sees them: a frame that is not complete, a handshake. */
  readonly holds: number;
  /** The first bytes were those of another protocol, and the log has a line of it. */
  readonly isTold?: boolean;
  /** From now on the system asks, after minutes of silence, whether the other end is there; ends the stream when it is not. */
  probe(): void;
  pause(): void;
  resume(): void;
  /** Ends the stream after what was written has left. */
  end(): void;
  /** Ends it at once. */
  terminate(): void;
}
/** How a client came, as events have it. */
export function cameBy({ remote, transport, tls = null }: Pick<Wire, "remote" | "transport" | "tls">) {
  return { remote, transport, tls };
}
/** What a wire tells the broker's connection. */
export interface WireListener {
  /** Bytes came; they are only lent. */
  data(bytes: Uint8Array): void;
  /** It takes bytes again. */
  drained(): void;
  /** The client ended its side; it may still read. */
  ended(): void;
  /** The stream is gone: nothing comes or leaves any more. */
  closed(): void;
}
