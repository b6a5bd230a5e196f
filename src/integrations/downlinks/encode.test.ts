import { afterAll, expect, test } from "bun:test";
import { Sandbox } from "../../decoders/sandbox.ts";
import { Directory } from "../../fleet/directory.ts";
import { PLAIN_DOWNLINK } from "../../fleet/edit/downlinks.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Downlink } from "../../fleet/types.ts";
import { encode, type ProductNetwork } from "./encode.ts";
import type { FieldValue } from "./types.ts";

/** Encoders of all forms in the sandbox itself. */

const sandbox = new Sandbox({ processes: 1 });
afterAll(() => sandbox.stop());

const directory = new Directory();
directory.apply([
  { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "W" } },
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
    },
  },
  { kind: "field", op: "put", row: { uid: 1, product: 1, id: "INTERVAL", type: "INT", name: "I", unit: null } },
  { kind: "field", op: "put", row: { uid: 2, product: 1, id: "LED", type: "BOOL", name: "L", unit: null } },
  { kind: "field", op: "put", row: { uid: 3, product: 1, id: "RAW", type: "STRING", name: "R", unit: null } },
  { kind: "device", op: "put", row: { uid: 1, product: 1, id: "d1", name: "Cellar", serial: "A1", tags: [] } },
]);
const device = directory.deviceByUid(1) as DeviceNode; // of the fleet above
const current = new Map<string, { value: FieldValue; time: number }>([
  ["INTERVAL", { value: 600, time: 5_000_000 }],
  ["LED", { value: true, time: 0 }],
  ["RAW", { value: "AQI=", time: 0 }],
]);
const needs = {
  call: (call: Parameters<Sandbox["call"]>[0]) => sandbox.call(call),
  valuesOf: () => current,
  configurationOf: () => ({ scale: 2, mode: "eco" }),
};
const HTTP: ProductNetwork = {
  name: "h",
  type: "http",
  server: "https://api.example",
  application: null,
  webhook: null,
  key: "k",
};
const LORA: ProductNetwork = { ...HTTP, type: "chirpstack" };

function encoded(
  code: string,
  more: Partial<Downlink> = {},
  given: Record<string, unknown> = {},
  network: ProductNetwork | null = LORA,
) {
  const definition: Downlink = {
    ...PLAIN_DOWNLINK,
    uid: 1,
    product: 1,
    name: "x",
    source: "encoder",
    content: code,
    port: 2,
    ...more,
  };
  return encode(needs, definition, device, given, network);
}
const bytes = (hex: string, port = 2) => ({ is: "content", content: { form: "bytes", hex, port } });

test.each<[string, string, object]>([
  [
    "a list of bytes",
    "function Encoder(m, port) { return [port, m.INTERVAL.value >> 8, m.INTERVAL.value & 255]; }",
    bytes("020258"),
  ],
  [
    "by name in brackets",
    'function Encoder(measurements, port) { return [measurements["LED"].value ? 1 : 0]; }',
    bytes("01"),
  ],
  ["with its time", "function Encoder(m) { return [m.INTERVAL.timestamp]; }", bytes("05")],
  [
    "the signs of a text",
    'function Encoder(m) { var s = "on", out = []; for (var i = 0; i < s.length; i++) out.push(s.charCodeAt(i)); return out; }',
    bytes("6f6e"),
  ],
  ["with a port of its own", "function Encoder(m) { return { bytes: [1], port: 99 }; }", bytes("01", 99)],
  [
    "TS013",
    "function encodeDownlink(input) { return { bytes: [input.data.interval / 60], fPort: 7 }; }",
    bytes("0a", 7),
  ],
  [
    "TS013 with warnings",
    "function encodeDownlink(i) { return { bytes: [i.fPort], warnings: ['w'], errors: [] }; }",
    bytes("02"),
  ],
  [
    "TS013 beside a decoder",
    "function decodeUplink(i) { return { data: {} }; } function encodeDownlink(i) { return { bytes: [3] }; }",
    bytes("03"),
  ],
  [
    "ChirpStack v3",
    "function Encode(fPort, obj, variables) { return [fPort, obj.interval / 100, Number(variables.scale)]; }",
    bytes("020602"),
  ],
  ["exported", "exports.encodeDownlink = function (i) { return { bytes: [4] }; };", bytes("04")],
  ["of a module", "module.exports = { encodeDownlink: (i) => ({ bytes: [5] }) };", bytes("05")],
  ["an ES module", "export function encodeDownlink(i) { return { bytes: [6] }; }", bytes("06")],
  [
    "what is set for the device",
    "function Encoder(m) { return [m.INTERVAL.value / 100 * configurationValues.scale]; }",
    bytes("0c"),
  ],
  [
    "Buffer",
    "function Encoder(m) { var b = Buffer.alloc(2); b.writeUInt16BE(m.INTERVAL.value, 0); return Array.from(b); }",
    bytes("0258"),
  ],
  [
    "polyfills of its own",
    "if (!String.prototype.padStart) String.prototype.padStart = function () {}; function Encoder(m) { return ['7'.padStart(2, '0').length]; }",
    bytes("02"),
  ],
  ["nothing", "function Encoder(m) { return []; }", { is: "nothing" }],
  ["null", "function Encoder(m) { return null; }", { is: "nothing" }],
  [
    "errors of TS013",
    "function encodeDownlink(i) { return { errors: ['unknown mode'] }; }",
    { is: "problem", problem: "unknown mode" },
  ],
  [
    "no function",
    "var a = 1;",
    { is: "problem", problem: expect.stringContaining("no function encodeDownlink, Encoder or Encode") },
  ],
  [
    "an exception",
    "\nfunction Encoder(m) {\n  return m.NONE.value;\n}",
    { is: "problem", problem: expect.stringContaining("(line 3)") },
  ],
  [
    "a byte that is none",
    "function Encoder(m) { return [1, 256]; }",
    { is: "problem", problem: expect.stringContaining("byte 1") },
  ],
  [
    "not a number",
    "function Encoder(m) { return [0 / 0]; }",
    { is: "problem", problem: expect.stringContaining("byte 0") },
  ],
  [
    "a loop without end",
    "function Encoder(m) { for (;;) {} }",
    { is: "problem", problem: expect.stringContaining("the encoder failed") },
  ],
])("an encoder for LoRaWAN gives %s", async (_, code, expected) => {
  expect(await encoded(code, { fields: ["INTERVAL"] })).toMatchObject(expected);
});

