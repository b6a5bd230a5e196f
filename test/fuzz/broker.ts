import type { Packet, Version } from "../../src/codec/index.ts";
import { type FakeWire, publishOf, Rig } from "../../src/broker/rig.testing.ts";
import { type Corpus, helloOf, VERSIONS } from "./corpus.ts";
import { concat, mutate } from "./mutate.ts";
import type { Random } from "./random.ts";
import { sizesOf } from "./sizes.ts";

const CLIENTS = ["a", "b", "__proto__", ""];
const MOST_PACKETS = 8;
/** Lives after which the client that sings is heard. */
const BETWEEN = 20;
/** Seconds; the longest that anything here outlives its connection. */
const LONGEST = 30;
/** Seconds after which failed logins are forgotten, and a little more. */
const FORGET = 80;
/** Entries that a collection may have more at the end: far fewer than there were connections. */
const SLACK = 20;
/** What grows by design: what is stored; and to a bound: labels of figures, caches (routes are one), lines of a trace that nobody reads. */
const GROWS =
  /^\.metrics\.|^\.store\.data\.|\.cache\.|^\.hub\.(?:pool|routes\.(?:bySeries|interned|stamps|free))|^\.broker\.tracing\.traces\[\]/;
/** What the log says of a mistake of ours. */
const MISTAKES = new Set(["a connection failed", "tracing a connection failed"]);

/** A broker over memory, with one well-behaved client on it, that others attack. */
export class BrokerTarget {
  private readonly rig: Rig;
  private wires: FakeWire[] = [];
  private songs = 0;
  /** Of all collections, before the attack. */
  private sizes = new Map<string, number>();
  private constructor(
    freeTopics: boolean,
    private readonly corpus: Corpus,
  ) {
    const limits = { maxConnections: 10_000, maxSessionExpiry: LONGEST, connectTimeout: 10 };
    this.rig = new Rig(limits, { freeTopics });
  }
  private canary!: FakeWire; // from `open` on

  static async open(random: Random, corpus: Corpus): Promise<BrokerTarget> {
    const target = new BrokerTarget(random.oneIn(2), corpus);
    target.canary = await target.rig.login({ clientId: "canary" });
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 2 } as const;
    target.canary.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/d2/T", ...options }] });
    await target.rig.settle();
    target.canary.got();
    await target.sing();
    target.sizes = sizesOf(target.rig);
    // a tap that fails is logged as a mistake
    if (random.oneIn(2))
      target.rig.broker.tracing.start({ client: random.pick(CLIENTS), payload: random.oneIn(2) }, 1e12);
    return target;
  }

  /** One connection, from its first byte to its end. @returns what it sent @throws Error that says what is wrong */
  async life(random: Random, tell: (bytes: Uint8Array) => void): Promise<void> {
    const { rig } = this;
    const version = random.pick(VERSIONS);
    const bytes = this.stream(random, version);
    tell(bytes);
    const wire = rig.open();
    wire.version = null; // a changed CONNECT may be of another one
    if (random.oneIn(8)) wire.room = random.below(200);
    this.wires.push(wire);
    const { store } = rig;
    if (random.oneIn(20)) store.failure = new Error("disk full");
    store.held = random.oneIn(10);
    for (const chunk of chunks(random, bytes)) {
      wire.listener?.data(chunk);
      if (random.oneIn(3)) await rig.settle();
    }
    await rig.settle();
    const end = random.below(4);
    if (end === 0) wire.lost();
    else if (end === 1) wire.listener?.ended();
    store.failure = null;
    store.held = false;
    store.answer();
    if (random.oneIn(6)) await rig.pass(1 + random.below(3));
    this.noMistakes();
    if (this.wires.length % BETWEEN === 0) await this.sing();
  }
  private stream(random: Random, version: Version): Uint8Array {
    const any = this.corpus.any.get(version) ?? [];
    const client = this.corpus.client.get(version) ?? [];
    const hello = helloOf(version, random.pick(CLIENTS), random.oneIn(2), random.pick([0, 5, 20]), random.oneIn(3));
    const parts = [random.oneIn(5) ? mutate(random, version, hello, random.pick(any)) : hello];
    if (random.oneIn(20)) parts.length = 0;
    for (let n = random.below(MOST_PACKETS + 1); n > 0; n--) {
      const packet = random.pick(random.oneIn(5) ? any : client);
      parts.push(random.oneIn(2) ? packet : mutate(random, version, packet, random.pick(any)));
    }
    return concat(...parts);
  }

  /** Whatever the others do: what the well-behaved client records is acknowledged, and it hears it. */
  private async sing(): Promise<void> {
    const { rig, canary } = this;
    const packetId = 2 + (this.songs++ % 1000);
    canary.send(publishOf("dtck-pub/p/d2/T", String(this.songs), { qos: 1, packetId }));
    const heard: Packet[] = [];
    // a store that has failed is tried again
    for (let seconds = 0; seconds < 5 && !heard.some((p) => p.type === "puback"); seconds++) {
      await rig.pass(seconds);
      heard.push(...canary.got());
    }
    const puback = heard.find((p) => p.type === "puback");
    if (puback?.type !== "puback" || puback.reasonCode !== 0) throw new Error("another client is not served any more");
    const payloads = heard.flatMap((p) => (p.type === "publish" ? [new TextDecoder().decode(p.payload)] : []));
    if (!payloads.includes(String(this.songs))) throw new Error("another client does not hear its own measurement");
    for (const p of heard)
      if (p.type === "publish") canary.send({ type: "puback", packetId: p.packetId ?? 0, reasonCode: 0 });
    await rig.settle();
    rig.store.commits.length = 0;
    rig.logged.length = 0;
  }
  private noMistakes(): void {
    const mistake = this.rig.logged.find(({ text }) => MISTAKES.has(text));
    if (mistake) throw new Error(`the broker made a mistake: ${mistake.text} ${JSON.stringify(mistake.fields)}`);
  }

  /** Everybody leaves, and time passes: nothing of them may be left. @throws Error that says what is */
  async close(): Promise<void> {
    const { rig } = this;
    for (const wire of this.wires) wire.lost();
    this.wires = [];
    await rig.pass(FORGET);
    await this.sing();
    this.noMistakes();
    const { broker, hub } = rig;
    const left = {
      connections: broker.connections.size,
      sessions: [...broker.sessions.values()].length,
      subscriptions: hub.routes.trie.size,
    };
    if (left.connections !== 1 || left.sessions !== 1 || left.subscriptions !== 1)
      throw new Error(`something is left of connections that have ended: ${JSON.stringify(left)}`);
    const grown = [...sizesOf(rig)].filter(
      ([path, size]) => size > (this.sizes.get(path) ?? 0) + SLACK && !GROWS.test(path),
    );
    if (grown.length > 0) throw new Error(`collections have grown: ${JSON.stringify(grown)}`);
  }
}

function* chunks(random: Random, bytes: Uint8Array): Generator<Uint8Array> {
  const size = random.pick([1, 2, 7, 64, bytes.length]);
  const step = bytes.length > 400 ? Math.max(size, 64) : Math.max(size, 1);
  for (let at = 0; at < bytes.length; at += step) yield bytes.slice(at, at + step);
}
