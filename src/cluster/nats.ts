import type { NatsConnection } from "@nats-io/transport-node";
import { errorText } from "../base/errors.ts";
import type { NodeBus } from "../store/ports.ts";
import type { NatsAddress } from "./nats-address.ts";

interface NatsOptions extends NatsAddress {
  /** What follows the prefix in the subject: the nodes of one store have the same. */
  readonly channel: string;
  /** The connection was lost, or is there again: a line for the server's log. */
  readonly onNotice: (text: string) => void;
}

/** Between two tries to reach a server, ms. */
const AGAIN_MS = 1000;
/** A server that answers no ping for so long is given up, ms. */
const PING_MS = 2000;
/** A server that takes what is sent more slowly is not told of more, bytes. */
const MOST_UNSENT = 16 << 20;

/**
 * Core NATS as the bus. Whatever fails here costs nothing but the shorter way: who misses a message reads the log. The client is loaded when
 * there is a bus.
 */
export class NatsBus implements NodeBus {
  private connection: NatsConnection | null = null;
  private connected = false;
  private ended = false;
  private heard: (message: Uint8Array) => void = () => {};
  private unsent = 0;
  private readonly subject: string;
  private readonly running: Promise<void>;
  private wake: () => void = () => {};

  constructor(private readonly options: NatsOptions) {
    this.subject = `${options.prefix}.${options.channel}`;
    this.running = this.run();
  }
  get isConnected(): boolean {
    return this.connected;
  }
  get most(): number {
    return this.connection?.info?.max_payload ?? 0;
  }
  hear(heard: (message: Uint8Array) => void): void {
    this.heard = heard;
  }
  send(message: Uint8Array): void {
    const { connection } = this;
    if (connection === null || !this.connected || this.unsent > MOST_UNSENT) return;
    try {
      connection.publish(this.subject, message);
      this.unsent += message.length;
      // the server answers a ping behind it when it has taken all before
      connection.flush().then(
        () => {
          if (connection === this.connection) this.unsent -= message.length;
        },
        () => {},
      );
    } catch (error) {
      this.options.onNotice(`The bus does not take a message: ${errorText(error)}`);
    }
  }
  async end(): Promise<void> {
    this.ended = true;
    this.connected = false;
    this.wake();
    await this.connection?.close().catch(() => undefined);
    await this.running;
  }

  private async run(): Promise<void> {
    let said = "";
    while (!this.ended) {
      try {
        await this.connect();
        said = "";
        await this.lost();
      } catch (error) {
        const why = errorText(error);
        if (why !== said)
          this.options.onNotice(`The bus ${this.options.shown} cannot be used, and is tried again: ${why}`);
        said = why;
      }
      if (!this.ended) await this.pause();
    }
  }
  private pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, AGAIN_MS);
    this.wake = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }
  private async connect(): Promise<void> {
    const { connect } = await import("@nats-io/transport-node");
    const { servers, isTls, ca, user, secret, shown } = this.options;
    const connection = await connect({
      servers: [...servers],
      name: "fieldcast",
      noEcho: true,
      // it would never try those again that were not there at first
      reconnect: false,
      timeout: 2 * PING_MS,
      pingInterval: PING_MS,
      maxPingOut: 2,
      ...(isTls ? { tls: ca === null ? {} : { caFile: ca } } : {}),
      ...(user !== null ? { user, pass: secret ?? "" } : secret !== null ? { token: secret } : {}),
    });
    this.connection = connection;
    this.unsent = 0;
    connection.subscribe(this.subject, {
      callback: (error, message) => {
        if (error === null && this.connected) this.heard(message.data);
      },
    });
    if (this.ended) return void (await connection.close());
    this.connected = true;
    this.options.onNotice(`The bus ${shown} is there.`);
  }
  /** Resolves when the connection is no more. */
  private async lost(): Promise<void> {
    const { connection, options } = this;
    await connection?.closed();
    this.connection = null;
    if (!this.connected) return;
    this.connected = false;
    options.onNotice(`The bus ${options.shown} was lost; the log is read in the database until it is there again.`);
  }
}
