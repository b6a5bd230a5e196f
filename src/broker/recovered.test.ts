import { expect, test } from "bun:test";
import type { Packet } from "../codec/index.ts";
import { connectOf, FakeWire, publishOf } from "./rig.testing.ts";
import { Disk, FREE, Life, PREFIX } from "./simulation.testing.ts";

const text = new TextDecoder();

/** A server that crashes and starts again over the same disk. */
class Server {
  readonly disk = new Disk();
  readonly time = { now: 1_772_366_400_000_000, drift: 0 };
  life: Life;

  constructor(private readonly maxQueued = 1000) {
    this.life = this.start();
  }
  private start(): Life {
    return new Life(this.disk, this.time, { maxQueued: this.maxQueued, maxQueuedBytes: 1e6 });
  }
  /** Commits land for so many ms. */
  async pass(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 2) {
      this.time.now += 2000;
      await this.life.run();
      this.life.store.land(true);
      await this.life.run();
    }
  }
  async login(clientId: string): Promise<FakeWire> {
    await this.life.ready;
    const wire = new FakeWire("192.0.2.1");
    wire.listener = this.life.broker.accept(wire);
    wire.send(connectOf({ clientId, cleanStart: false, properties: { sessionExpiryInterval: 100_000 } }));
    await this.pass(10);
    return wire;
  }
  async send(wire: FakeWire, ...packets: Packet[]): Promise<void> {
    wire.send(...packets);
    await this.pass(10);
  }
  async crash(): Promise<void> {
    this.life = this.start();
    await this.life.ready;
  }
}
const OPTIONS = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
const subscribeTo = (qos: 1 | 2): Packet => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: [{ filter: "dtck/p/d/+", qos, ...OPTIONS }],
});
const values = (from: number, to: number): Packet[] =>
  Array.from({ length: to - from + 1 }, (_, i) => publishOf(`${PREFIX}A`, `${from + i}`));
const words = (packets: readonly Packet[]): string[] =>
  packets.flatMap((p) => {
    if (p.type === "publish") return `${p.packetId}: ${text.decode(p.payload)}${p.dup ? " again" : ""}`;
    return "packetId" in p && p.type !== "suback" ? `${p.packetId}: ${p.type}` : [];
  });

test("acknowledgements at QoS 1 are in the log soon, although nothing else is committed", async () => {
  const server = new Server();
  const [sub, pub] = [await server.login("sub"), await server.login("pub")];
  await server.send(sub, subscribeTo(1));
  await server.send(pub, ...values(1, 200));
  const got = sub.got().filter((p) => p.type === "publish");
  expect(got).toHaveLength(200);
  const commits = server.disk.log.length;
  await server.send(sub, ...got.map(({ packetId = 0 }): Packet => ({ type: "puback", packetId, reasonCode: 0 })));
  await server.pass(500);
  expect(server.disk.log.length).toBe(commits + 1);
  await server.pass(2000);
  expect(server.disk.log.length).toBe(commits + 1);
  await server.crash();
  expect(words((await server.login("sub")).got())).toEqual([]);
});

test("what was sent at QoS 1 is sent again with its identifier and DUP after a crash [MQTT-3.3.1-1] [MQTT-4.4.0-1]", async () => {
  const server = new Server();
  const [sub, pub] = [await server.login("sub"), await server.login("pub")];
  await server.send(sub, subscribeTo(1));
  await server.send(pub, ...values(1, 5));
  expect(words(sub.got())).toEqual(["1: 1", "2: 2", "3: 3", "4: 4", "5: 5"]);
  await server.send(
    sub,
    { type: "puback", packetId: 1, reasonCode: 0 },
    { type: "puback", packetId: 2, reasonCode: 0 },
  );
  await server.pass(500);
  sub.lost();
  await server.send(pub, ...values(6, 7));
  await server.crash();
  const again = ["3: 3 again", "4: 4 again", "5: 5 again"];
  const back = await server.login("sub");
  expect(words(back.got())).toEqual([...again, "6: 6", "7: 7"]);
  await server.pass(500);
  await server.crash();
  expect(words((await server.login("sub")).got())).toEqual([...again, "6: 6 again", "7: 7 again"]);
});

test("what may have been sent just before a crash has DUP as well", async () => {
  const server = new Server();
  const [sub, pub] = [await server.login("sub"), await server.login("pub")];
  await server.send(sub, subscribeTo(1));
  await server.send(pub, ...values(1, 2));
  expect(words(sub.got())).toEqual(["1: 1", "2: 2"]);
  await server.crash();
  expect(words((await server.login("sub")).got())).toEqual(["1: 1 again", "2: 2 again"]);
});

for (const maxQueued of [3, 300])
  test(`an overflowing queue (${maxQueued}) and a crash: no identifier in use gets another message [MQTT-2.2.1-4]`, async () => {
    const server = new Server(maxQueued);
    const [sub, pub] = [await server.login("sub"), await server.login("pub")];
    await server.send(sub, subscribeTo(2));
    for (let n = 1; n < 5 * maxQueued; n += 10) await server.send(pub, ...values(n, n + 9));
    const held = words(sub.got());
    expect(held.length).toBeGreaterThan(0);
    await server.crash();
    const came = words((await server.login("sub")).got());
    expect(came.slice(0, held.length)).toEqual(held.map((word) => `${word} again`));
    expect(came.slice(held.length).filter((word) => word.endsWith("again"))).toEqual([]);
    const { outlet } = [...server.life.broker.sessions.values()].find(({ clientId }) => clientId === "sub") ?? {};
    expect((outlet?.waiting ?? 0) - (outlet?.window.count ?? 0)).toBeLessThanOrEqual(maxQueued);
  });

test("subscriptions that began in the midst of the log: after a crash each session has what came after its own", async () => {
  const server = new Server();
  const pub = await server.login("pub");
  const both = (value: number): Packet[] => [
    publishOf(`${PREFIX}A`, `${value}`),
    publishOf(`${FREE}A`, `free ${value}`, { qos: 1, packetId: value }),
  ];
  const everything: Packet = {
    type: "subscribe",
    packetId: 1,
    subscriptions: ["dtck/p/d/+", `${FREE}+`].map((filter) => ({ filter, qos: 1, ...OPTIONS })),
  };
  for (const [n, name] of ["first", "second", "third"].entries()) {
    const sub = await server.login(name);
    await server.send(sub, everything);
    sub.lost();
    await server.send(pub, ...both(n + 1));
  }
  await server.crash();
  const waiting: string[][] = [];
  for (const name of ["first", "second", "third"]) {
    const packets = (await server.login(name)).got();
    waiting.push(packets.flatMap((p) => (p.type === "publish" ? text.decode(p.payload) : [])));
  }
  expect(waiting).toEqual([
    ["1", "free 1", "2", "free 2", "3", "free 3"],
    ["2", "free 2", "3", "free 3"],
    ["3", "free 3"],
  ]);
});
