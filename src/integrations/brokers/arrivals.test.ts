import { describe, expect, test } from "bun:test";
import { refusalOf } from "../../base/refusal.testing.ts";
import type { RouteMapping } from "../../bridges/maps/schema.ts";
import type { Arrived, InRoute } from "../../bridges/types.ts";
import { makeWorld } from "../inbound/inbound.testing.ts";
import { BrokerArrivals } from "./arrivals.ts";

const MORE = `
workspaces:
  - slug: w
    api_users:
      - { name: all, rights: [{ devices: all, can: [record_measurements] }] }
      - { name: none, rights: [{ products: [single], can: [record_measurements] }] }
    products:
      - slug: p
        devices: [{ id: twin }, { id: d3, serial: "0x00158d0004a1b2c3" }]
      - slug: single
        devices: [{ id: twin }]
  - slug: elsewhere
    products: [{ slug: far, fields: [{ id: TEMPERATURE, type: NUMERIC }], devices: [{ id: far1 }] }]
`;
const READY: RouteMapping = { kind: "ready", name: "zigbee2mqtt" };

async function opened() {
  const world = await makeWorld();
  await world.fleet.applyFile(MORE);
  const { directory, authority, inbound, product } = world;
  const clock = { micros: () => world.time.now } as never;
  const arrivals = new BrokerArrivals({ directory, authority, inbound, clock });
  const account = (name: string) => {
    const found = directory.apiUsersOf(product().row.workspace).find((one) => one.name === name);
    return `a:${found?.uid}`;
  };
  const routes = new Map<string, InRoute>();
  const routeOf = (map: RouteMapping, filter: string) => {
    const key = JSON.stringify([map, filter]);
    const route = routes.get(key) ?? { direction: "in", filter, qos: 1, map };
    routes.set(key, route);
    return route;
  };
  const arrive = (
    topic: string,
    payload: unknown,
    more: Partial<Arrived> & { map?: RouteMapping; as?: string; filter?: string } = {},
  ) => {
    const { map = READY, as = "all", filter = "#", ...rest } = more;
    const message: Arrived = {
      ...{ broker: 1, name: "plant", workspace: product().row.workspace, route: routeOf(map, filter), topic, qos: 1 },
      ...{ retained: false, repeated: false, properties: {} },
      payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
      ...rest,
    };
    return arrivals.arrived(message, account(as));
  };
  const workspaceSuggestions = () => world.suggestions.list(product().row.workspace, 0);
  return { ...world, arrivals, arrive, workspaceSuggestions };
}
const DONE = { stored: 0, refused: 0, unknown: 0, problem: null };

