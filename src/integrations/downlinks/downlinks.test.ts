import { beforeEach, describe, expect, test } from "bun:test";
import { oneClock } from "../../base/clock.ts";
import { Directory } from "../../fleet/directory.ts";
import { PLAIN_DOWNLINK } from "../../fleet/edit/downlinks.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { FleetChange } from "../../fleet/types.ts";
import type { WireAnswer } from "../../networks/downlinks/types.ts";
import type { DownlinkReport, NetworkEvent } from "../../networks/types.ts";
import { MemoryDataStore } from "../../store/memory/store.ts";
import type { Wish } from "./intake.ts";
import type { Downlink } from "./types.ts";
import { makeDownlinks } from "./world.testing.ts";

const NETWORK = { application: null, webhook: null, key: "k" } as const;
const FLEET: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "W" } },
  {
    kind: "network",
    op: "put",
    row: { uid: 1, workspace: 1, name: "cs", type: "chirpstack_rest", server: "https://cs.example", ...NETWORK },
  },
  {
    kind: "product",
    op: "put",
    row: {
      uid: 1,
      workspace: 1,
      slug: "p",
      name: "P",
      retainLastValues: false,
      publishBackfill: false,
      boolText: "true",
      network: "cs",
    },
  },
  { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "NUMERIC", name: "T", unit: null } },
  {
    kind: "downlink",
    op: "put",
    row: { uid: 1, product: 1, name: "set", ...PLAIN_DOWNLINK, source: "field", content: "T" },
  },
  ...[1, 2].map(
    (uid): FleetChange => ({
      kind: "device",
      op: "put",
      row: { uid, product: 1, id: `d${uid}`, name: "D", serial: `A84041000000000${uid}`, tags: [] },
    }),
  ),
];
const answer = (status: number, body: object | string = ""): WireAnswer => ({
  status,
  headers: new Headers(),
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});
const NOBODY: NetworkEvent = {
  network: "chirpstack",
  kind: "other",
  devEui: "a840410000000001",
  deviceId: null,
  time: null,
  uplink: null,
  location: null,
  battery: null,
  downlink: null,
  reply: null,
  text: "",
  dedupeKeys: [],
  raw: {},
};
const TTI: NetworkEvent = { ...NOBODY, network: "tti", kind: "up" };
const report = (kind: NetworkEvent["kind"], more: Partial<DownlinkReport>): NetworkEvent => ({
  ...NOBODY,
  kind,
  downlink: { ids: [], counter: null, port: null, reason: null, ...more },
});

const time = { now: 1_800_000_000_000_000 };
const clock = oneClock(() => time.now);
beforeEach(() => {
  time.now = 1_800_000_000_000_000;
});

async function world(given: Omit<Parameters<typeof makeDownlinks>[0], "directory"> = {}) {
  const directory = new Directory();
  directory.apply(FLEET);
  const it = makeDownlinks({ directory, clock, ...given });
  await it.ready;
  const deviceOf = (uid: number) => directory.deviceByUid(uid) as DeviceNode; // of the fleet above
  const wish = (more: Partial<Wish> = {}): Wish => ({
    device: deviceOf(1),
    name: null,
    by: "u:1",
    content: { form: "bytes", hex: "0102", port: 2 },
    confirmed: true,
    replace: false,
    wait: 3600,
    ...more,
  });
  const send = async (more: Partial<Wish> = {}) => {
    const sent = await it.downlinks.intake.send(wish(more));
    await it.settle();
    return sent;
  };
  const now = async (sent: Pick<Downlink, "device" | "id">) => {
    const found = await it.downlinks.find(sent.device, sent.id);
    return [found?.state, found?.steps.at(-1)?.note];
  };
  return { directory, deviceOf, wish, send, now, ...it };
}

