import { expect, test } from "bun:test";
import type { Packet } from "../codec/index.ts";
import type { CommitBatch, Committed } from "../store/ports.ts";
import { endSession } from "./departures.ts";
import { connectOf, FakeWire, publishOf } from "./rig.testing.ts";
import { Disk, Life, PREFIX } from "./simulation.testing.ts";

/** A disk that weighs what it is given: states, and bodies of chunks, those that are one object once. */
class Scale extends Disk {
  private readonly seen = new WeakSet<Uint8Array>();
  states = 0;
  bodies = 0;
  chunks = 0;
  override apply(batch: CommitBatch): Committed {
    const committed = super.apply(batch);
    for (const op of batch.ops) {
      if (op.op === "checkpoint") this.states += op.state?.length ?? 0;
      if (op.op !== "chunk_put") continue;
      this.chunks++;
      if (!this.seen.has(op.body)) this.bodies += op.body.length;
      this.seen.add(op.body);
    }
    return committed;
  }
}
class Server {
  readonly disk = new Scale();
  readonly time = { now: 1_772_366_400_000_000, drift: 0 };
  life: Life;
  private published = 0;

  constructor(private readonly maxStoredBytes = 1e9) {
    this.life = this.start();
  }
  private start(): Life {
    return new Life(this.disk, this.time, { maxQueued: 1e6, maxQueuedBytes: 1e6, maxStoredBytes: this.maxStoredBytes });
  }
  async crash(): Promise<void> {
    this.life = this.start();
    await this.life.ready;
  }
  /** A client that is back reads and answers, until nothing comes any more. Returns the numbers of what it got. */
  async drain(back: FakeWire): Promise<number[]> {
    const got: number[] = [];
    for (let round = 0, idle = 0; round < 1000 && idle < 15; round++, idle++) {
      for (const p of back.got()) {
        if (p.type !== "publish") continue;
        idle = 0;
        got.push(Number.parseInt(new TextDecoder().decode(p.payload), 10));
        back.send({ type: "puback", packetId: p.packetId ?? 0, reasonCode: 0 });
      }
      await this.rest();
    }
    return got;
  }
  /** Bytes of all chunks on the disk. */
  get waiting(): number {
    const kept = [...this.disk.sessions.values()].flatMap(({ chunks }) => [...chunks.values()]);
    return kept.reduce((sum, { body }) => sum + body.length, 0);
  }

  async rest(): Promise<void> {
    for (let round = 0; round < 10; round++) {
      this.time.now += 2000;
      await this.life.run();
      this.life.store.land(true);
      this.life.store.answerRead(true);
      await this.life.run();
    }
  }
  async login(clientId: string): Promise<FakeWire> {
    await this.life.ready;
    const wire = new FakeWire("192.0.2.1");
    wire.listener = this.life.broker.accept(wire);
    wire.send(connectOf({ clientId, cleanStart: false, properties: { sessionExpiryInterval: 100_000 } }));
    await this.rest();
    return wire;
  }
  /** A session that hears everything, alone or as a share of its own. */
  async hears(clientId: string, share = "", subscriptionIdentifier = 1): Promise<FakeWire> {
    const wire = await this.login(clientId);
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    wire.send({
      type: "subscribe",
      packetId: 1,
      properties: { subscriptionIdentifier },
      subscriptions: [{ filter: `${share}dtck/p/d/+`, ...options }],
    });
    await this.rest();
    return wire;
  }
  /** So many messages of 2 kB, which begin with their number; some in each commit. Returns their bytes. */
  async publish(count: number): Promise<number> {
    const pub = await this.login("publisher");
    for (let n = 0; n < count; n += 5) {
      const words = Array.from({ length: 5 }, () => String(this.published++).padEnd(2000, "x"));
      pub.send(...words.map((word): Packet => publishOf(`${PREFIX}A`, word)));
      await this.rest();
    }
    return count * 2000;
  }
}

test("sessions that read and never acknowledge: what is written is what waits, and nothing is copied with each step", async () => {
  const server = new Server();
  for (let n = 0; n < 5; n++) await server.hears(`mute-${n}`);
  await server.hears("member", "$share/g/");
  const bytes = await server.publish(1000);
  // what is in memory is in the log
  expect(server.disk.states).toBeLessThan(20_000);
  // once for the five, once for the group, whose messages have no identifier
  expect(server.disk.bodies).toBeLessThan(2 * bytes);
  expect(server.disk.chunks).toBeLessThan(6 * 100);
  for (const { outlet } of server.life.broker.sessions.values()) expect(outlet.queue?.bytes ?? 0).toBeLessThan(300_000);
});