describe("a message of an external broker", () => {
  test("is stored with the device of the whole workspace that one of its names means, and shown as a pass", async () => {
    const it = await opened();
    const list = [{ friendly_name: "shed", ieee_address: "0x00158d0004a1b2c3", type: "EndDevice" }];
    expect(await it.arrive("zigbee2mqtt/bridge/devices", list, { retained: true })).toEqual(DONE);
    expect(await it.arrive("zigbee2mqtt/shed", { temperature: 21.5, linkquality: 80 })).toEqual({
      ...DONE,
      stored: 1,
      unknown: 1,
    });
    expect(it.current("d3", "TEMPERATURE")).toBe(21.5);
    const [pass] = await it.passesOf();
    expect(pass).toMatchObject({
      ...{ way: "broker", network: "plant", map: "zigbee2mqtt", topic: "zigbee2mqtt/shed", outcome: "partly_stored" },
      ...{ body: '{"temperature":21.5,"linkquality":80}', decoder: null },
      rows: [
        { device: "d3", field: "TEMPERATURE", value: 21.5, fate: "stored" },
        { device: "d3", field: "LINKQUALITY", fate: "suggested" },
      ],
    });
    expect(it.suggested()).toMatchObject([
      {
        kind: "field",
        name: "LINKQUALITY",
        unit: "lqi",
        type: "NUMERIC",
        origin: { broker: "plant", map: "zigbee2mqtt" },
      },
    ]);
    it.time.now += 1e6;
    // by its id as well as by its serial, also where the map does not know of it
    await it.arrive("zigbee2mqtt/d1", { temperature: 4, last_seen: "2026-03-01T11:59:30Z" });
    const [one] = await it.passesOf();
    expect(one?.rows).toMatchObject([{ device: "d1", time: "2026-03-01T11:59:30Z" }]);
  });

  test("of a device that nobody knows is suggested: in the workspace, or in the product of the route", async () => {
    const it = await opened();
    expect(await it.arrive("zigbee2mqtt/new lamp", { state: "ON" })).toEqual({ ...DONE, unknown: 1 });
    expect(it.workspaceSuggestions()).toMatchObject([
      {
        kind: "device",
        name: "new-lamp",
        label: "new lamp",
        sample: "STATE",
        origin: { broker: "plant", map: "zigbee2mqtt" },
      },
    ]);
    const [pass] = (await it.passes.read({ list: "workspace", owner: it.product().row.workspace, limit: 5 })).map(
      ({ body }) => body,
    );
    expect(pass).toMatchObject({
      outcome: "unknown",
      topic: "zigbee2mqtt/new lamp",
      rows: [{ field: "STATE", fate: "suggested" }],
    });
    expect(await it.arrive("zigbee2mqtt/new lamp", { state: "ON" }, { map: { ...READY, product: "p" } })).toEqual({
      ...DONE,
      unknown: 1,
    });
    expect(it.suggested()).toMatchObject([
      { kind: "device", name: "new-lamp", label: "new lamp", origin: { map: "zigbee2mqtt" } },
    ]);
    // a device of the far workspace is none of this one
    expect(await it.arrive("zigbee2mqtt/far1", { temperature: 1 })).toEqual({ ...DONE, unknown: 1 });
    // made by itself where a product wishes it, under the name that the sender has for it
    await it.change({ createsDevices: 10, createsFields: 10 });
    expect(await it.arrive("zigbee2mqtt/kitchen", { temperature: 3, co2: 400 })).toEqual({ ...DONE, stored: 2 });
    expect(it.product().device("kitchen")?.row).toMatchObject({ name: "kitchen", serial: "kitchen" });
    expect(it.current("kitchen", "CO2")).toBe(400);
  });

  test("for which its account has no right, or no device is meant, is refused and shown", async () => {
    const it = await opened();
    expect(await it.arrive("zigbee2mqtt/d1", { temperature: 1 }, { as: "none" })).toEqual({ ...DONE, refused: 1 });
    expect((await it.passesOf())[0]?.rows).toMatchObject([
      { fate: "refused", message: expect.stringContaining("may not") },
    ]);
    expect(await it.arrive("zigbee2mqtt/twin", { temperature: 1 })).toEqual({ ...DONE, refused: 1 });
    const [pass] = (await it.passes.read({ list: "workspace", owner: it.product().row.workspace, limit: 5 })).map(
      ({ body }) => body,
    );
    expect(pass?.messages).toEqual([expect.stringContaining("Several products have a device called twin")]);
    expect(await it.arrive("zigbee2mqtt/twin", { temperature: 1 }, { map: { ...READY, product: "single" } })).toEqual({
      ...DONE,
      stored: 1,
    });
    expect(await it.arrive("zigbee2mqtt/d1", { door: "ajar" })).toEqual({ ...DONE, refused: 1 });
  });

  test("that can never be stored is told with a sentence, and need not come again", async () => {
    const it = await opened();
    const problem = async (...given: Parameters<typeof it.arrive>) => (await it.arrive(...given)).problem;
    expect(await problem("zigbee2mqtt/d1", "hello")).toMatch(/no JSON object/);
    expect(
      (await it.passes.read({ list: "workspace", owner: it.product().row.workspace, limit: 1 }))[0]?.body,
    ).toMatchObject({
      outcome: "failed",
      messages: [expect.stringContaining("no JSON object")],
    });
    expect(await problem("zigbee2mqtt/d1", {}, { as: "nobody" })).toMatch(/account|API user/);
    expect(await problem("x", "1", { map: { kind: "decoder", product: "nope" } })).toMatch(/no product "nope"/);
    expect(await problem("x", "1", { map: { kind: "decoder", product: "far" } })).toMatch(/no product "far"/);
  });

  test("that the store does not take comes again", async () => {
    const it = await opened();
    it.store.failing = true;
    const refusal = await refusalOf(it.arrive("zigbee2mqtt/d1", { temperature: 1 }));
    expect(refusal.code).toBe("storage_unavailable");
  });

  test("is answered when it is durable, and not before", async () => {
    const it = await opened();
    it.store.held = true;
    let answered = false;
    const waits = it.arrive("zigbee2mqtt/d1", { temperature: 7 }).then((outcome) => {
      answered = true;
      return outcome;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([answered, it.current("d1", "TEMPERATURE")]).toEqual([false, undefined]);
    it.store.release();
    expect(await waits).toEqual({ ...DONE, stored: 1 });
    expect(it.current("d1", "TEMPERATURE")).toBe(7);
  });

  test("that the remote had kept is one measurement, however often it is told; news are all taken", async () => {
    const it = await opened();
    const kept = () => it.arrive("zigbee2mqtt/d1", { temperature: 7 }, { retained: true });
    expect([await kept(), await kept()]).toEqual([{ ...DONE, stored: 1 }, DONE]);
    const news = () => it.arrive("zigbee2mqtt/d1", { temperature: 7 });
    expect([await news(), await news()]).toEqual([
      { ...DONE, stored: 1 },
      { ...DONE, stored: 1 },
    ]);
  });

  test("goes to the decoder of a product", async () => {
    const it = await opened();
    await it.decoder((call) => {
      const { topic, payload } = call.input as { topic: string; payload: string };
      return [{ device: topic.split("/")[1], field: "temperature", value: Number(payload) }];
    });
    const map = { kind: "decoder", product: "p" } as const;
    expect(await it.arrive("plant/S1/t", "12.5", { map, filter: "plant/{serial}/t" })).toEqual({ ...DONE, stored: 1 });
    expect(it.current("d1", "TEMPERATURE")).toBe(12.5);
    expect((await it.passesOf())[0]).toMatchObject({
      map: "decoder",
      decoder: { called: "Decoder" },
      topic: "plant/S1/t",
    });
  });

  test("by fields of one's own, with a time of the sender's, and one that is none", async () => {
    const it = await opened();
    const map: RouteMapping = {
      kind: "fields",
      product: "p",
      fields: [{ field: "temperature", path: "$.t" }],
      time: { path: "$.at", format: "seconds" },
    };
    const send = (at: unknown) => it.arrive("plant/S1", { t: 1, at }, { map, filter: "plant/{serial}" });
    expect(await send(it.time.now / 1e6 - 60)).toEqual({ ...DONE, stored: 1 });
    expect((await it.passesOf())[0]?.rows).toMatchObject([{ time: "2026-03-01T11:59:00Z" }]);
    expect(await send("yesterday")).toEqual({ ...DONE, refused: 1 });
  });

  test("of a LoRaWAN network is an event of its device", async () => {
    const it = await opened();
    await it.decoder(({ input }) => ({ temperature: (input as { bytes: number[] }).bytes[0] }));
    const uplink = {
      end_device_ids: { device_id: "sensor-2", dev_eui: "70B3D57ED005A11C" },
      received_at: "2026-03-01T12:00:00Z",
      uplink_message: { f_port: 1, f_cnt: 3, frm_payload: "Fg==" },
    };
    const map: RouteMapping = { kind: "ready", name: "tti" };
    const send = () => it.arrive("v3/app@ttn/devices/sensor-2/up", uplink, { map });
    expect([await send(), await send()]).toEqual([{ ...DONE, stored: 1 }, DONE]);
    expect(it.current("d2", "TEMPERATURE")).toBe(22);
    expect((await it.passesOf())[1]).toMatchObject({
      way: "broker",
      network: "plant",
      map: "tti",
      event: { kind: "up" },
    });
    const other = { ...uplink, end_device_ids: { device_id: "x", dev_eui: "70B3D57ED0000000" } };
    expect(await it.arrive("v3/app@ttn/devices/x/up", other, { map })).toEqual({ ...DONE, unknown: 1 });
    expect(it.workspaceSuggestions()).toMatchObject([
      { name: "70b3d57ed0000000", label: "x", origin: { broker: "plant", map: "tti" } },
    ]);
  });
});

test("what keeps a remote talking is asked of the maps of its routes, each once", async () => {
  const it = await opened();
  const victron: RouteMapping = { kind: "ready", name: "victron" };
  const routes = ["N/+/battery/#", "N/+/system/#"].map(
    (filter): InRoute => ({ direction: "in", filter, qos: 0, map: victron }),
  );
  for (const route of routes) await it.arrive("N/c0619ab4f0e1/system/0/Serial", { value: "c0619ab4f0e1" }, { route });
  expect(it.arrivals.asks({ uid: 1, routes }, true)).toEqual([
    { topic: "R/c0619ab4f0e1/keepalive", payload: expect.any(String) },
  ]);
  expect(it.arrivals.asks({ uid: 2, routes }, true)).toEqual([]);
});
