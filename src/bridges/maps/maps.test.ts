import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isDeviceId, isFieldId } from "../../topic/grammar.ts";
import { covers } from "../../topic/algebra.ts";
import { Memory, type RouteReader, readyMaps, routeReader } from "./index.ts";
import { SAMPLES } from "./messages/all.testing.ts";
import { bytesOf, NOW, type Sample } from "./messages/message.testing.ts";
import { MAP_NAMES, type MapName, type MapReading } from "./types.ts";

/** A reader of everything that a map has, as routes of all its filters would be together. */
function reader(name: MapName, filter = "#", base?: string): RouteReader {
  const made = routeReader(filter, { kind: "ready", name, ...(base !== undefined && { base }) });
  if (!("subscription" in made)) throw new Error(made.map(({ message }) => message).join("; "));
  return made;
}
function readWith(made: RouteReader, memory: Memory, topic: string, payload: unknown, now = NOW): MapReading {
  if (made.read === null) throw new Error("it reads nothing");
  return made.read({ topic, payload: bytesOf(payload), now }, memory);
}
function reading({ map, topic, payload, before = [] }: Sample): MapReading {
  const [made, memory] = [reader(map), new Memory()];
  for (const one of before) readWith(made, memory, one.topic, one.payload);
  return readWith(made, memory, topic, payload);
}
const iso = (timestamp: unknown) => (timestamp === undefined ? null : new Date(Number(timestamp) * 1000).toISOString());

describe.each(SAMPLES.map((one) => [`${one.map}: ${one.what}`, one] as [string, Sample]))("%s", (_, sample) => {
  test("is read", () => {
    const found = reading(sample);
    if (sample.problem !== undefined) {
      expect(found).toEqual({ ok: false, problem: expect.stringMatching(sample.problem) });
      return;
    }
    if (!found.ok) throw new Error(found.problem);
    if (sample.nothing !== undefined) expect(found.messages.join(" ")).toMatch(sample.nothing);
    if (sample.event !== undefined) {
      expect(found.events.map(({ kind, devEui }) => [kind, devEui])).toEqual([[...sample.event]]);
      expect(found.devices).toEqual([]);
      return;
    }
    if (sample.device === undefined) return expect(found.devices).toEqual([]);
    const [device, ...others] = found.devices;
    expect([others, found.events]).toEqual([[], []]);
    expect(device?.names).toEqual([sample.device, ...(sample.names ?? device?.names.slice(1) ?? [])]);
    if (sample.label !== undefined) expect(device?.label).toBe(sample.label);
    const values = device?.rows.map(({ field, value, unit }) => [field, unit === undefined ? value : [value, unit]]);
    expect(Object.fromEntries(values ?? [])).toEqual({ ...sample.values });
    expect(values).toHaveLength(Object.keys(sample.values ?? {}).length);
    if (sample.time !== undefined)
      expect([...new Set(device?.rows.map(({ timestamp }) => iso(timestamp)))]).toEqual([sample.time]);
  });
});

test("every map has three messages with values at least, and every value a name that a field may have", () => {
  for (const name of MAP_NAMES) {
    const good = SAMPLES.filter((one) => one.map === name && one.problem === undefined && (one.event ?? one.values));
    expect([name, good.length >= 3]).toEqual([name, true]);
  }
  for (const sample of SAMPLES)
    for (const field of Object.keys(sample.values ?? {})) expect([field, isFieldId(field)]).toEqual([field, true]);
});

test("the example of each map, which people are shown, is read, and comes by its filters", () => {
  for (const { name, example, filters } of readyMaps()) {
    const found = readWith(reader(name), new Memory(), example.topic, example.payload);
    if (!found.ok) throw new Error(found.problem);
    expect([name, found.devices.length + found.events.length, found.devices[0]?.rows.length]).not.toEqual([name, 1, 0]);
    expect([name, found.devices.length + found.events.length]).toEqual([name, 1]);
    expect([name, filters.some((filter) => covers(filter, example.topic))]).toEqual([name, true]);
  }
});

test("what a map subscribes to brings it every message that it reads", () => {
  for (const { name, filters } of readyMaps())
    for (const { topic, what } of SAMPLES.filter((one) => one.map === name && one.values !== undefined)) {
      // an order of levels that a route asks for by a filter of its own
      if (what.includes("other order")) continue;
      expect([topic, filters.some((filter) => covers(filter, topic))]).toEqual([topic, true]);
    }
});

