import type { Packet, PublishPacket, Qos } from "../../src/codec/index.ts";
import { type Wish, payloadText, Raw } from "../run/raw.ts";

/** How long somebody waits for a packet before another server is tried, ms. */
const PATIENCE_MS = 3000;
/** What a server sent before another one let the client in may be read so much later, ms. */
const LATE_MS = 100;
/** Between two tries to log in, ms. */
const AGAIN_MS = 100;
const EXPIRY_S = 3600;

/** Where clients may log in. */
export interface Place {
  readonly ports: readonly number[];
  /** ms after which a client moves to another server although nothing is wrong; absent: never. */
  readonly movesAfter?: number;
}

/**
 * A client with a stored session that goes to whichever server lets it in. What was left of a connection that it gave up is looked at, too:
 * nothing but a goodbye may come there any more.
 */
export abstract class Client {
  protected raw: Raw | null = null;
  /** What came on connections that had been given up, and is no goodbye. */
  readonly late: string[] = [];
  /** Logins at which the server knew nothing of the session any more, though it had said that it keeps something for it. */
  forgotten = 0;
  protected over = false;
  private given: { readonly raw: Raw; readonly port: number }[] = [];
  private port = 0;
  private at = 0;
  private enteredAt = 0;
  private pending: Promise<Packet> | null = null;

  constructor(
    private readonly place: Place,
    readonly id: string,
    private readonly token: string,
    private readonly more: Partial<Wish> = {},
  ) {}
  /** Something of it was acknowledged: the server has to know it again. */
  protected abstract get isKnown(): boolean;

  /** Logs in, wherever it is let in. @returns null: the run is over */
  protected async login(): Promise<Raw | null> {
    // where any server will do, the next one
    if (this.place.movesAfter === undefined) this.at = 0;
    for (; !this.over; this.at++) {
      const port = this.place.ports[this.at % this.place.ports.length] as number;
      const raw = await this.tryAt(port);
      if (raw !== null) return raw;
      await Bun.sleep(AGAIN_MS);
    }
    return null;
  }
  private async tryAt(port: number): Promise<Raw | null> {
    let raw: Raw | null = null;
    try {
      raw = await Raw.open(port);
      const properties = { sessionExpiryInterval: EXPIRY_S, receiveMaximum: 100 };
      const connack = await soon(
        raw,
        raw.connect({
          token: this.token,
          clientId: this.id,
          cleanStart: false,
          keepAlive: 30,
          properties,
          ...this.more,
        }),
      );
      if (connack.reasonCode !== 0) throw new Error("not here");
      if (this.isKnown && !connack.sessionPresent) this.forgotten++;
      this.entered(raw, port);
      return raw;
    } catch {
      raw?.reset();
      return null;
    }
  }
  /** From now on nothing may come from another server. */
  private entered(raw: Raw, port: number): void {
    this.raw = raw;
    this.port = port;
    this.at++;
    this.enteredAt = performance.now();
    for (const one of this.given) if (one.port === port) one.raw.reset();
    this.given = this.given.filter((one) => one.port !== port);
    const { given } = this;
    const forget = (): void => {
      for (const one of given) one.raw.left();
    };
    forget();
    setTimeout(forget, LATE_MS).unref();
  }
  /** The port of the server that it is on, or was on last. */
  get where(): number {
    return this.port;
  }
  /** It has been on this server for long enough. */
  protected get isRestless(): boolean {
    const { movesAfter } = this.place;
    return movesAfter !== undefined && performance.now() - this.enteredAt > movesAfter;
  }
  protected async next(raw: Raw): Promise<Packet> {
    this.pending ??= raw.next();
    const packet = await soon(raw, this.pending);
    this.pending = null;
    return packet;
  }
  /** The connection is of no use any more. It stays open: what its server still says there is looked at. */
  protected giveUp(raw: Raw): void {
    this.raw = null;
    const { port } = this;
    this.pending?.then(
      (packet) => {
        const isLate = this.raw !== null && this.port !== port && performance.now() - this.enteredAt > LATE_MS;
        if (isLate && this.given.some((one) => one.raw === raw)) this.lateOn([packet]);
      },
      () => {},
    );
    this.pending = null;
    if (!raw.isClosed) this.given.push({ raw, port });
  }
  private lateOn(packets: readonly Packet[]): void {
    this.late.push(...packets.filter(({ type }) => type !== "disconnect").map(wordsOf));
  }
  /** Ends all that is open, and looks at what came where nothing was to come. */
  close(): void {
    this.over = true;
    this.raw?.reset();
    for (const { raw, port } of this.given) {
      if (port !== this.port) this.lateOn(raw.left());
      raw.reset();
    }
  }
}

function wordsOf(packet: Packet): string {
  return packet.type === "publish" ? `publish ${packet.topic} ${payloadText(packet)}` : packet.type;
}

/** @throws Error: nothing came for long, or the connection ended */
export function soon<T>(raw: Raw, answer: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("silence")), PATIENCE_MS).unref());
  return Promise.race([answer, late, raw.closed.then(() => Promise.reject(new Error("closed")))]);
}

