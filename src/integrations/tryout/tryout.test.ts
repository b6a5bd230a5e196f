import { afterAll, describe, expect, test } from "bun:test";
import { refusalOf } from "../../base/refusal.testing.ts";
import { Sandbox } from "../../decoders/sandbox.ts";
import { makeWorld, uplink } from "../inbound/inbound.testing.ts";
import { routeReader } from "../../bridges/maps/index.ts";
import type { RouteMapping } from "../../bridges/maps/schema.ts";
import { ANY_DEVICE, type TryInput } from "./inputs.ts";
import type { MapTry } from "./map-tryout.ts";

const sandbox = new Sandbox({ processes: 1 });
afterAll(() => sandbox.stop());

const world = () => makeWorld(undefined, sandbox);
const code = (text: string) => ({ code: text, function: null, number: null });
const bytes = (...given: number[]): TryInput => ({
  ...{ kind: "uplink", bytes: Uint8Array.from(given), port: 2, device: null, raw: { rssi: -90 } },
});
const TEMPERATURE = `function decodeUplink(input) {
  console.log("port", input.fPort);
  return { data: { temperature: input.bytes[0] / 10, humidity: { value: 40, unit: "%" } }, warnings: ["old firmware"] };
}`;

describe("trying a decoder once", () => {
  test("the log, the output, what fits and what would be new; nothing is stored, suggested or kept", async () => {
    const it = await world();
    const tried = await it.tryOut.once(it.product(), code(TEMPERATURE), bytes(215));
    expect(tried.decoded).toMatchObject({ version: null, called: "decodeUplink", log: ["port 2"], error: null });
    expect(tried.decoded?.output).toMatchObject({ data: { temperature: 21.5 } });
    expect(tried.messages).toEqual(["old firmware"]);
    expect(tried.rows).toEqual([
      { device: ANY_DEVICE, field: "TEMPERATURE", value: 21.5, time: null, fate: "stored", message: null },
      { ...tried.rows[1], device: ANY_DEVICE, field: "HUMIDITY", value: 40, fate: "suggested" } as never,
    ]);
    expect([tried.fields, tried.newFields, tried.devices]).toEqual([
      ["TEMPERATURE"],
      [{ field: "HUMIDITY", type: "NUMERIC", unit: "%" }],
      [],
    ]);
    it.tick();
    await it.ingest.commits.durable();
    expect([it.suggested(), await it.passesOf(), it.current("d1", "TEMPERATURE")]).toEqual([[], [], undefined]);
  });

  test("an error has its line, and what the script wrote before it", async () => {
    const it = await world();
    const tried = await it.tryOut.once(
      it.product(),
      code("function Decoder(bytes) {\n  console.log('here');\n  return nope;\n}"),
      bytes(1),
    );
    expect(tried.decoded).toMatchObject({
      log: ["here"],
      error: { line: 3, message: expect.stringContaining("nope") },
    });
    const syntax = await it.tryOut.once(it.product(), code("function Decoder( {"), bytes(1));
    expect(syntax.decoded?.error).toMatchObject({ line: 1 });
    const loop = await it.tryOut.once(it.product(), code("function Decoder() { for (;;); }"), bytes(1));
    expect(loop.decoded?.error?.message).toContain("100 ms");
  });

  test("a script that is none is told with its line; one that fails when it is called is a script", async () => {
    const it = await world();
    const problem = (text: string) => it.tryOut.problem(it.product(), text);
    expect(await problem("var a;\nfunction Decoder(b) {\n  return [;\n}")).toMatch(/^line 3: SyntaxError/);
    for (const text of [
      TEMPERATURE,
      "function Decoder() { return JSON.parse('x'); }",
      "export const Decoder = () => nope;",
      "nothing",
    ])
      expect(await problem(text)).toBeNull();
  });

  test("an uplink of a device knows its configuration and its values", async () => {
    const it = await world();
    await it.fleet.applyFile(`
workspaces:
  - slug: w
    products: [{ slug: p, configuration: [{ id: depth, type: number, default: 1 }], devices: [{ id: d1, configuration: { depth: 4 } }] }]`);
    await it.script(`function Decoder(b) { return { device: "d1", temperature: 7 }; }`);
    await it.send({ device: "d1" });
    const script = code(`function Decoder(bytes, port) {
      const last = measurements.TEMPERATURE || { value: 0 };
      return [{ field: "temperature", value: configurationValues.depth * 10 + last.value + rawPayload.rssi }];
    }`);
    const device = it.product().device("d1") ?? null;
    const value = async (device: typeof own) =>
      (await it.tryOut.once(it.product(), script, { ...bytes(1), device } as TryInput)).rows[0]?.value;
    const own = device;
    expect([await value(own), await value(null)]).toEqual([40 + 7 - 90, 10 + 0 - 90]);
  });

  test("a request, a message, and what a product without a decoder would take", async () => {
    const it = await world();
    const request = { method: "POST", path: "/x", query: [["a", "1"]], headers: [["x-y", "z"]], form: [] } as const;
    const script = code(`function Decoder(r) {
      return [{ device: JSON.parse(r.body).id, field: "note", value: r.GET.a[0] + r.headers["x-y"] + r.path }];
    }`);
    const asked = await it.tryOut.once(it.product(), script, { kind: "request", request, body: '{"id":"S1"}' });
    expect(asked.rows).toMatchObject([{ device: "d1", field: "NOTE", value: "1z/x", fate: "stored" }]);
    expect([asked.devices, asked.newDevices]).toEqual([["d1"], []]);
    const told = await it.tryOut.once(
      it.product(),
      code("function Decoder(topic, payload) { return [{ device: topic, field: 'door', value: payload }]; }"),
      {
        ...{ kind: "message", topic: "new-one", payload: "on" },
      },
    );
    expect(told.newDevices).toEqual(["new-one"]);
    const plain = await it.tryOut.once(it.product(), null, {
      kind: "request",
      request,
      body: '{"device":"d1","door":"ajar"}',
    });
    expect(plain.decoded).toBeNull();
    expect(plain.rows).toMatchObject([{ field: "DOOR", fate: "refused", message: expect.stringContaining("ajar") }]);
  });

  test("a workspace that tries without end is told to wait, another is not", async () => {
    const it = await world();
    const once = (slug = "p") => it.tryOut.once(it.product(slug), null, { kind: "message", topic: "t", payload: "{}" });
    for (let n = 0; n < 30; n++) await once();
    const refusal = await refusalOf(once());
    expect([refusal.code, (refusal.retryAfter ?? 0) > 0]).toEqual(["rate_limited", true]);
    it.time.now += 2_000_000;
    await once();
  });
});