describe("what comes twice is recognised", () => {
  const keys = (made: RouteReader, topic: string, payload: unknown, now: number) => {
    const found = readWith(made, new Memory(), topic, payload, now);
    return found.ok ? (found.devices[0]?.keys ?? []) : [];
  };
  const shared = (a: readonly string[], b: readonly string[]) => a.some((key) => b.includes(key));

  test("a packet of Meshtastic over two gateways, an advertisement of Ruuvi, a transmission of rtl_433", () => {
    const packet = (rssi: number) => ({ from: 1, id: 99, type: "telemetry", payload: { voltage: 4 }, rssi });
    const mesh = reader("meshtastic");
    const [one, other] = ["!00000001", "!00000002"].map((gateway, i) =>
      keys(mesh, `msh/EU_868/2/json/LongFast/${gateway}`, packet(-i), NOW + i * 1000),
    );
    expect(shared(one ?? [], other ?? [])).toBeTrue();
    const tag = (seq: string) => ({
      ts: String(NOW / 1000),
      data: `FF99040512FC5394C37C0004FFFC040CAC3642${seq}CBB8334C884F`,
    });
    const [a, b, c] = ["00CD", "00CD", "00CE"].map((seq, i) => keys(reader("ruuvi"), `ruuvi/G${i}/T`, tag(seq), NOW));
    expect([shared(a ?? [], b ?? []), shared(a ?? [], c ?? [])]).toEqual([true, false]);
    const heard = (rssi: number, temperature_C: number) => ({
      time: "2026-03-04 11:11:10",
      model: "M",
      id: 1,
      temperature_C,
      rssi,
    });
    const radio = reader("rtl_433");
    const said = (rssi: number, t: number, after: number) =>
      keys(radio, "rtl_433/pi/events", heard(rssi, t), NOW + after);
    expect(shared(said(-1, 20, 0), said(-2, 20, 1900))).toBeTrue();
    expect(shared(said(-1, 20, 0), said(-1, 20.1, 100))).toBeFalse();
    expect(shared(said(-1, 20, 0), said(-1, 20, 60_000))).toBeFalse();
  });
});

