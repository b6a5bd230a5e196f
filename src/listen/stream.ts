import type { Socket, SocketHandler, TCPSocketListener, TLSOptions } from "bun";
import type { Wire, WireListener } from "../broker/wire.ts";
import { type Peer, peerOf } from "./peer.ts";
import { handshakeCause, type OnRefused, strangerOf } from "./strangers.ts";

export { type Peer, peerOf } from "./peer.ts";

/** Takes a new stream; null: it was refused (and ended). */
export type Accept = (wire: Wire) => WireListener | null;

/** Client certificates of a TLS listener. */
export interface ClientCertificates {
  /** PEM of the authority that signs them. */
  readonly ca: string;
  /** Whether a client without one is refused. */
  readonly required: boolean;
}
export interface StreamTls {
  readonly cert: string;
  readonly key: string;
  /** null: none are asked for. */
  readonly clients: ClientCertificates | null;
}
export interface StreamOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: StreamTls | null;
  /** For a listener that takes over from another on the same port. */
  readonly reusePort?: boolean;
  readonly onError: (error: unknown) => void;
  /** A stream was closed before it could become a connection. @param why as the metric names it */
  readonly onRefused: OnRefused;
}

/** What is remembered of a socket while it is open. */
export interface Attached {
  listener: WireListener | null;
  /** Nothing has come. */
  isFresh: boolean;
  /** What came first was told of: another protocol. */
  isTold?: boolean;
  /** Address of the client. */
  remote: string;
}
/** Silence after which the system asks whether the other end is there. */
const PROBE_MS = 120_000;

/** Memory of a TLS connection that shakes hands, about. */
const TLS_BYTES = 24 * 1024;

/** A TCP or TLS socket as the broker's wire: an ordered stream without loss, both ways [MQTT-4.2-1]. */
class StreamWire implements Wire {
  private ending = false;
  readonly remote: string;
  readonly local: boolean;
  constructor(
    private readonly socket: Socket<Attached>,
    private readonly settings: StreamTls | null,
    { remote, local }: Peer,
  ) {
    this.remote = remote;
    this.local = local;
  }
  get transport(): "tcp" | "tls" {
    return this.settings === null ? "tcp" : "tls";
  }
  get holds(): number {
    return this.settings === null ? 0 : TLS_BYTES;
  }
  get tls(): string | null {
    return this.settings === null ? null : this.socket.getTLSVersion();
  }
  get isTold(): boolean {
    return this.socket.data.isTold === true;
  }
  get certificate(): string | null {
    if (!this.settings?.clients || !this.socket.authorized) return null;
    // several names, or none: it is verified and names nobody
    const name: unknown = this.socket.getPeerCertificate()?.subject?.CN;
    return typeof name === "string" ? name : "";
  }
  write(bytes: Uint8Array): number {
    return this.socket.write(bytes);
  }
  probe(): void {
    this.socket.setKeepAlive(true, PROBE_MS);
  }
  pause(): void {
    this.socket.pause();
  }
  resume(): void {
    this.socket.resume();
  }
  end(): void {
    if (this.ending) return;
    this.ending = true;
    // while paused no close would be reported
    this.socket.resume();
    this.socket.end();
  }
  terminate(): void {
    this.ending = true;
    this.socket.terminate();
  }
}

/**
 * What TLS 1.2 may use: a key of the connection's own (no static RSA, which gives away all that was recorded once the key is
 * lost) and an authenticated cipher (no CBC). TLS 1.3 has no others.
 */
const CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20";

/** What the platform is told of TLS. Versions below 1.2 are not spoken. */
export function tlsOf({ cert, key, clients }: StreamTls): TLSOptions {
  const own = { cert, key, ciphers: CIPHERS };
  if (clients === null) return own;
  // optional: who shows none goes on; one that is not verified is refused after the handshake
  return { ...own, ca: clients.ca, requestCert: true, rejectUnauthorized: clients.required };
}

/** What becomes of a stream's events; the same for streams that come directly and through a proxy. */
export class StreamEvents {
  constructor(
    readonly options: StreamOptions,
    private readonly accept: Accept,
  ) {}

  /** The broker gets the stream. */
  attach(socket: Socket<Attached>, origin: Peer): void {
    socket.data.remote = origin.remote;
    socket.data.listener = this.accept(new StreamWire(socket, this.options.tls, origin));
  }
  /** A throw in a handler would leave the socket open. */
  guard(socket: Socket<Attached>, fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.options.onError(error);
      socket.terminate();
    }
  }
  /** Everything but `open`. */
  handlers(): Omit<SocketHandler<Attached>, "open"> {
    const events = this;
    return {
      data: (socket, bytes) =>
        events.guard(socket, () => {
          if (socket.data.isFresh) events.begins(socket, bytes);
          socket.data.listener?.data(bytes);
        }),
      drain: (socket) => events.guard(socket, () => socket.data.listener?.drained()),
      end: (socket) => events.guard(socket, () => socket.data.listener?.ended()),
      close(socket) {
        events.guard(socket, () => socket.data?.listener?.closed());
        if (socket.data) socket.data.listener = null;
      },
      error(socket, error) {
        events.options.onError(error);
        events.guard(socket, () => socket.data?.listener?.closed());
      },
      // being there, it lets open come with the TCP connection: who never shakes hands is counted and timed like others
      ...(events.options.tls === null
        ? {}
        : { handshake: (socket, done, error) => events.guard(socket, () => events.shaken(socket, done, error)) }),
    };
  }
  /** The first bytes: those of another protocol are told of, and refused as what they are not. */
  begins(socket: Socket<Attached>, bytes: Uint8Array): void {
    socket.data.isFresh = false;
    const cause = strangerOf(bytes, "MQTT", this.options.tls !== null);
    if (cause === null) return;
    socket.data.isTold = true;
    this.options.onRefused("wrong_protocol", socket.data.remote, cause);
  }
  /** The handshake is over: a certificate that was not verified is no way in. */
  private shaken(socket: Socket<Attached>, done: boolean, error: Error | null): void {
    const { tls, onRefused } = this.options;
    const text = error?.message ?? "it is not verified";
    if (!done && !NO_CERTIFICATE.test(text)) {
      // the platform closes it by itself, after the alert that says why
      return onRefused("tls_handshake", socket.data.remote, handshakeCause(text));
    }
    if (!tls?.clients) return;
    const shown = socket.getPeerCertificate()?.subject !== undefined;
    if (done && (socket.authorized || (!shown && !tls.clients.required))) return;
    onRefused("client_certificate", socket.data.remote, text);
    socket.terminate();
  }
}

/** How a handshake fails when a certificate is demanded and none is shown; others fail for other reasons. */
const NO_CERTIFICATE = /PEER_DID_NOT_RETURN_A_CERTIFICATE/;

/**
 * Listens for MQTT over TCP or TLS. The client's FIN is not the end: what it sent before is still recorded and answered.
 * @throws what the system says when the port cannot be opened
 */
export function listenStream(options: StreamOptions, accept: Accept): TCPSocketListener<Attached> {
  const events = new StreamEvents(options, accept);
  return Bun.listen<Attached>({
    hostname: options.hostname,
    port: options.port,
    allowHalfOpen: true,
    ...(options.reusePort ? { reusePort: true } : {}),
    ...(options.tls ? { tls: tlsOf(options.tls) } : {}),
    socket: {
      ...events.handlers(),
      open(socket) {
        socket.data = { listener: null, isFresh: true, remote: "" };
        events.attach(socket, peerOf(socket.remoteAddress));
      },
    },
  });
}