describe("sending", () => {
  test("a downlink is queued when it is taken, sent by a request, and acknowledged by an event of the network", async () => {
    const it = await world({ request: async () => answer(200, { id: "q-1" }) });
    const sent = await it.send();
    expect(sent).toMatchObject({ state: "queued", device: 1, product: 1 });
    expect(it.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://cs.example/api/devices/a840410000000001/queue",
    ]);
    expect(await it.now(sent)).toEqual(["sent", "ChirpStack's REST proxy took it"]);
    await it.downlinks.heard(it.deviceOf(1), report("txack", { ids: ["q-1"] }));
    expect(await it.now(sent)).toEqual(["sent", "a gateway has transmitted it"]);
    await it.downlinks.heard(it.deviceOf(2), report("ack", { ids: ["q-1"] }));
    await it.downlinks.heard(it.deviceOf(1), report("ack", { ids: ["another"] }));
    expect((await it.now(sent))[0]).toBe("sent");
    await it.downlinks.heard(it.deviceOf(1), report("ack", { ids: ["Q-1"] }));
    expect(await it.now(sent)).toEqual(["acknowledged", "the device confirmed it"]);
    expect(it.told.map(({ state, sending }) => (sending ? "sending" : state))).toEqual([
      "queued",
      "sending",
      "sent",
      "sent",
      "acknowledged",
    ]);
    expect(await it.keeper.open()).toEqual([]);
  });

  test("a refusal of the network is the reason; what may pass is tried again, later and later", async () => {
    const answers = [answer(503), answer(429, { message: "slow down" }), answer(403, { message: "no right" })];
    const it = await world({ request: async () => answers.shift() ?? answer(500) });
    const sent = await it.send();
    expect(await it.now(sent)).toEqual(["queued", "ChirpStack's REST proxy did not take it: HTTP 503"]);
    expect(it.due.map(({ ms }) => ms)).toEqual([1000]);
    // a timer that is early changes nothing
    await it.wake();
    expect(it.requests).toHaveLength(1);
    time.now += 1_000_000;
    await it.wake();
    expect(it.requests).toHaveLength(2);
    expect(it.due.map(({ ms }) => ms)).toEqual([4000]);
    time.now += 4_000_000;
    await it.wake();
    expect(await it.now(sent)).toEqual(["failed", "ChirpStack's REST proxy refused it: HTTP 403: no right"]);
  });

  test("nobody answers: it waits, and expires in its time", async () => {
    const it = await world();
    const sent = await it.send({ wait: 60 });
    expect(await it.now(sent)).toEqual(["queued", "ChirpStack's REST proxy did not take it: nobody answers"]);
    time.now += 60_000_000;
    for (let i = 0; i < 10; i++) it.downlinks.tick();
    await it.settle();
    expect(await it.now(sent)).toEqual(["expired", "it could not be sent in its time"]);
  });

  test("one after the other for a device, and no faster than its rate", async () => {
    const open: (() => void)[] = [];
    const request = () => new Promise<WireAnswer>((resolve) => open.push(() => resolve(answer(200, {}))));
    const it = await world({ request, rate: 2 });
    for (let i = 0; i < 3; i++) await it.send();
    await it.send({ device: it.deviceOf(2) });
    expect(it.requests.map(({ url }) => url.slice(-7))).toEqual(["1/queue", "2/queue"]);
    open.shift()?.();
    await it.settle();
    expect(it.requests).toHaveLength(3);
    for (const one of open.splice(0)) one();
    await it.settle();
    // two a minute: the third waits half a minute
    expect(it.requests).toHaveLength(3);
    expect(it.due.map(({ ms }) => ms)).toEqual([30_000]);
    time.now += 30_000_000;
    await it.wake();
    expect(it.requests).toHaveLength(4);
  });

  test("what is missing is said: the network, the DevEUI, a field without a value", async () => {
    const it = await world();
    const reasonOf = async (sent: Downlink) => {
      const [state, note] = await it.now(sent);
      expect(state).toBe("failed");
      return note;
    };
    expect(await reasonOf(await it.send({ name: "set", content: { form: "values", values: {} } }))).toBe(
      "the field T has no value yet",
    );
    expect(await reasonOf(await it.send({ name: "gone", content: { form: "values", values: {} } }))).toBe(
      "the product has no downlink gone any more",
    );
    const device = it.deviceOf(2);
    it.directory.apply([{ kind: "device", op: "put", row: { ...device.row, serial: "plain" } }]);
    expect(await reasonOf(await it.send({ device }))).toBe(
      "the device's serial is not its DevEUI: 16 hexadecimal digits",
    );
    it.directory.apply([{ kind: "network", op: "delete", uid: 1 }]);
    expect(await reasonOf(await it.send())).toBe("there is no network cs in the workspace any more");
    const { network: _, ...product } = it.deviceOf(1).product.row;
    it.directory.apply([{ kind: "product", op: "put", row: product }]);
    expect(await reasonOf(await it.send())).toContain("names no network");
    expect(it.requests).toEqual([]);
  });

  test("a message goes to the external broker, rows to the device's own fields, a field's bytes to the network", async () => {
    const published: string[] = [];
    const publish = async (topic: string, payload: string) => {
      published.push(`${topic} ${payload}`);
      return { is: "accepted", ids: [] } as const;
    };
    const values = new Map([["T", { value: "0x0A:0b", time: 0 }]]);
    const it = await world({ publish, values, request: async () => answer(200, {}) });
    const message = await it.send({ content: { form: "message", topic: "cmnd/x", payload: "ON" } });
    expect(published).toEqual(["cmnd/x ON"]);
    expect(await it.now(message)).toEqual(["sent", "the external broker took it"]);
    await it.send({ content: { form: "rows", rows: [{ field: "T", value: 5 }] } });
    expect(it.written).toEqual([{ device: "d1", rows: [{ field: "T", value: 5 }] }]);
    await it.send({ name: "set", content: { form: "values", values: {} } });
    expect(JSON.parse(String(it.requests[0]?.body)).queueItem.data).toBe("Cgs=");
    const none = await world();
    expect(await none.now(await none.send({ content: { form: "message", topic: "x", payload: "" } }))).toEqual([
      "failed",
      "the external broker refused it: no connection to an external broker is set up",
    ]);
  });
});

