import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BODIES, NOW, requestOf } from "./bodies/all.testing.ts";
import type { Body } from "./bodies/body.testing.ts";
import { hexOf } from "./bytes.ts";
import { NETWORK_ADDRESSES, networkNamed, readNetwork } from "./index.ts";
import { NETWORK_NAMES, type NetworkEvent, type NetworkReading } from "./types.ts";

const ADDRESSES = [...NETWORK_NAMES, "auto"] as const;

/** The one event of a reading. */
function only(reading: NetworkReading): NetworkEvent {
  if (!reading.ok) throw new Error(reading.problem);
  expect(reading.events).toHaveLength(1);
  return reading.events[0]!; // counted
}

/** What of an event is to be compared, in the form of `Expected`. */
function seen({ kind, devEui, deviceId, time, text, uplink, downlink, reply, location, battery }: NetworkEvent) {
  const gateway = uplink?.gateways[0];
  return {
    kind,
    devEui,
    deviceId,
    time: time === null ? null : new Date(time).toISOString(),
    text,
    hex: uplink?.bytes ? hexOf(uplink.bytes) : null,
    port: uplink?.port,
    counter: uplink?.counter,
    confirmed: uplink?.confirmed,
    encrypted: uplink?.encrypted,
    decoded: uplink?.decoded,
    rssi: uplink?.rssi,
    snr: uplink?.snr,
    dataRate: uplink?.dataRate,
    frequencyHz: uplink?.frequencyHz,
    codingRate: uplink?.codingRate,
    gateways: uplink?.gateways.map(({ id }) => id),
    place: gateway ? [gateway.lat, gateway.lng] : undefined,
    ids: downlink?.ids,
    reason: downlink?.reason ?? null,
    push: reply?.push ?? null,
    location,
    battery,
  };
}

describe.each(BODIES.map((body) => [`${body.network}: ${body.what}`, body] as [string, Body]))("%s", (_, body) => {
  const { text, reason, ...values } = body.expected;
  for (const address of body.auto === false ? [body.network] : ([body.network, "auto"] as const))
    test(`is read at ${address}`, () => {
      const reading = readNetwork(address, requestOf(body));
      const event = only(reading);
      expect(event.network).toBe(body.network);
      expect(seen(event)).toMatchObject(values as object);
      if (text !== undefined) expect(event.text).toMatch(text);
      if (reason instanceof RegExp) expect(event.downlink?.reason).toMatch(reason);
      if (reason === null) expect(event.downlink?.reason ?? null).toBeNull();
      expect(event.text).toMatch(/^\S.{3,}/);
      expect(event.raw).toEqual(JSON.parse(JSON.stringify(body.json)));
    });
});

test("every network has a body of its own here", () => {
  expect([...new Set(BODIES.map(({ network }) => network))].sort()).toEqual([...NETWORK_NAMES].sort());
  expect([...NETWORK_ADDRESSES].sort()).toEqual([...ADDRESSES].sort());
});

test.each([
  ["TTI", "tti"],
  ["ttn", "tti"],
  ["thingpark", "actility"],
  ["Kerlink", "wanesy"],
  ["milesight", "milesight_gateway"],
  ["auto", "auto"],
  ["constructor", null],
  ["", null],
])("the name %p in an address means %p", (name, network) => {
  expect(networkNamed(name)).toBe(network as ReturnType<typeof networkNamed>);
});