describe("trying a decoder with what came", () => {
  test("the last inputs, newest first, with the version in force beside it", async () => {
    const it = await world();
    await it.script("function Decoder(b) { return { temperature: b[0] }; }");
    for (const n of [1, 2, 3]) {
      it.time.now += 1_000_000;
      const event = uplink();
      const uplinkOf = { ...event.uplink, bytes: Uint8Array.of(n, 9) } as NonNullable<typeof event.uplink>;
      await it.send("{}", {
        way: "lorawan",
        network: "tti",
        events: [{ ...event, uplink: uplinkOf }],
        ...own(it),
      });
    }
    await it.send({ device: "d1", temperature: 5 });
    const next = code("function Decoder(b, port) { return { temperature: b.length === 2 ? b[0] * 2 : port }; }");
    const all = await it.tryOut.recorded(it.product(), next, { device: null, limit: 20 });
    expect(all.map(({ now, before }) => [now?.rows[0]?.value, before?.rows[0]?.value])).toEqual([
      [undefined, undefined],
      [6, 3],
      [4, 2],
      [2, 1],
    ]);
    expect(all[1]?.input).toContain("70b3d57ed005a11c port 2 0309");
    const device = it.product().device("d2") ?? null;
    expect(await it.tryOut.recorded(it.product(), next, { device, limit: 2 })).toMatchObject([
      { now: { rows: [{ value: 6, device: "d2" }] } },
      { now: { rows: [{ value: 4 }] } },
    ]);
    // the version in force, tried again, has nothing beside it
    const same = { code: "function Decoder(b) { return { temperature: b[0] }; }", function: null, number: 1 };
    const again = await it.tryOut.recorded(it.product(), same, { device, limit: 1 });
    expect([again[0]?.before, again[0]?.now?.decoded?.version]).toEqual([null, 1]);
    expect(await it.passesOf()).toHaveLength(4);
  });

  test("a body of which only the beginning was kept is passed over, and said to be", async () => {
    const it = await world();
    await it.send(JSON.stringify({ device: "d1", note: "x".repeat(20_000) }));
    const [one] = await it.tryOut.recorded(it.product(), null, { device: null, limit: 20 });
    expect(one).toMatchObject({ now: null, skipped: expect.stringContaining("only the beginning is kept") });
  });
});

