import type { Socket } from "bun";
import { errorText } from "../base/errors.ts";
import type { MqttUrl } from "./mqtt-url.ts";

/** What a connection tells its owner. After `closed` nothing follows. */
interface SocketEvents {
  data(bytes: Uint8Array): void;
  /** @param why null when it ended in good order */
  closed(why: string | null): void;
}

/** How long the end of a connection may wait for a network that takes nothing. */
const LINGER_MS = 2000;

/** A connected, and with TLS verified, byte stream. Writes are kept until the system takes them. */
export class ClientSocket {
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private ended = false;
  private onEmpty: () => void = () => {};

  private constructor(private readonly events: SocketEvents) {}
  private socket: Socket | null = null;

  /**
   * Connects; with TLS it resolves only after the server proved to be who it should be.
   * @param ca PEM text of the authority to trust; null: those of the system
   * @throws Error whose message says why, fit for a person
   */
  static async connect(
    url: MqttUrl,
    ca: string | null,
    events: SocketEvents,
    timeoutMs: number,
  ): Promise<ClientSocket> {
    const it = new ClientSocket(events);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("there was no answer in time")), timeoutMs);
    try {
      await Promise.all([promise, it.open(url, ca, resolve, reject)]);
      return it;
    } catch (error) {
      it.ended = true;
      it.socket?.terminate();
      throw new Error(reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  private async open(
    url: MqttUrl,
    ca: string | null,
    ready: () => void,
    failed: (error: Error) => void,
  ): Promise<void> {
    let connected = false;
    const up = () => {
      connected = true;
      ready();
    };
    await Bun.connect({
      hostname: url.host,
      port: url.port,
      ...(url.secure && { tls: { ...(ca !== null && { ca }), serverName: url.host } }),
      socket: {
        open: (socket) => {
          this.socket = socket;
          socket.setNoDelay(true);
          if (this.ended) socket.terminate();
          else if (!url.secure) up();
        },
        handshake: (_socket, _ok, error) => {
          // Bun leaves the decision to the program.
          if (error === null || error === undefined) up();
          else failed(error);
        },
        data: (_socket, bytes) => {
          if (!this.ended) this.events.data(bytes);
        },
        drain: () => this.flush(),
        close: (_socket, error) => {
          failed(new Error("the connection was closed during the handshake"));
          if (connected) this.close(error ? reasonOf(error) : null);
        },
        error: (_socket, error) => {
          failed(error);
          if (connected) this.close(reasonOf(error));
        },
        connectError: (_socket, error) => failed(error),
      },
    });
  }

  /** Bytes that the system did not take yet. */
  get backlog(): number {
    return this.waitingBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.ended) return;
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.waiting.length === 1) this.flush();
  }

  private flush(): void {
    while (this.waiting.length > 0 && !this.ended) {
      const bytes = this.waiting.length === 1 ? (this.waiting[0] ?? new Uint8Array()) : Buffer.concat(this.waiting);
      const written = this.socket?.write(bytes) ?? 0;
      if (written < 0) return; // closed: `close` follows
      this.waitingBytes -= written;
      this.waiting = written < bytes.length ? [bytes.subarray(written)] : [];
      if (written < bytes.length) return;
    }
    this.onEmpty();
  }

  /** Sends what waits, for a moment at most, and ends in good order; `closed` is told. */
  async end(): Promise<void> {
    if (this.ended) return;
    if (this.waiting.length > 0) {
      const sent = new Promise<void>((resolve) => {
        this.onEmpty = resolve;
      });
      await Promise.race([sent, Bun.sleep(LINGER_MS)]);
    }
    this.socket?.end();
    this.close(null);
  }

  private close(why: string | null): void {
    if (this.ended) return;
    this.ended = true;
    this.waiting = [];
    this.waitingBytes = 0;
    this.onEmpty();
    this.events.closed(why);
  }
}

/** What went wrong, in words that say what to do where that is known. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = errorText(error);
  switch (code) {
    case "ECONNREFUSED":
      return "nobody listens there (connection refused)";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no host of this name";
    case "ECONNRESET":
      return "the connection was cut off";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "the server's certificate is for other names; use one of them, or start the server with --tls-name";
    case "CERT_HAS_EXPIRED":
      return "the server's certificate has expired";
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_GET_ISSUER_CERT":
      return "the server's certificate is not from an authority that is trusted here; name its CA file with --cafile";
    default:
      return message;
  }
}