describe("what cannot be read is told in words", () => {
  const text = (body: string) => ({ ...requestOf({ json: 0 }), body: new TextEncoder().encode(body) });
  test.each([
    ["tti", "", /body is empty/],
    ["tti", "hello", /not JSON: set the format of The Things Stack to JSON/],
    ["tti", "12", /not JSON/],
    ["tti", "{}", /has no end_device_ids/],
    ["tti", '{"end_device_ids":{"device_id":"a"},"uplink_message":{}}', /end_device_ids.dev_eui is missing/],
    ["tti", '{"end_device_ids":{"dev_eui":"12"},"uplink_message":{}}', /is no DevEUI of 16 hexadecimal digits/],
    [
      "tti",
      '{"end_device_ids":{"dev_eui":"70B3D57ED005A11C"},"uplink_message":{"frm_payload":"%%"}}',
      /frm_payload is not base64/,
    ],
    ["chirpstack", '{"a":1}', /neither deviceInfo .* nor devEUI/],
    ["actility", '{"a":1}', /has no DevEUI_uplink/],
    ["actility", '{"DevEUI_uplink":{"DevEUI":"20635F0161000022","payload_hex":"0"}}', /payload_hex is not hexadecimal/],
    ["kpn", '{"a":1}', /no SenML list/],
    [
      "aws",
      '{"messageType":"DestinationConfirmation","enableUrl":"https://iot.eu-west-1.amazonaws.com/confirmdestination/x"}',
      /open https:\/\/iot.eu-west-1.amazonaws.com\/confirmdestination\/x once/,
    ],
    ["auto", '{"a":1}', /of no network that is known here/],
    ["loriot", `{"cmd":"rx","EUI":"BE7A000000001B81","data":"${"00".repeat(1025)}"}`, /holds 1025 bytes/],
  ] as const)("%s %p", (address, body, problem) => {
    const reading = readNetwork(address, text(body));
    expect(reading).toMatchObject({ ok: false });
    if (!reading.ok) expect(reading.problem).toMatch(problem);
  });

  test("whatever comes, it never throws", () => {
    const value = fc.anything({ withBigInt: false, maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.constantFrom(...ADDRESSES),
        value,
        fc.dictionary(fc.string(), fc.string()),
        (address, json, query) => {
          const reading = readNetwork(address, { ...requestOf({ json: json ?? null }), query });
          if (!reading.ok) expect(reading.problem).toMatch(/^\S.{10,}[.…)]$/s);
        },
      ),
    );
  });

  test("nor when one part of a good body is something else", () => {
    const odd = fc.oneof(
      fc.anything({ withBigInt: false, maxDepth: 2 }),
      fc.constant("__proto__"),
      fc.constant(1e308),
      fc.constant("9".repeat(50)),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...BODIES),
        fc.array(fc.nat(60), { minLength: 1, maxLength: 6 }),
        odd,
        (body, path, value) => {
          const changed = replaced(structuredClone(body.json), path, value);
          for (const address of [body.network, "auto"] as const) {
            const reading = readNetwork(address, requestOf({ ...body, json: changed ?? null }));
            if (reading.ok) for (const event of reading.events) expect(event.devEui).toMatch(/^[0-9a-f]{16}$/);
            else expect(reading.problem.length).toBeGreaterThan(10);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("nor for any bytes that call themselves protobuf", () => {
    const events = ["up", "join", "ack", "txack", "status", "log", "location", "error", "integration", "x"];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...events),
        fc.constantFrom("chirpstack", "auto"),
        (bytes, event, address) => {
          const request = { ...requestOf({ bytes: "" }), body: bytes, query: { event } };
          const reading = readNetwork(address as "auto", request);
          if (!reading.ok) expect(reading.problem).toMatch(/protobuf|DevEUI/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** A value with one of its parts replaced: `path` chooses a key on each level. */
function replaced(value: unknown, path: readonly number[], by: unknown): unknown {
  if (typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const [first = 0, ...rest] = path;
  const key = keys[first % Math.max(keys.length, 1)];
  if (key === undefined) return by;
  const part = (value as Record<string, unknown>)[key];
  (value as Record<string, unknown>)[key] = rest.length === 0 ? by : replaced(part, rest, by);
  return value;
}

describe("dedupe keys", () => {
  const up = (network: "tti" | "chirpstack", counter: number, at: string, data = "AQI=") => {
    const json =
      network === "tti"
        ? {
            end_device_ids: { dev_eui: "0101010101010101" },
            uplink_message: { f_port: 2, f_cnt: counter, frm_payload: data, received_at: at },
          }
        : { deviceInfo: { devEui: "0101010101010101" }, fPort: 2, fCnt: counter, data, time: at };
    return new Set(only(readNetwork(network, requestOf({ json, query: { event: "up" } }))).dedupeKeys);
  };
  const same = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].some((key) => b.has(key));

  test("two networks that heard the same frame name it alike, whenever it was", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1.7e12, max: 1.9e12 }),
        fc.integer({ min: 0, max: 30_000 }),
        fc.nat(70_000),
        (at, later, counter) => {
          const first = up("tti", counter, new Date(at).toISOString());
          const second = up("chirpstack", counter, new Date(at + later).toISOString());
          expect(same(first, second)).toBe(true);
        },
      ),
    );
  });

  test("another counter, another payload and another hour are another frame", () => {
    const frame = up("tti", 7, "2026-01-01T00:00:00Z");
    expect(same(frame, up("tti", 8, "2026-01-01T00:00:00Z"))).toBe(false);
    expect(same(frame, up("tti", 7, "2026-01-01T00:00:00Z", "AQM="))).toBe(false);
    expect(same(frame, up("chirpstack", 7, "2026-01-01T00:02:00Z"))).toBe(false);
  });

  test("what is simulated is a frame of its own each time, and a retry of it is not", () => {
    const keys = (id: string) => {
      const json = {
        end_device_ids: { dev_eui: "0101010101010101" },
        simulated: true,
        correlation_ids: [id],
        uplink_message: { f_port: 1, frm_payload: "AQ==" },
      };
      return new Set(only(readNetwork("tti", requestOf({ json }))).dedupeKeys);
    };
    expect(same(keys("a"), keys("a"))).toBe(true);
    expect(same(keys("a"), keys("b"))).toBe(false);
  });

  test("LORIOT's rx and gw of a frame are the same", () => {
    const [rx, gw] = BODIES.filter(({ network, expected }) => network === "loriot" && expected.counter === 73).map(
      (body) => new Set(only(readNetwork("loriot", requestOf(body))).dedupeKeys),
    );
    expect(same(rx ?? new Set(), gw ?? new Set())).toBe(true);
  });

  test("an uplink without a time is known again for a while by when it came", () => {
    const json = { applicationID: "1", devEUI: "0101010101010101", fPort: 1, fCnt: 3, data: "AQ==" };
    const read = (now: number) => new Set(only(readNetwork("chirpstack", { ...requestOf({ json }), now })).dedupeKeys);
    expect(same(read(NOW), read(NOW + 20_000))).toBe(true);
    expect(same(read(NOW), read(NOW + 120_000))).toBe(false);
  });
});

test("Actility: an uplink that confirms a downlink is two events, each known again when it comes again", () => {
  const read = (ack: unknown) => {
    const message = {
      Time: "2026-03-04T10:11:12.000+01:00",
      DevEUI: "A84041000181C066",
      FPort: 2,
      FCntUp: 9,
      ACKbit: ack,
      payload_hex: "0b",
    };
    const body = new TextEncoder().encode(JSON.stringify({ DevEUI_uplink: message }));
    const reading = readNetwork("actility", { body, contentType: "application/json", query: {}, headers: {}, now: 0 });
    return reading.ok ? reading.events : [];
  };
  for (const ack of [1, "1"]) expect(read(ack).map(({ kind }) => kind)).toEqual(["up", "ack"]);
  for (const ack of [0, "0", undefined]) expect(read(ack).map(({ kind }) => kind)).toEqual(["up"]);
  const [up, ack] = read(1);
  expect(ack?.downlink).toEqual({ ids: [], counter: null, port: null, reason: null });
  expect(ack?.dedupeKeys.some((key) => up?.dedupeKeys.includes(key))).toBe(false);
  expect(ack?.dedupeKeys).toEqual(read(1)[1]?.dedupeKeys ?? []);
});