describe("what waits", () => {
  test("can be taken back until it is sent", async () => {
    const it = await world({ hold: true });
    const sent = await it.send();
    expect(await it.downlinks.cancel(1, sent.id, "you")).toMatchObject({ state: "cancelled" });
    expect(await it.now(sent)).toEqual(["cancelled", "cancelled by you"]);
    await expect(it.downlinks.cancel(1, sent.id, "you")).rejects.toMatchObject({ code: "immutable" });
    await expect(it.downlinks.cancel(2, sent.id, "you")).rejects.toMatchObject({ code: "not_found" });
    const gone = await world({ request: async () => answer(200, {}) });
    const taken = await gone.send();
    await expect(gone.downlinks.cancel(1, taken.id, "you")).rejects.toMatchObject({
      code: "immutable",
      message: expect.stringContaining("is sent"),
    });
  });

  test("is bounded for each device", async () => {
    const it = await world({ hold: true });
    for (let i = 0; i < 100; i++) await it.downlinks.intake.send(it.wish());
    await expect(it.downlinks.intake.send(it.wish())).rejects.toMatchObject({ code: "quota_exceeded" });
    await it.downlinks.intake.send(it.wish({ device: it.deviceOf(2) }));
    // there is nobody to refuse a triggered one to: it is kept as failed
    await it.downlinks.intake.trigger([it.wish({ by: "" })], []);
    const [newest] = await it.downlinks.list(1, undefined, 1);
    expect([newest?.state, newest?.steps.at(-1)?.note]).toEqual([
      "failed",
      "100 downlinks wait for this device already.",
    ]);
  });

  test("what is over is kept, bounded for each device, and listed newest first in pages", async () => {
    const it = await world({ request: async () => answer(403), rate: 10_000 });
    for (let i = 0; i < 150; i++) {
      time.now += 1000;
      await it.send();
    }
    const all = await it.downlinks.list(1, undefined, 1000);
    expect(all.length).toBeGreaterThanOrEqual(100);
    expect(all.length).toBeLessThanOrEqual(117);
    const [first, second] = await it.downlinks.list(1, undefined, 2);
    const [third] = await it.downlinks.list(1, second?.number, 1);
    expect([first, second, third].map((one) => one?.number)).toEqual(all.slice(0, 3).map(({ number }) => number));
  });
});