test("what is sent along takes the place of current values; a codec gets it as it is", async () => {
  const seen = "function Encoder(m) { console.log(JSON.stringify(m)); return [1]; }";
  const { log } = await encoded(seen, {}, { interval: 7, other: 1 });
  expect(JSON.parse(log[0] ?? "")).toMatchObject({ INTERVAL: { value: 7 }, LED: { value: true, timestamp: 0 } });
  const codec = "function encodeDownlink(i) { console.log(JSON.stringify(i.data)); return { bytes: [1] }; }";
  const { log: told } = await encoded(codec, { fields: ["LED"], triggers: ["INTERVAL"] }, { Mode: "eco", interval: 9 });
  expect(JSON.parse(told[0] ?? "")).toEqual({ led: true, interval: 9, Mode: "eco" });
});

test("a request, a message, values for fields: Encoder(device, measurements)", async () => {
  const request =
    "function Encoder(device, m) { return { url: '/d/' + device.id + '/' + device.serial_number, body: { on: m.LED.value } }; }";
  expect(await encoded(request, {}, {}, HTTP)).toMatchObject({
    content: { form: "request", request: { method: "POST", url: "https://api.example/d/d1/A1", body: '{"on":true}' } },
  });
  const message =
    "function Encoder(device, m) { return { topic: 'cmnd/' + device.name, payload: m.LED.value ? 'ON' : 'OFF' }; }";
  expect(await encoded(message, { way: "broker" })).toMatchObject({
    content: { form: "message", topic: "cmnd/Cellar", payload: "ON" },
  });
  const silent = "function Encoder() { return { topic: '', payload: '' }; }";
  expect(await encoded(silent, { way: "broker" })).toMatchObject({ is: "nothing" });
  const rows = [
    "function Encoder(device, m) { return { led: false, INTERVAL: m.INTERVAL.value + 1 }; }",
    "function Encoder(device, m) { return [{ field: 'led', value: false }, { field: 'interval', value: m.INTERVAL.value + 1 }]; }",
  ];
  for (const code of rows)
    expect(await encoded(code, { way: "field" })).toMatchObject({
      content: {
        form: "rows",
        rows: [
          { field: "LED", value: false },
          { field: "INTERVAL", value: 601 },
        ],
      },
    });
  const one = "function Encoder(device, m) { return m.INTERVAL.value * 2; }";
  expect(await encoded(one, { way: "field", target: "INTERVAL" })).toMatchObject({
    content: { form: "rows", rows: [{ field: "INTERVAL", value: 1200 }] },
  });
  expect(await encoded(one, { way: "field" })).toMatchObject({
    is: "problem",
    problem: expect.stringContaining("for which field"),
  });
});

test("more values than a downlink sets are a problem, and what is passed over is told with the log", async () => {
  const many = (n: number) =>
    `function Encoder() { return Array.from({ length: ${n} }, () => ({ field: 'interval', value: 1 })); }`;
  expect(await encoded(many(1000), { way: "field" })).toMatchObject({ is: "content", log: [] });
  expect(await encoded(many(1003), { way: "field" })).toMatchObject({
    is: "problem",
    problem: "the encoder gave 1003 values; a downlink sets 1000 at most, so none was set",
  });
  const odd = "function Encoder() { return [{ field: 'interval', value: 1 }, 7]; }";
  expect(await encoded(odd, { way: "field" })).toMatchObject({
    content: { form: "rows", rows: [{ field: "INTERVAL", value: 1 }] },
    log: ["7 in the list is no {field, value}"],
  });
});

test("without a script: a field's bytes, the same bytes, the same text", async () => {
  expect(await encoded("RAW", { source: "field" })).toMatchObject(bytes("0102"));
  expect(await encoded("RAW", { source: "field" }, { raw: "0xff" })).toMatchObject(bytes("ff"));
  expect(await encoded("RAW", { source: "field" }, { raw: "no bytes!" })).toMatchObject({
    problem: expect.stringContaining("holds neither"),
  });
  expect(await encoded("01 02", { source: "hex" })).toMatchObject(bytes("0102"));
  expect(await encoded("on", { source: "text" })).toMatchObject(bytes("6f6e"));
  expect(await encoded("on", { source: "text", way: "field", target: "RAW" })).toMatchObject({
    content: { form: "rows", rows: [{ field: "RAW", value: "on" }] },
  });
});

test("a sandbox that stops is no fault of the encoder", async () => {
  const stopped = new Sandbox({ processes: 1 });
  stopped.stop();
  const definition: Downlink = {
    ...PLAIN_DOWNLINK,
    uid: 1,
    product: 1,
    name: "x",
    source: "encoder",
    content: "function Encoder() {}",
  };
  const ended = await encode({ ...needs, call: (call) => stopped.call(call) }, definition, device, {}, LORA);
  expect(ended.is).toBe("later");
});
