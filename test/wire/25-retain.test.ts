import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Wish } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { type Peer, Peers, startGeneral, willOf } from "./general.ts";

// Retained messages with everything the standard has for them: on free topics. Retained values of products: 06-delivery.

let server: TestServer;
beforeAll(async () => {
  server = await startGeneral();
});
afterAll(() => server.remove());

const VERSIONS = [3, 4, 5] as const;
const peers = new Peers(() => server.ports.mqtt);
let last = 0;
/** Topics of one test. */
const fresh = (): string => `25/${++last}`;
const connect = (wish: Wish = {}): Promise<Peer> => peers.connect({ clientId: `c${peers.count}`, ...wish });
afterEach(() => peers.reset());
const KEEP = { qos: 1, retain: true } as const;

describe.each(VERSIONS)("25: version %p", (version) => {
  const v = { version };
  test("one with RETAIN replaces the one before, one without leaves it, an empty one removes it [MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-7] [MQTT-3.3.1-8]", async () => {
    const top = fresh();
    const a = await connect(v);
    const kept = async (): Promise<string[]> => {
      const b = await connect(v);
      await b.subscribe(`${top}/#`);
      const heard = await b.quiet();
      await b.leave();
      return heard;
    };
    for (const qos of [0, 1, 2] as const) {
      await a.publish(`${top}/a`, "first", { qos, retain: true });
      await a.publish(`${top}/a`, `second ${qos}`, { qos, retain: true });
      await a.publish(`${top}/a`, "passes", { qos });
      await a.publish(`${top}/a`, "", { qos });
      await a.publish(`${top}/sync`, "x", { qos: 1 });
      expect(await kept()).toEqual([`${top}/a second ${qos} ${qos} R`]);
      await a.publish(`${top}/a`, "", { qos, retain: true });
      await a.publish(`${top}/a`, "", { qos, retain: true });
      await a.publish(`${top}/sync`, "x", { qos: 1 });
      expect(await kept()).toEqual([]);
    }
  });
  test("RETAIN is set on what was retained, and not on what is published now [MQTT-3.3.1-9] [MQTT-3.3.1-12]", async () => {
    const top = fresh();
    const a = await connect(v);
    await a.publish(top, "kept", KEEP);
    await a.subscribe(top);
    expect(await a.hear(1)).toEqual([`${top} kept 1 R`]);
    await a.publish(top, "live", KEEP);
    expect(await a.hear(1)).toEqual([`${top} live 1`]);
    await a.subscribe(top); // again [MQTT3-3.8.4-3] [MQTT-3.8.4-4]
    expect(await a.hear(1)).toEqual([`${top} live 1 R`]);
  });
  test("at the lower QoS, below every kind of filter, each once for each filter [MQTT-3.8.4-8]", async () => {
    const top = fresh();
    const a = await connect(v);
    for (const qos of [0, 1, 2] as const) await a.publish(`${top}/x/${qos}`, "k", { qos, retain: true });
    await a.publish(`${top}/x`, "parent", KEEP);
    for (const [filter, wanted] of [
      [`${top}/x/#`, ["x", "x/0", "x/1", "x/2"]],
      [`${top}/x/+`, ["x/0", "x/1", "x/2"]],
      [`${top}/+/1`, ["x/1"]],
      [`+/${top.slice(3)}/+`, ["x"]],
      [`${top}/y/#`, []],
    ] as const)
      for (const qos of [0, 1, 2] as const) {
        await a.subscribe(filter, { qos });
        const heard = await a.hear(wanted.length);
        const level = (name: string): number => (name === "x" ? 1 : Number(name.slice(-1)));
        const said = wanted.map((n) => `${top}/${n} ${n === "x" ? "parent" : "k"} ${Math.min(qos, level(n))} R`);
        expect(heard.sort()).toEqual(said.sort());
        await a.unsubscribe(filter);
      }
    expect(await a.quiet()).toEqual([]);
  });
});