test("sessions that are away and wait for the same cost the disk once, whenever they went", async () => {
  const server = new Server();
  for (let n = 0; n < 4; n++) {
    const wires = [];
    for (let i = 0; i < 10; i++) wires.push(await server.hears(`away-${n}-${i}`));
    for (const wire of wires) wire.lost();
    await server.publish(35);
  }
  // chunks grow with what waits, so those who went at other times agree soon, not at once
  const first = await server.publish(500);
  expect(server.disk.bodies).toBeLessThan(3 * first);
  const [bodies, chunks] = [server.disk.bodies, server.disk.chunks];
  const bytes = await server.publish(500);
  // all of them have all of it in chunks
  expect(server.disk.chunks - chunks).toBeGreaterThan(40 * 10);
  expect(server.disk.bodies - bodies).toBeLessThan(1.3 * bytes);
});

test("what waits for all sessions of an account is bounded: the oldest of the largest go, are counted, and the newest are there", async () => {
  const limit = 300_000;
  const server = new Server(limit);
  const first = await server.hears("first", "", 1);
  first.lost();
  await server.publish(50);
  // different subscription identifiers: nothing of theirs is equal
  const others = [await server.hears("second", "", 2), await server.hears("third", "", 3)];
  for (const wire of others) wire.lost();
  await server.publish(20);
  expect(server.life.hub.metrics.storedDropped).toBe(0);
  const bytes = await server.publish(400);
  expect(3 * bytes).toBeGreaterThan(6 * limit);
  expect(server.waiting).toBeLessThanOrEqual(limit);
  expect(server.waiting).toBeGreaterThan(limit * 0.8);
  const check = (): void => {
    const { ledger, metrics } = server.life.hub;
    const account = [...server.life.broker.sessions.values()][0]?.principal.key ?? "";
    expect([ledger.bytesOf(account), ledger.bytesOf(null)]).toEqual([metrics.waitingBytes, metrics.waitingBytes]);
    expect(Math.abs(metrics.waitingBytes - server.waiting)).toBeLessThan(0.05 * limit);
  };
  check();
  const dropped = [...server.life.broker.sessions.values()].map(({ outlet }) => outlet.dropped);
  expect(dropped.filter((n) => n > 250)).toHaveLength(3);
  expect(dropped.reduce((sum, n) => sum + n, 0)).toBe(server.life.hub.metrics.storedDropped);
  await server.crash();
  check();
  const got = await server.drain(await server.login("second"));
  expect(got.length).toBeGreaterThan(40);
  const { outlet } = [...server.life.broker.sessions.values()].find(({ clientId }) => clientId === "second") ?? {};
  expect(outlet?.waiting).toBe(0);
  check();
});

test("what several sessions of an account wait for alike counts once", async () => {
  const server = new Server(2_000_000);
  for (let n = 0; n < 20; n++) (await server.hears(`away-${n}`)).lost();
  await server.publish(500);
  const { metrics, ledger } = server.life.hub;
  expect(metrics.storedDropped).toBe(0);
  expect(ledger.bytesOf(null)).toBeLessThan(1_500_000);
  for (const session of [...server.life.broker.sessions.values()]) endSession(server.life.broker, session);
  expect([ledger.bytesOf(null), metrics.waitingBytes]).toEqual([0, 0]);
});

for (const share of ["", "$share/g/"])
  test(`what was in memory before the first chunk is in the log alone, and comes back before it (${share || "alone"})`, async () => {
    const server = new Server();
    const sub = await server.hears("mute", share);
    await server.publish(300);
    expect(server.disk.chunks).toBeGreaterThan(10);
    expect(server.disk.states).toBeLessThan(20_000);
    sub.lost();
    await server.crash();
    expect(await server.drain(await server.login("mute"))).toEqual(Array.from({ length: 300 }, (_, n) => n));
    await server.crash();
    expect(await server.drain(await server.login("mute"))).toEqual([]);
  });

test("chunks that went for want of room do not come back out of the log", async () => {
  const server = new Server(100_000);
  const sub = await server.hears("away");
  sub.lost();
  await server.publish(200);
  const outletOf = () => [...server.life.broker.sessions.values()].find(({ clientId }) => clientId === "away")?.outlet;
  const { waiting = 0, dropped = 0 } = outletOf() ?? {};
  expect(dropped).toBeGreaterThan(100);
  expect(waiting + dropped).toBe(200);
  await server.crash();
  expect(outletOf()?.waiting).toBe(waiting);
  const got = await server.drain(await server.login("away"));
  expect(got).toHaveLength(waiting);
  expect(got.at(-1)).toBe(199);
});