/** Publishes the numbers from 1 on at QoS 1 or 2, each when the one before was acknowledged, and notes which were. */
export class Speaker extends Client {
  readonly acknowledged: number[] = [];
  /** Those that were sent again on another connection: at QoS 1 they may be stored twice. */
  readonly again = new Set<number>();
  /** The last one that was sent. */
  sent = 0;
  /** ms between two acknowledgements, at most, and when that was. */
  longest = 0;
  lastAt = performance.now();

  constructor(
    place: Place,
    token: string,
    readonly device: string,
    readonly qos: 1 | 2,
    private readonly pauseMs: number,
  ) {
    super(place, device, token); // so the device is connected, too
  }
  /** The next acknowledgement is the last one. */
  finish(): void {
    this.finishing = true;
  }
  private finishing = false;
  isDone = false;
  async run(): Promise<void> {
    let stage: "publish" | "pubrel" = "publish";
    while (!this.over && !this.isDone) {
      const raw = this.raw ?? (await this.login());
      if (raw === null) return;
      try {
        for (;;) {
          if (stage === "publish") this.sent = this.acknowledged.length + 1;
          stage = await this.step(raw, stage);
          if (stage === "publish") {
            this.acknowledge();
            this.isDone = this.finishing;
            if (this.over || this.isDone) return;
            if (this.isRestless) throw new Error("it moves");
            if (this.pauseMs > 0) await Bun.sleep(this.pauseMs);
          }
        }
      } catch {
        this.giveUp(raw);
      }
    }
  }
  private async step(raw: Raw, stage: "publish" | "pubrel"): Promise<"publish" | "pubrel"> {
    const packetId = (this.sent % 60_000) + 1;
    if (stage === "publish") {
      raw.publish(`dtck-pub/my-product/${this.device}/STEPS`, String(this.sent), {
        qos: this.qos,
        packetId,
        dup: this.isAgain,
      });
      if (this.isAgain) this.again.add(this.sent);
      this.isAgain = true;
      await this.answer(raw, this.qos === 1 ? "puback" : "pubrec", packetId);
      if (this.qos === 1) return "publish";
      return "pubrel";
    }
    raw.send({ type: "pubrel", packetId, reasonCode: 0 });
    await this.answer(raw, "pubcomp", packetId);
    return "publish";
  }
  private isAgain = false;
  protected get isKnown(): boolean {
    return this.acknowledged.length > 0;
  }
  private async answer(raw: Raw, type: "puback" | "pubrec" | "pubcomp", packetId: number): Promise<void> {
    for (;;) {
      const packet = await this.next(raw);
      if (packet.type === "disconnect") throw new Error("it ended");
      if (packet.type !== type || packet.packetId !== packetId) continue;
      // 0x92: the session that knew it is gone
      if (packet.reasonCode >= 0x80 && packet.reasonCode !== 0x92) throw new Error(`refused with ${packet.reasonCode}`);
      return;
    }
  }
  private acknowledge(): void {
    this.isAgain = false;
    this.acknowledged.push(this.sent);
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.lastAt);
    this.lastAt = now;
  }
}

/** Hears devices with a stored session, and notes what it heard as an application would: a QoS 2 message once for each identifier. */
export class Listener extends Client {
  /** Values by device, in their order. */
  readonly heard = new Map<string, number[]>();
  /** Identifiers of QoS 2 messages that were not released yet. */
  private readonly open = new Set<number>();
  private subscribed = false;

  constructor(
    place: Place,
    token: string,
    readonly qos: Qos,
    private readonly filter = "dtck/my-product/+/STEPS",
    name = `listener-${qos}`,
  ) {
    super(place, name, token);
  }
  async run(): Promise<void> {
    while (!this.over) {
      const raw = this.raw ?? (await this.login());
      if (raw === null) return;
      const beat = setInterval(() => raw.isClosed || raw.send({ type: "pingreq" }), 1000);
      try {
        if (!this.subscribed) {
          await soon(raw, raw.subscribe(this.filter, this.qos));
          this.subscribed = true;
        }
        while (!this.isRestless) this.take(raw, await this.next(raw));
        this.giveUp(raw);
      } catch {
        this.giveUp(raw);
      } finally {
        clearInterval(beat);
      }
    }
  }
  private take(raw: Raw, packet: Packet): void {
    if (packet.type === "disconnect") throw new Error("it ended");
    if (packet.type === "pubrel") {
      this.open.delete(packet.packetId);
      raw.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
    } else if (packet.type === "publish") this.message(raw, packet);
  }
  /** A message has come. */
  protected heardOne(): void {}
  private message(raw: Raw, packet: PublishPacket): void {
    const { packetId = 0 } = packet;
    this.heardOne();
    if (packet.qos < 2 || !this.open.has(packetId)) {
      const device = packet.topic.split("/")[2] ?? packet.topic;
      const values = this.heard.get(device) ?? [];
      this.heard.set(device, values);
      values.push(Number(payloadText(packet)));
    }
    if (packet.qos === 1) raw.send({ type: "puback", packetId, reasonCode: 0 });
    if (packet.qos < 2) return;
    this.open.add(packetId);
    raw.send({ type: "pubrec", packetId, reasonCode: 0 });
  }
  get isKnown(): boolean {
    return this.subscribed;
  }
  get isIn(): boolean {
    return this.raw !== null;
  }
}