test("25: Retain Handling, for a subscription that is new, and for one that is there [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]", async () => {
  const top = fresh();
  const a = await connect();
  await a.publish(top, "k", KEEP);
  for (const [retainHandling, isNew, again] of [
    [0, 1, 1],
    [1, 1, 0],
    [2, 0, 0],
  ] as const) {
    await a.subscribe(top, { retainHandling });
    expect((await a.quiet()).length).toBe(isNew);
    await a.subscribe(top, { retainHandling });
    expect((await a.quiet()).length).toBe(again);
    await a.unsubscribe(top);
  }
  // a session that goes on has its subscription already
  const stays = { clientId: "stays", cleanStart: false, properties: { sessionExpiryInterval: 100 } };
  const first = await connect(stays);
  await first.subscribe(top, { retainHandling: 1 });
  expect(await first.hear(1)).toEqual([`${top} k 1 R`]);
  await first.leave();
  const back = await connect(stays);
  await back.subscribe(top, { retainHandling: 1 });
  expect(await back.quiet()).toEqual([]);
});
test("25: Retain As Published concerns what is published, not what was retained [MQTT-3.3.1-12] [MQTT-3.3.1-13]", async () => {
  const top = fresh();
  const [plain, wants] = [await connect(), await connect()];
  await plain.publish(top, "kept", KEEP);
  await plain.subscribe(top, { retainAsPublished: false });
  await wants.subscribe(top, { retainAsPublished: true });
  for (const peer of [plain, wants]) expect(await peer.hear(1)).toEqual([`${top} kept 1 R`]);
  await plain.publish(top, "with", KEEP);
  await plain.publish(top, "without", { qos: 1 });
  expect(await plain.hear(2)).toEqual([`${top} with 1`, `${top} without 1`]);
  expect(await wants.hear(2)).toEqual([`${top} with 1 R`, `${top} without 1`]);
});
test("25: identifier of the subscription that brought it, all of them when it is published [MQTT-3.3.4-3]", async () => {
  const top = fresh();
  const a = await connect();
  await a.publish(top, "kept", KEEP);
  for (const subscriptionIdentifier of [1, 2])
    await a.subscribe(subscriptionIdentifier === 1 ? top : `${top}/#`, {}, { subscriptionIdentifier });
  const heard = await a.rest();
  expect(heard.map((p) => p.properties?.subscriptionIdentifiers).sort()).toEqual([[1], [2]]);
});
test("25: a retained message whose expiry is over is none [MQTT-3.3.2-5]", async () => {
  const top = fresh();
  const a = await connect();
  await a.publish(top, "short", { ...KEEP, properties: { messageExpiryInterval: 1 } });
  await a.publish(`${top}/long`, "long", { ...KEEP, properties: { messageExpiryInterval: 1000 } });
  for (let count = 2; count > 1; ) {
    await a.subscribe(`${top}/#`);
    const heard = await a.rest();
    count = heard.length;
    expect(heard.at(-1)?.properties?.messageExpiryInterval).toBeGreaterThan(0);
  }
});
test("25: retained messages are no part of a session, and are there after a restart and a kill", async () => {
  const top = fresh();
  const a = await connect({ clientId: "ends" });
  await a.publish(`${top}/1`, "one", KEEP);
  await a.publish(`${top}/2`, "two", KEEP);
  await a.publish(`${top}/2`, "", KEEP);
  await a.leave();
  for (const how of ["stop", "kill"] as const) {
    if (how === "kill") await server.kill9();
    await server.restart();
    const b = await connect({ clientId: how });
    await b.subscribe(`${top}/+`);
    expect(await b.quiet()).toEqual([`${top}/1 one 1 R`]);
    await b.leave();
  }
});
test("25: a will may be one, a shared subscription gets none", async () => {
  const top = fresh();
  const a = await connect();
  await a.subscribe(top);
  const dies = await connect({ will: willOf(top, "will", { qos: 1, retain: true }) });
  dies.raw.reset();
  expect(await a.hear(1)).toEqual([`${top} will 1`]);
  const b = await connect();
  await b.subscribe([`$share/group/${top}`, `${top}/other`]);
  expect(await b.quiet()).toEqual([]);
  await b.subscribe(top);
  expect(await b.hear(1)).toEqual([`${top} will 1 R`]);
});
