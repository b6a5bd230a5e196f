import type { Socket, TCPSocketListener } from "bun";
import { isLoopback } from "../base/address.ts";
import type { Wire, WireListener } from "../broker/wire.ts";

/** Takes a new stream; null: it was refused (and ended). */
export type Accept = (wire: Wire) => WireListener | null;

interface Attached {
  listener: WireListener | null;
}

/** Memory of a TLS connection that shakes hands. */
const TLS_BYTES = 48 * 1024;

/** A TCP or TLS socket as the broker's wire: an ordered stream without loss, both ways [MQTT-4.2-1]. */
class StreamWire implements Wire {
  private ending = false;
  readonly certificate = null;
  constructor(
    private readonly socket: Socket<Attached>,
    readonly transport: "tcp" | "tls",
    readonly remote: string,
  ) {}
  get local(): boolean {
    return isLoopback(this.remote);
  }
  get holds(): number {
    return this.transport === "tls" ? TLS_BYTES : 0;
  }
  get tls(): string | null {
    return this.transport === "tls" ? this.socket.getTLSVersion() : null;
  }
  write(bytes: Uint8Array): number {
    return this.socket.write(bytes);
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

export interface StreamOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** For a listener that takes over from another on the same port. */
  readonly reusePort?: boolean;
  readonly onError: (error: unknown) => void;
}

/**
 * Listens for MQTT over TCP or TLS. The client's FIN is not the end: what it sent before is still recorded and answered.
 * @throws what the system says when the port cannot be opened
 */
export function listenStream(options: StreamOptions, accept: Accept): TCPSocketListener<Attached> {
  const transport = options.tls ? "tls" : "tcp";
  return Bun.listen<Attached>({
    hostname: options.hostname,
    port: options.port,
    allowHalfOpen: true,
    ...(options.reusePort ? { reusePort: true } : {}),
    ...(options.tls ? { tls: { cert: options.tls.cert, key: options.tls.key } } : {}),
    socket: {
      open(socket) {
        socket.data = { listener: null };
        socket.data.listener = accept(new StreamWire(socket, transport, socket.remoteAddress));
      },
      // being there, it lets open come with the TCP connection: who never shakes hands is counted and timed like others
      ...(options.tls ? { handshake(): void {} } : {}),
      data(socket, bytes) {
        guard(socket, () => socket.data.listener?.data(bytes));
      },
      drain(socket) {
        guard(socket, () => socket.data.listener?.drained());
      },
      end(socket) {
        guard(socket, () => socket.data.listener?.ended());
      },
      close(socket) {
        guard(socket, () => socket.data?.listener?.closed());
        if (socket.data) socket.data.listener = null;
      },
      error(socket, error) {
        options.onError(error);
        guard(socket, () => socket.data?.listener?.closed());
      },
    },
  });
  // a throw in a handler would leave the socket open
  function guard(socket: Socket<Attached>, fn: () => void): void {
    try {
      fn();
    } catch (error) {
      options.onError(error);
      socket.terminate();
    }
  }
}
