import type { IPublishPacket, ISubscriptionGrant, MqttClient, Packet } from "mqtt";
import type { DeskDeps, DeskView, Published, Qos, Subscription } from "./desk-types.ts";
import { bounded, type Message, MOST_MESSAGES } from "./messages.ts";
import type { PublishWish } from "./mosquitto.ts";
import { optionsOf, propertiesOf, reasonOf, wordsOf } from "./packets.ts";
import { messageOf } from "./received.ts";

/** How often what is drawn follows what comes, and how long until it tries again, ms. */
const FRAME_MS = 100;
const AGAIN_MS = 3000;

/** The browser as an MQTT client of its own: with each connection it asks for a ticket, and subscribes to what it was told. */
export class Desk {
  view: DeskView = { state: "connecting", why: null, subscriptions: [], messages: [], waiting: 0, paused: false };
  private readonly listeners = new Set<() => void>();
  private client: MqttClient | null = null;
  private fresh: Message[] = [];
  private lastKey = 0;
  private lastNumber = 0;
  private isOver = false;
  private drawing: (() => void) | null = null;
  private trying: (() => void) | null = null;

  constructor(private readonly deps: DeskDeps) {}

  /** Tells after each change of `view`. @returns takes it back */
  readonly watch = (tell: () => void): (() => void) => {
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  };

  start(): void {
    this.isOver = false;
    void this.connect();
  }
  stop(): void {
    this.isOver = true;
    this.drawing?.();
    this.trying?.();
    this.client?.end(true);
    this.client = null;
  }

  subscribe(filter: string, qos: Qos): void {
    const known = this.view.subscriptions.find((one) => one.filter === filter);
    const number = known?.number ?? ++this.lastNumber;
    const wish = { number, filter, qos, state: "waiting", why: null, count: known?.count ?? 0 } as const;
    this.set({ subscriptions: [...this.view.subscriptions.filter((one) => one !== known), wish] });
    if (this.view.state === "open") this.ask(wish);
  }
  unsubscribe(number: number): void {
    const gone = this.view.subscriptions.find((one) => one.number === number);
    if (!gone) return;
    this.set({ subscriptions: this.view.subscriptions.filter((one) => one !== gone) });
    if (this.view.state === "open") this.client?.unsubscribe(gone.filter);
  }
  /** Shows nothing new, or goes on. */
  pause(paused: boolean): void {
    this.set({ paused });
    if (!paused) this.draw();
  }
  clear(): void {
    this.fresh = [];
    this.set({ messages: [], waiting: 0 });
  }

  /** @throws Error when there is no connection */
  publish(wish: PublishWish): Promise<Published> {
    const { client } = this;
    if (client === null || this.view.state !== "open") return Promise.reject(new Error("not connected"));
    const { topic, payload, qos, retain } = wish;
    return new Promise((resolve) => {
      client.publish(topic, payload, { qos, retain, properties: propertiesOf(wish) }, (error, packet) => {
        const reason = reasonOf(packet);
        if (error) resolve({ kind: "refused", reason, why: wordsOf(packet) ?? error.message });
        else resolve({ kind: qos === 0 ? "sent" : reason === 16 ? "stored_unheard" : "stored" });
      });
    });
  }

  private async connect(): Promise<void> {
    this.set({ state: "connecting" });
    try {
      const { url, ticket } = await this.deps.login();
      if (this.isOver) return;
      this.follow(this.deps.connect(url, optionsOf(this.deps.clientId, ticket)));
    } catch (error) {
      this.lost(error instanceof Error ? error.message : String(error));
    }
  }
  private follow(client: MqttClient): void {
    this.client = client;
    let why: string | null = null;
    client.on("connect", () => {
      this.set({ state: "open", why: null });
      for (const one of this.view.subscriptions) this.ask(one);
    });
    client.on("message", (_topic, _payload, packet) => this.hear(packet));
    client.on("disconnect", (packet) => (why = wordsOf(packet)));
    client.on("error", (error) => (why ??= error.message));
    client.on("close", () => {
      if (this.client !== client) return;
      client.end(true);
      this.lost(why);
    });
  }
  private lost(why: string | null): void {
    this.client = null;
    if (this.isOver) return;
    const subscriptions = this.view.subscriptions.map((one) => ({ ...one, state: "waiting" as const }));
    this.set({ state: "lost", why, subscriptions });
    this.trying = this.deps.later(() => void this.connect(), AGAIN_MS);
  }
  private ask({ number, filter, qos }: Subscription): void {
    const properties = { subscriptionIdentifier: number };
    this.client?.subscribe(filter, { qos, properties }, (error, _granted?: ISubscriptionGrant[], packet?: Packet) => {
      const state = error ? ("refused" as const) : ("granted" as const);
      this.change(number, { state, why: error ? (wordsOf(packet) ?? error.message) : null });
    });
  }
  private change(number: number, more: Partial<Subscription>): void {
    this.set({
      subscriptions: this.view.subscriptions.map((one) => (one.number === number ? { ...one, ...more } : one)),
    });
  }

  private hear(packet: IPublishPacket): void {
    this.fresh.push(messageOf(++this.lastKey, this.deps.now(), packet));
    // a page in the background draws nothing
    if (this.fresh.length > 2 * MOST_MESSAGES) this.fresh = this.fresh.slice(-MOST_MESSAGES);
    this.drawing ??= this.deps.later(this.draw, FRAME_MS);
  }
  private readonly draw = (): void => {
    this.drawing = null;
    const { fresh, view } = this;
    if (view.paused) return this.set({ waiting: fresh.length });
    this.fresh = [];
    const counts = new Map<number, number>();
    for (const { by } of fresh) for (const one of by) counts.set(one, (counts.get(one) ?? 0) + 1);
    const counted = (one: Subscription) => ({ ...one, count: one.count + (counts.get(one.number) ?? 0) });
    const subscriptions = counts.size === 0 ? view.subscriptions : view.subscriptions.map(counted);
    this.set({ messages: bounded(view.messages, fresh), subscriptions, waiting: 0 });
  };
  private set(more: Partial<DeskView>): void {
    this.view = { ...this.view, ...more };
    for (const tell of this.listeners) tell();
  }
}