describe("the network's reports", () => {
  test("that come before the answer to the request count, too", async () => {
    const gate: { open: () => void } = { open: () => {} };
    const request = () =>
      new Promise<WireAnswer>((resolve) => {
        gate.open = () => resolve(answer(200, { id: "q-9" }));
      });
    const it = await world({ request });
    const sent = await it.send();
    let heard = false;
    const hearing = it.downlinks.heard(it.deviceOf(1), report("ack", { ids: ["q-9"] })).then(() => {
      heard = true;
    });
    await it.settle();
    // it is answered when it is stored
    expect(heard).toBe(false);
    gate.open();
    await hearing;
    expect(await it.now(sent)).toEqual(["acknowledged", "the device confirmed it"]);
  });

  test("that come while the answer is being stored, and while others are looked at, count, too", async () => {
    const it = await world({ request: async () => answer(200, { id: "q-7" }) });
    const { durable } = it.commits;
    const waiting: (() => void)[] = [];
    it.commits.durable = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await durable();
    };
    const step = async () => {
      for (const go of waiting.splice(0)) go();
      await it.settle();
    };
    const taking = it.downlinks.intake.send(it.wish());
    await step();
    const sent = await taking;
    await step();
    // the answer is there, and its commit waits
    expect((await it.now(sent))[0]).toBe("sent");
    const first = it.downlinks.heard(it.deviceOf(1), report("txack", { ids: ["q-7"] }));
    await it.settle();
    for (const go of waiting.splice(0)) go();
    await it.settle();
    const hearing = it.downlinks.heard(it.deviceOf(1), report("ack", { ids: ["q-7"] }));
    for (let i = 0; i < 5; i++) await step();
    await Promise.all([first, hearing]);
    expect(await it.now(sent)).toEqual(["acknowledged", "the device confirmed it"]);
  });

  test("without a name are about the latest that was transmitted", async () => {
    let n = 0;
    const it = await world({ request: async () => answer(200, { id: `q-${++n}` }) });
    const [first, second, third] = [await it.send(), await it.send(), await it.send()];
    await it.downlinks.heard(it.deviceOf(1), report("txack", { ids: ["q-1"] }));
    await it.downlinks.heard(it.deviceOf(1), report("sent", { ids: ["q-2"] }));
    await it.downlinks.heard(it.deviceOf(1), report("ack", {}));
    const states = await Promise.all([first, second, third].map(async (one) => (await it.now(one))[0]));
    expect(states).toEqual(["sent", "acknowledged", "sent"]);
  });
  test("or about the oldest that waits for a confirmation", async () => {
    const it = await world({ request: async () => answer(200, {}) });
    const plain = await it.send({ confirmed: false });
    const first = await it.send();
    const second = await it.send();
    await it.downlinks.heard(it.deviceOf(1), report("ack", {}));
    const states = await Promise.all([plain, first, second].map(async (one) => (await it.now(one))[0]));
    expect(states).toEqual(["sent", "acknowledged", "sent"]);
    await it.downlinks.heard(it.deviceOf(1), report("failed", {}));
    expect((await it.now(second))[0]).toBe("sent");
  });

  test("what uplinks tell of where the next ones go is kept over a restart", async () => {
    const store = new MemoryDataStore();
    const it = await world({ store });
    const reply = { push: "https://x.example/push", replace: null, apiKey: "key" };
    await it.downlinks.heard(it.deviceOf(1), { ...TTI, deviceId: "dev-1", reply });
    await it.downlinks.heard(it.deviceOf(1), { ...TTI, deviceId: "dev-2" });
    // what other networks call it is no matter
    await it.downlinks.heard(it.deviceOf(1), { ...NOBODY, kind: "up", deviceId: "its name" });
    await it.downlinks.heard(it.deviceOf(2), { ...NOBODY, kind: "up", deviceId: "its name" });
    const again = await world({ store });
    expect(again.addresses.get(1)).toEqual({
      deviceId: "dev-2",
      push: "https://x.example/push",
      replace: null,
      apiKey: "key",
    });
    expect(again.addresses.has(2)).toBe(false);
  });
});