describe("trying a map", () => {
  const tried = async (
    it: Awaited<ReturnType<typeof makeWorld>>,
    wish: Partial<MapTry> & { map: RouteMapping; filter?: string; text?: string },
  ) => {
    const { map, filter = "#", text = "", ...more } = wish;
    const reader = routeReader(filter, map);
    if (!("subscription" in reader)) throw new Error(reader[0]?.message);
    const workspace = it.product().row.workspace;
    return it.tryOut.map({
      ...{ workspace, reader, product: null, topic: "x", payload: Buffer.from(text) },
      sees: () => true,
      ...more,
    });
  };
  const ready: RouteMapping = { kind: "ready", name: "zigbee2mqtt" };
  const topic = "zigbee2mqtt/d1";

  test("says what would be stored, refused and suggested, and stores nothing", async () => {
    const it = await world();
    const found = await tried(it, { map: ready, topic, text: '{"temperature":21.5,"door":"ajar","co2":400}' });
    expect(found).toMatchObject({ subscription: "#", matches: true, problem: null, events: [] });
    expect(found.tried.rows.map(({ device, field, fate }) => [device, field, fate])).toEqual([
      ["d1", "TEMPERATURE", "stored"],
      ["d1", "DOOR", "refused"],
      ["d1", "CO2", "suggested"],
    ]);
    expect(found.tried.newFields).toEqual([{ field: "CO2", type: "NUMERIC", unit: "ppm" }]);
    expect(await tried(it, { map: ready, topic: "zigbee2mqtt/lamp", text: '{"state":"ON"}' })).toMatchObject({
      tried: { newDevices: ["lamp"], rows: [{ device: "lamp", field: "STATE", value: true, fate: "suggested" }] },
    });
    it.tick();
    expect([it.suggested(), await it.passesOf(), it.current("d1", "TEMPERATURE")]).toEqual([[], [], undefined]);
  });

  test("a device that may not be seen is not there; a topic that is not of the route, and a payload that cannot be read, are told", async () => {
    const it = await world();
    const text = '{"temperature":1}';
    expect(await tried(it, { map: ready, topic, text, sees: () => false })).toMatchObject({
      tried: { newDevices: ["d1"] },
    });
    const other = await tried(it, {
      map: { kind: "fields", device: "d1", fields: [{ field: "A" }] },
      filter: "a/+",
      topic: "b",
    });
    expect(other).toMatchObject({
      subscription: "a/+",
      matches: false,
      problem: expect.stringContaining("does not match"),
    });
    expect(await tried(it, { map: ready, topic, text: "x" })).toMatchObject({
      problem: expect.stringContaining("no JSON"),
    });
  });

  test("the decoder of a product knows the parts of the topic; an uplink of a network goes to the decoder of its device", async () => {
    const it = await world();
    await it.script(`function Decoder(topic, payload) {
      return [{ device: topicParts.serial, field: "temperature", value: Number(payload) }];
    }`);
    const map: RouteMapping = { kind: "decoder", product: "p" };
    const asked = { map, filter: "plant/{serial}/t", topic: "plant/S1/t", text: "12.5", product: it.product() };
    expect(await tried(it, asked)).toMatchObject({
      tried: { decoded: { called: "Decoder" }, rows: [{ device: "d1", value: 12.5, fate: "stored" }] },
    });
    await it.script("function decodeUplink({ bytes }) { return { data: { temperature: bytes[0] } }; }");
    const uplink = {
      end_device_ids: { dev_eui: "70B3D57ED005A11C" },
      uplink_message: { f_port: 1, frm_payload: "Fg==" },
    };
    const text = JSON.stringify(uplink);
    const sent = await tried(it, { map: { kind: "ready", name: "tti" }, topic: "v3/a/devices/b/up", text });
    expect(sent.events).toMatchObject([{ kind: "up", devEui: "70b3d57ed005a11c" }]);
    expect(sent.tried.rows).toMatchObject([{ device: "d2", field: "TEMPERATURE", value: 22, fate: "stored" }]);
    const unknown = await tried(it, {
      map: { kind: "ready", name: "tti" },
      topic: "v3/a/devices/b/up",
      text: text.replace("A11C", "A11D"),
    });
    expect(unknown.tried).toMatchObject({ rows: [], newDevices: ["70b3d57ed005a11d"] });
  });
});

/** Rights of nobody: the product takes networks without a token. */
function own(it: Awaited<ReturnType<typeof makeWorld>>) {
  return { principal: null, product: it.product() };
}
