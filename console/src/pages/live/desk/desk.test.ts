import { describe, expect, test } from "bun:test";
import { asHex, asJson, asText, bounded, holds, inLine, type Message, MOST_MESSAGES, usualForm } from "./messages.ts";
import { publishLine, subscribeLine } from "./mosquitto.ts";
import { levelOf, placeOf } from "./topics.ts";
import { batchFault, payloadFault } from "./payload-check.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const message = (key: number): Message => ({
  key,
  at: 0,
  topic: "dtck/pump/1/TEMP",
  payload: bytes("21.5"),
  qos: 0,
  retain: false,
  dup: false,
  by: [],
  properties: [],
});

describe("payloads", () => {
  test.each([
    ["21.5", "text"],
    ['{"a":[1]}', "json"],
    ["{no json", "text"],
    ["\u0001\u0002", "hex"],
  ] as const)("%j is shown as %s", (text, form) => expect(usualForm(bytes(text))).toBe(form));

  test("what is no UTF-8 is no text; a dump says where, which bytes, and what of it is text", () => {
    const odd = new Uint8Array([0x41, 0xff, 0x0a]);
    expect([asText(odd), asJson(odd), inLine(odd)]).toEqual([null, null, "41 ff 0a"]);
    expect(asHex(odd)).toBe(`0000  ${"41 ff 0a".padEnd(47)}  A..`);
    expect(asHex(new Uint8Array(5000)).split("\n").at(-1)).toBe("… 904 B");
  });
  test("JSON is shown in lines", () => expect(asJson(bytes(' {"a":1} '))).toBe('{\n  "a": 1\n}'));
});

describe("the list", () => {
  test("the oldest go", () => {
    const many = Array.from({ length: MOST_MESSAGES }, (_, n) => message(n));
    const list = bounded(many, [message(MOST_MESSAGES)]);
    expect([list.length, list[0]?.key, list.at(-1)?.key]).toEqual([MOST_MESSAGES, 1, MOST_MESSAGES]);
    expect(bounded([message(0)], [...many, message(9999)]).length).toBe(MOST_MESSAGES);
  });
  test.each([
    ["", true],
    ["temp", true],
    ["21.", true],
    ["22", false],
  ])("%j is found: %p", (text, found) => expect(holds(message(1), text)).toBe(found));
});

describe("a payload for a field, before it is sent", () => {
  test.each([
    ["NUMERIC", "21.5", null],
    ["NUMERIC", "1e3", null],
    ["NUMERIC", '"21.5"', null],
    ["NUMERIC", "21,5", "number"],
    ["NUMERIC", "1e999", "number"],
    ["NUMERIC", "null", "null"],
    ["NUMERIC", " ", "empty"],
    ["INT", "22.00", null],
    ["INT", "22.5", "integer"],
    ["COUNTER", "22.5", null],
    ["BOOL", "On", null],
    ["BOOL", "yes", "bool"],
    ["STRING", "null", null],
    ["STRING", "", "empty"],
    ["STRING", '""', null],
    ["STRING", "x".repeat(65_537), "tooLarge"],
    ["GEO", "(52.5, 13.4)", null],
    ["GEO", '{"lat":52.5,"lon":13.4}', null],
    ["GEO", "152,13", "geo"],
    ["GEO", '{"lat":1,"lat2":2}', "geo"],
  ] as const)("%s %j: %p", (type, text, fault) => expect(payloadFault(text, type)).toBe(fault));

  test("on a device's topic: each field by its type; what the server alone can tell is left to it", () => {
    const types = new Map([["TEMP", "NUMERIC"]] as const);
    expect(batchFault('{"temp":"warm"}', types)).toEqual({ fault: "number", field: "TEMP" });
    expect(batchFault('{"temp":21.5,"other":"x"}', types)).toBeNull();
    expect(batchFault('[{"field":"TEMP","value":1}]', types)).toBeNull();
    expect(batchFault("21.5", types)).toEqual({ fault: "batch" });
    expect(batchFault("{", types)).toEqual({ fault: "batch" });
  });
});

test("the same for a shell", () => {
  const reach = { host: "cloud.example", port: 8883, tls: true };
  expect(subscribeLine(reach, [{ filter: "dtck/+/it's/#", qos: 1 }])).toBe(
    `mosquitto_sub -h cloud.example -p 8883 --cafile ca.pem -u "$FIELDCAST_TOKEN" -P "$FIELDCAST_TOKEN" -V 5 -q 1 -t 'dtck/+/it'\\''s/#' -v`,
  );
  const wish = {
    topic: "a/b",
    payload: "on",
    qos: 0,
    retain: true,
    contentType: "text/plain",
    expiry: "60",
    userProperties: [["by", "me"]],
  } as const;
  expect(publishLine({ ...reach, port: 1883, tls: false }, wish)).toBe(
    `mosquitto_pub -h cloud.example -p 1883 -u "$FIELDCAST_TOKEN" -P "$FIELDCAST_TOKEN" -V 5 -q 0 -r -D publish content-type 'text/plain' -D publish message-expiry-interval 60 -D publish user-property 'by' 'me' -t 'a/b' -m 'on'`,
  );
});

test.each([
  ["", "prefix", "", ""],
  ["dt", "prefix", "", ""],
  ["dtck-pub/pu", "product", "dtck-pub/", ""],
  ["dtck/pump/", "device", "dtck/pump/", "pump"],
  ["dtck/pump/1/TE", "field", "dtck/pump/1/", "pump"],
  ["dtck/+/1", null, "dtck/+/", "+"],
  ["home/x", null, "home/", ""],
  ["dtck/a/b/C/d", null, "dtck/a/b/C/", "a"],
] as const)("%j is completed at %p", (topic, level, before, product) =>
  expect(levelOf(topic, "dtck")).toMatchObject({ level, before, product }),
);

test("what a publish topic names", () => {
  expect(placeOf("dtck-pub/pump/1/temp", "dtck")).toEqual({ product: "pump", device: "1", field: "TEMP" });
  expect(placeOf("dtck-pub/pump/1", "dtck")).toEqual({ product: "pump", device: "1", field: null });
  for (const other of ["dtck/pump/1/TEMP", "dtck-pub/pump", "dtck-pub/pump/1/", "a/b/c"])
    expect(placeOf(other, "dtck")).toBeNull();
});
