import type { Socket, SocketHandler, TCPSocketListener, TLSUpgradeOptions } from "bun";
import { MOST_HEADER, ProxyError, readProxyHeader } from "./proxy.ts";
import { type Accept, type Attached, type Peer, peerOf, StreamEvents, type StreamOptions, tlsOf } from "./stream.ts";
import type { Trusts } from "./trusted.ts";

interface ProxiedOptions extends StreamOptions {
  /** Whose PROXY headers are believed; connections of all others are plain MQTT. */
  readonly trusts: Trusts;
}

/** A stream that may begin with a header. */
interface Fronted extends Attached {
  /** What came of the header; null: there is none to wait for. */
  head: Uint8Array | null;
  /** TLS took the stream over: what comes is its bytes, and not for us. */
  isUpgraded: boolean;
}

/** How long a proxy may take to send its header, seconds. */
const HEADER_SECONDS = 10;
/** Streams of proxies whose header has not come. */
const MOST_PENDING = 10_000;
const NOTHING = new Uint8Array(0);

/**
 * Listens for MQTT behind a load balancer that speaks the PROXY protocol: a connection from a trusted address must begin
 * with a header, before TLS, and its client has the address that the header says. A connection from anywhere else is
 * plain MQTT: to it a header is no CONNECT, so nobody can make themselves look like somebody else. A client behind a
 * proxy never counts as this machine.
 * @throws what the system says when the port cannot be opened
 */
export function listenProxied(options: ProxiedOptions, accept: Accept): TCPSocketListener<Fronted> {
  const front = new Front(options, new StreamEvents(options, accept));
  return Bun.listen<Fronted>({
    hostname: options.hostname,
    port: options.port,
    allowHalfOpen: true,
    ...(options.reusePort ? { reusePort: true } : {}),
    socket: front.handlers(),
  });
}

/** The part of a stream before MQTT, or before TLS, begins. */
class Front {
  private pending = 0;
  constructor(
    private readonly options: ProxiedOptions,
    private readonly events: StreamEvents,
  ) {}

  handlers(): SocketHandler<Fronted> {
    const { events } = this;
    const plain = events.handlers();
    /** Hands an event on, unless it is TLS's, or comes before there is a connection. */
    const pass = (socket: Socket<Fronted>, fn: (() => void) | undefined): void => {
      if (socket.data !== undefined && !socket.data.isUpgraded && socket.data.head === null) fn?.();
    };
    return {
      open: (socket) => this.opened(socket),
      data: (socket, bytes) => {
        if (socket.data.head !== null) events.guard(socket, () => this.headed(socket, bytes));
        else pass(socket, () => plain.data?.(socket, bytes));
      },
      drain: (socket) => pass(socket, () => plain.drain?.(socket)),
      end: (socket) => {
        if (socket.data.head !== null) this.endedEarly(socket, socket.data.head);
        else pass(socket, () => plain.end?.(socket));
      },
      timeout: (socket) => {
        if (socket.data.head !== null) this.refuse(socket, "no PROXY header came in time");
      },
      close: (socket) => {
        this.heard(socket);
        pass(socket, () => plain.close?.(socket));
      },
      error: (socket, error) => pass(socket, () => plain.error?.(socket, error)),
    };
  }

  private opened(socket: Socket<Fronted>): void {
    const origin = peerOf(socket.remoteAddress);
    socket.data = { listener: null, isFresh: true, remote: origin.remote, head: null, isUpgraded: false };
    if (!this.options.trusts(origin.remote)) return this.begin(socket, origin, NOTHING);
    socket.data.head = NOTHING;
    if (++this.pending > MOST_PENDING) return this.refuse(socket, "too many connections wait for their PROXY header");
    socket.timeout(HEADER_SECONDS);
  }
  /** Bytes of a header, and perhaps of what follows it. */
  private headed(socket: Socket<Fronted>, bytes: Uint8Array): void {
    const before = socket.data.head ?? NOTHING;
    // a header is short: what comes together with its end is what else the network delivered at once
    const all = new Uint8Array(before.length + bytes.length);
    all.set(before);
    all.set(bytes, before.length);
    try {
      const header = readProxyHeader(all);
      if (header === undefined) {
        if (all.length > MOST_HEADER) throw new ProxyError("the PROXY header is too long");
        socket.data.head = all;
        return;
      }
      this.heard(socket);
      socket.timeout(0);
      const remote = header.source ?? peerOf(socket.remoteAddress).remote;
      this.begin(socket, { remote, local: false }, all.subarray(header.length));
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      this.refuse(socket, error.message);
    }
  }
  /** No header is waited for any more. */
  private heard(socket: Socket<Fronted>): void {
    if (socket.data === undefined || socket.data.head === null) return;
    socket.data.head = null;
    this.pending--;
  }
  /** The proxy closed its side; when it said nothing at all, it only looked whether we are there. */
  private endedEarly(socket: Socket<Fronted>, head: Uint8Array): void {
    if (head.length > 0) return this.refuse(socket, "it ended before its PROXY header had come");
    this.heard(socket);
    socket.terminate();
  }
  private refuse(socket: Socket<Fronted>, text: string): void {
    this.heard(socket);
    this.options.onRefused("proxy_header", socket.remoteAddress, text);
    socket.terminate();
  }
  /** MQTT begins, or TLS does. @param rest bytes of it that have come */
  private begin(socket: Socket<Fronted>, origin: Peer, rest: Uint8Array): void {
    const { tls } = this.options;
    if (tls === null) {
      this.events.attach(socket, origin);
      if (rest.length === 0) return;
      this.events.begins(socket, rest);
      socket.data.listener?.data(rest);
      return;
    }
    socket.data.isUpgraded = true;
    const events = this.events;
    const upgrade: ServerUpgrade = {
      isServer: true,
      ...(rest.length > 0 ? { initialData: rest } : {}),
      tls: tlsOf(tls),
      data: { listener: null, isFresh: true, remote: origin.remote },
      socket: { ...events.handlers(), open: (secure) => events.guard(secure, () => events.attach(secure, origin)) },
    };
    socket.upgradeTLS<Attached>(upgrade);
  }
}

/** What the platform takes beyond its published types, as its own `node:tls` hands it over. */
interface ServerUpgrade extends TLSUpgradeOptions<Attached> {
  readonly isServer: true;
  /** Bytes of the handshake that were read before. */
  readonly initialData?: Uint8Array;
}