describe("a server that ends", () => {
  test("goes on with what waits, and tells what it sends a second time", async () => {
    const store = new MemoryDataStore();
    const first = await world({ store, request: () => new Promise(() => {}) });
    const amid = await first.send();
    const waiting = await first.send();
    // what is written stays, all else is gone
    const it = await world({ store, request: async () => answer(200, { id: "q" }) });
    expect(await it.now(amid)).toEqual(["queued", expect.stringContaining("may arrive twice")]);
    expect(it.requests).toEqual([]);
    it.downlinks.start();
    await it.settle();
    expect(it.requests).toHaveLength(2);
    expect((await it.now(amid))[0]).toBe("sent");
    expect((await it.now(waiting))[0]).toBe("sent");
    const steps = (await it.downlinks.find(1, waiting.id))?.steps.map(({ note }) => note);
    expect(steps).toEqual([null, "ChirpStack's REST proxy took it"]);
  });

  test("sends nothing that the store has not taken, and loses nothing when it refuses", async () => {
    const it = await world({ request: async () => answer(200, { id: "q" }) });
    it.commits.failing = new Error("full");
    await expect(it.downlinks.intake.send(it.wish())).rejects.toThrow("full");
    expect(it.requests).toEqual([]);
    it.commits.failing = null;
    const sent = await it.downlinks.intake.send(it.wish());
    it.commits.failing = new Error("full");
    await it.settle();
    expect(it.requests).toEqual([]);
    it.commits.failing = null;
    await it.wake();
    expect(it.requests).toHaveLength(1);
    expect((await it.now(sent))[0]).toBe("sent");
    expect(it.logged).toContain("the store does not take what became of a downlink; it is tried again");
  });

  test("waits for what is under way, and begins nothing more", async () => {
    const open: (() => void)[] = [];
    const request = () => new Promise<WireAnswer>((resolve) => open.push(() => resolve(answer(200, {}))));
    const it = await world({ request });
    const [first, second] = [await it.send(), await it.send()];
    const stopped = it.downlinks.stop();
    open[0]?.();
    await stopped;
    expect((await it.now(first))[0]).toBe("sent");
    expect((await it.now(second))[0]).toBe("queued");
    expect(it.requests).toHaveLength(1);
  });
});

test("what is kept of a device that was deleted while no server ran goes at the next start", async () => {
  const store = new MemoryDataStore();
  const it = await world({ store, hold: true });
  await it.send();
  await it.downlinks.heard(it.deviceOf(2), { ...TTI, deviceId: "dev-2" });
  const directory = new Directory();
  directory.apply(FLEET.filter((change) => change.kind !== "device"));
  const again = makeDownlinks({ directory, clock, store });
  await again.ready;
  expect(again.addresses.size).toBe(0);
  expect([
    await again.keeper.open(),
    await again.keeper.list(1, undefined, 10),
    [...(await again.keeper.addresses())],
  ]).toEqual([[], [], []]);
});

test("a device that is deleted takes everything along", async () => {
  const it = await world({ hold: true });
  await it.send();
  await it.send({ device: it.deviceOf(2) });
  await it.downlinks.heard(it.deviceOf(1), { ...TTI, deviceId: "dev-1" });
  const applied: Parameters<typeof it.downlinks.followed>[0][number][] = [];
  it.directory.onChange((changes) => void applied.push(...changes));
  it.directory.apply([{ kind: "device", op: "delete", uid: 1 }]);
  await it.keeper.commit(it.downlinks.followed(applied, []));
  expect(await it.downlinks.list(1, undefined, 10)).toEqual([]);
  expect((await it.keeper.open()).map(({ device }) => device)).toEqual([2]);
  expect([...(await it.keeper.addresses()).keys()]).toEqual([]);
});