describe("where the topics begin", () => {
  test("is as it comes, as a route's filter says, or as is set", () => {
    const memory = new Memory();
    const lamp = (made: RouteReader, topic: string) => readWith(made, memory, topic, { state: "ON" });
    expect(lamp(reader("zigbee2mqtt", "zigbee2mqtt/#"), "zigbee2mqtt/lamp")).toMatchObject({
      devices: [{ names: ["lamp"] }],
    });
    expect(lamp(reader("zigbee2mqtt", "home/z2m/#"), "home/z2m/lamp")).toMatchObject({
      devices: [{ names: ["lamp"] }],
    });
    expect(lamp(reader("zigbee2mqtt", "#", "site/+/z2m"), "site/7/z2m/lamp")).toMatchObject({
      devices: [{ names: ["lamp"] }],
    });
    const power = readWith(reader("tasmota", "fac/#"), memory, "fac/stat/pump/POWER", "ON");
    expect(power).toMatchObject({ ok: true, messages: [expect.stringContaining("no such topic")] });
    expect(readWith(reader("tasmota", "fac/#", "fac"), memory, "fac/stat/pump/POWER", "ON")).toMatchObject({
      devices: [{ names: ["pump"], rows: [{ field: "POWER", value: true }] }],
    });
  });

  test.each([
    ["zigbee2mqtt", "other/+", undefined, /no topic of Zigbee2MQTT matches other\/\+: usual is zigbee2mqtt\/#/],
    ["zigbee2mqtt", "#", "a/#", /no beginning of a topic/],
    ["zigbee2mqtt", "#", "{base}", /no beginning of a topic/],
    ["victron", "x/y", undefined, /no topic of Victron/],
  ] as const)("%s with %s and %p is refused", (name, filter, base, why) => {
    const made = routeReader(filter, { kind: "ready", name, ...(base !== undefined && { base }) });
    expect("subscription" in made ? [] : made.map(({ message }) => message)).toEqual([expect.stringMatching(why)]);
  });
});

test("a portal of Victron is asked for everything once, and kept awake afterwards", () => {
  const [made, memory] = [reader("victron", "site/N/#"), new Memory()];
  expect(made.ask(memory, true)).toEqual([]);
  readWith(made, memory, "site/N/c0619ab4f0e1/system/0/Serial", { value: "c0619ab4f0e1" });
  expect(made.ask(memory, true)).toEqual([{ topic: "site/R/c0619ab4f0e1/keepalive", payload: "" }]);
  expect(made.ask(memory, true)).toEqual([
    { topic: "site/R/c0619ab4f0e1/keepalive", payload: '{"keepalive-options":["suppress-republish"]}' },
  ]);
  expect(reader("tasmota").ask(memory, true)).toEqual([]);
});

test("a memory forgets what it learned first", () => {
  const memory = new Memory(3);
  for (const n of [1, 2, 3, 1, 4]) memory.learn(`k${n}`, n);
  expect([1, 2, 3, 4].map((n) => memory.recall(`k${n}`))).toEqual([1, undefined, 3, 4]);
});

/** Nothing that anybody sends makes a map throw, or gives a name that none may have. */
describe("garbage", () => {
  const level = fc.oneof(
    fc.constantFrom(
      "tele",
      "stat",
      "SENSOR",
      "STATE",
      "LWT",
      "online",
      "events",
      "rpc",
      "status",
      "state",
      "bridge",
      "devices",
    ),
    fc.constantFrom("BTtoMQTT", "2", "json", "event", "N", "data", "Connected", "switch:0", "gw_status", "POWER", "up"),
    fc.string({ maxLength: 8, unit: "grapheme" }).map((text) => text.replace(/[\0/+#]/g, "_")),
  );
  const key = fc.oneof(
    fc.constantFrom(
      "state",
      "value",
      "params",
      "events",
      "payload",
      "from",
      "data",
      "ts",
      "id",
      "model",
      "_type",
      "Time",
      "src",
    ),
    fc.constantFrom(
      "method",
      "ENERGY",
      "__proto__",
      "constructor",
      "latlng",
      "tst",
      "lat",
      "lon",
      "device",
      "field",
      "timestamp",
    ),
    fc.string({ maxLength: 6 }),
  );
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(
      "location",
      "telemetry",
      "NotifyStatus",
      "online",
      "ON",
      "nan",
      null,
      true,
      0,
      -1,
      1e300,
      "",
      "\ud800",
    ),
    fc.double(),
    fc.string({ maxLength: 10 }),
  );
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.dictionary(key, tie("json"), { maxKeys: 6 }),
      fc.array(tie("json"), { maxLength: 4 }),
    ),
  }));
  const payload = fc.oneof(
    json.map((value) => bytesOf(JSON.stringify(value) ?? "")),
    fc.uint8Array({ maxLength: 64 }),
    fc.constantFrom(...SAMPLES.map((one) => bytesOf(one.payload))),
  );

  test.each(MAP_NAMES.map((name) => [name]))("%s", (name) => {
    const [made, memory, base] = [
      reader(name),
      new Memory(20),
      readyMaps().find((one) => one.name === name)?.base ?? "",
    ];
    const own = SAMPLES.filter((one) => one.map === name).map((one) => one.topic);
    const topic = fc.oneof(
      fc.constantFrom(...own),
      fc
        .array(level, { minLength: 1, maxLength: 6 })
        .map((levels) => (base === "" ? levels : [base, ...levels]).join("/")),
    );
    fc.assert(
      fc.property(topic, payload, (at, given) => {
        const found = readWith(made, memory, at, given);
        if (!found.ok) return expect(found.problem).toMatch(/^\S.{3,}/s);
        expect(found.devices.length + found.events.length + found.messages.length).toBeGreaterThan(0);
        for (const { names, rows } of found.devices) {
          expect(names.length).toBeGreaterThan(0);
          for (const one of names) expect([one, isDeviceId(one)]).toEqual([one, true]);
          for (const { value } of rows) expect(["number", "string", "boolean", "object"]).toContain(typeof value);
        }
        made.ask(memory, true);
      }),
      { numRuns: 300 },
    );
  });
});
