import { describe, expect, test } from "bun:test";
import { createRequire } from "node:module";
import fc from "fast-check";

/** The pure parts of our nodes for Node-RED (`node-red/lib`). */

const part = createRequire(import.meta.url);
const { filterOf, identifierOf, targetOf, topicOf } = part("../node-red/lib/topics.js");
const { payloadOf, timestampOf, typed } = part("../node-red/lib/values.js");
const { placeOf } = part("../node-red/lib/place.js");
const { rangeOf } = part("../node-red/lib/range.js");
const { changesOf } = part("../node-red/lib/presence.js");

describe("topics", () => {
  test.each([
    [{}, "dtck/+/+/+"],
    [{ product: "meter", device: "*", field: "+" }, "dtck/meter/+/+"],
    [{ product: " meter ", device: "m1", field: "temperature" }, "dtck/meter/m1/TEMPERATURE"],
  ])("%j is heard under %s", (of, filter) => {
    expect(filterOf(of)).toBe(filter);
  });
  test.each([{ product: "a/b" }, { device: "#" }, { field: "A\0" }])("%j is refused", (of) => {
    expect(() => filterOf(of)).toThrow("is no product, device or field");
  });
  test("a filter has the same identifier each time, within MQTT's range, and others have others", () => {
    const seen = new Set<number>();
    for (let n = 0; n < 1000; n++) seen.add(identifierOf(`dtck/p/d${n}/+`));
    expect(seen.size).toBe(1000);
    fc.assert(
      fc.property(fc.string(), (filter) => {
        const id = identifierOf(filter);
        expect(id).toBe(identifierOf(filter));
        expect(id).toBeGreaterThanOrEqual(1);
        expect(id).toBeLessThanOrEqual(268_435_455);
      }),
    );
  });
  test.each([
    [{ product: "p", device: "d", field: "F" }, { product: "q", topic: "dtck/x/y/Z" }, "dtck-pub/p/d/F"],
    [{}, { product: "p", device: 7, field: "F" }, "dtck-pub/p/7/F"],
    [{}, { topic: "dtck/x/y/Z" }, "dtck-pub/x/y/Z"],
    [{}, { topic: "dtck-pub/x/y" }, "dtck-pub/x/y"],
    [{ device: "d" }, { topic: "dtck/x/y/Z" }, "dtck-pub/x/d/Z"],
  ])("%j and the message %j are recorded on %s", (set, msg, topic) => {
    expect(topicOf(targetOf(set, msg))).toBe(topic);
  });
  test("without a product or device, or with a wildcard, it says what to do", () => {
    expect(() => targetOf({}, { topic: "elsewhere/x/y" })).toThrow("No product is named");
    expect(() => targetOf({ product: "p" }, {})).toThrow("set msg.device");
    expect(() => targetOf({ product: "p", device: "+" }, {})).toThrow("is no device");
  });
});

describe("values", () => {
  test.each([
    ["22.5", "NUMERIC", 22.5],
    ["1e+21", "NUMERIC", 1e21],
    ["7", "INT", 7],
    ["100", "COUNTER", 100],
    ["true", "BOOL", true],
    ["False", "BOOL", false],
    ["22.00", "STRING", "22.00"],
    ["(52.5,-13.4)", "GEO", { lat: 52.5, lng: -13.4 }],
    ["22.5", undefined, "22.5"],
  ])("%s as %s is %j", (text, type, value) => {
    expect(typed(text, type)).toEqual(value);
  });
  test("what is recorded is read back as it was", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(typed(payloadOf(value, false), "NUMERIC")).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });
  test("a batch is JSON, bytes stay bytes, and what is nothing is refused in words", () => {
    expect(payloadOf({ A: 1 }, true)).toBe('{"A":1}');
    expect(payloadOf(Buffer.from("on"), false)).toEqual(Buffer.from("on"));
    expect(() => payloadOf(undefined, false)).toThrow("msg.payload is empty");
    expect(() => payloadOf(21, true)).toThrow("no field is named");
    expect(() => payloadOf(Number.NaN, false)).toThrow("NaN is no number");
  });
  test.each([
    [undefined, undefined],
    [0, "1970-01-01T00:00:00.000Z"],
    [new Date("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00.000Z"],
    ["1767225600", "1767225600"],
  ])("the time %p is sent as %p", (given, sent) => {
    expect(timestampOf(given)).toBe(sent);
  });
  test("what is no time is refused", () => {
    expect(() => timestampOf(new Date("nope"))).toThrow("no time");
  });
});

describe("places", () => {
  test.each([
    [{ host: "iot.example.com" }, "mqtts://iot.example.com:8883", "https://iot.example.com:8443/"],
    [{ host: "::1", useTls: false }, "mqtt://[::1]:1883", "http://[::1]:8080/"],
    [{ host: "h", mqttPort: "1", httpPort: 65535 }, "mqtts://h:1", "https://h:65535/"],
  ])("%j", (config, mqtt, http) => {
    const place = placeOf(config);
    expect([place.mqtt, place.http.href]).toEqual([mqtt, http]);
  });
  test.each([
    [{ host: " " }, "Enter the name"],
    [{ host: "https://h" }, "no host name"],
    [{ host: "h", mqttPort: "70000" }, "MQTT port"],
    [{ host: "h", httpPort: "x" }, "HTTP port"],
  ])("%j is refused in words", (config, words) => {
    expect(() => placeOf(config)).toThrow(words);
  });
});

test("ranges: the message's own before the node's", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  expect(rangeOf({ last: "24h" }, {}, now)).toEqual({ from: "2026-02-28T12:00:00.000Z", to: undefined });
  expect(rangeOf({ last: "7d" }, { to: "2026-02-08T00:00:00Z" }, now)).toEqual({
    from: "2026-02-01T00:00:00.000Z",
    to: "2026-02-08T00:00:00Z",
  });
  expect(rangeOf({ last: "24h" }, { from: 0 }, now)).toEqual({ from: "1970-01-01T00:00:00.000Z", to: undefined });
  expect(() => rangeOf({ last: "soon" }, {}, now)).toThrow("no length of time");
});

test("presence tells who is new, came or went, and nobody twice", () => {
  const list = (...online: boolean[]) => online.map((is, n) => ({ product: "p", id: `d${n}`, online: is }));
  const first = changesOf(new Map(), list(true, false));
  expect(first.changed).toHaveLength(2);
  const second = changesOf(first.after, list(true, true));
  expect(second.changed).toEqual([{ product: "p", id: "d1", online: true }]);
  expect(changesOf(second.after, list(true, true)).changed).toEqual([]);
});
