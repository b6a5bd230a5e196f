import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkCodecs, type Wrong } from "./check.ts";
import { Sandbox } from "./sandbox.ts";
import { type Call, type CallKind, type FunctionName, LIMITS, type Outcome } from "./types.ts";
import { scriptOf } from "./worker.ts";

/** Room for a machine that does much else: what is tested is what ends a script, not how soon. */
const limits = { ...LIMITS, wallMs: 500 };
const deaths: [string, string][] = [];
const off: string[] = [];
let sandbox: Sandbox;
beforeAll(() => {
  sandbox = new Sandbox({
    limits,
    processes: 2,
    onDeath: (why, amid) => void deaths.push([why, amid?.script.code ?? ""]),
    onOff: (call) => void off.push(call.script.code),
  });
});
afterAll(() => sandbox.stop());

const UPLINK = { bytes: [1, 2, 255], fPort: 2, recvTime: 1_700_000_000_000, variables: { v: "1" } };
function run(code: string, more: Partial<Call> = {}, on = sandbox): Promise<Outcome> {
  return on.call({ workspace: "w", script: scriptOf(code), kind: "uplink", input: UPLINK, ...more });
}
async function resultOf(code: string, more: Partial<Call> = {}): Promise<unknown> {
  const outcome = await run(code, more);
  return outcome.ok ? outcome.result : outcome;
}
const body = (code: string) => `function Decoder(bytes, port, info) { ${code} }`;

describe("every signature", () => {
  const request = {
    method: "POST",
    path: "/integrations/api/x/",
    body: '{"a":1}',
    headers: { "content-type": "json" },
    GET: { q: ["1"] },
    POST: {},
  };
  const TABLE: readonly [string, CallKind, unknown, FunctionName, unknown][] = [
    [
      "function decodeUplink(i) { return { data: [i.bytes, i.fPort, i.recvTime.toISOString(), i.variables.v] } }",
      "uplink",
      UPLINK,
      "decodeUplink",
      { data: [[1, 2, 255], 2, "2023-11-14T22:13:20.000Z", "1"] },
    ],
    [
      "function Decoder(bytes, port) { return { a: bytes.length, port: port } }",
      "uplink",
      UPLINK,
      "Decoder",
      { a: 3, port: 2 },
    ],
    [
      "function Decode(fPort, bytes, variables) { return { a: bytes.shift(), fPort: fPort, v: variables.v } }",
      "uplink",
      UPLINK,
      "Decode",
      { a: 1, fPort: 2, v: "1" },
    ],
    [
      "function Decode(p, b) {} function Decoder(b, p) {} function decodeUplink(i) { return {} }",
      "uplink",
      UPLINK,
      "decodeUplink",
      {},
    ],
    [
      "function normalizeUplink(i) { return { data: { t: i.data.x + 1 } } }",
      "normalize",
      { data: { x: 1 } },
      "normalizeUplink",
      { data: { t: 2 } },
    ],
    [
      "function Decoder(request) { return [request.method, request.path, JSON.parse(request.body).a, request.headers, request.GET.q[0]] }",
      "request",
      { request },
      "Decoder",
      ["POST", request.path, 1, request.headers, "1"],
    ],
    [
      "function Decoder(topic, payload) { return { t: topic, p: payload } }",
      "message",
      { topic: "a/b", payload: "21" },
      "Decoder",
      { t: "a/b", p: "21" },
    ],
    [
      "function encodeDownlink(i) { return { bytes: [i.data.on ? 1 : 0], fPort: i.fPort } }",
      "downlink",
      { values: { on: true }, fPort: 3, variables: {} },
      "encodeDownlink",
      { bytes: [1], fPort: 3 },
    ],
    [
      "function Encoder(measurements, port) { return [measurements.T.value, port] }",
      "downlink",
      { values: { T: { value: 7 } }, fPort: 4, variables: {} },
      "Encoder",
      [7, 4],
    ],
    [
      "function Encode(fPort, obj, variables) { return [fPort, obj.a] }",
      "downlink",
      { values: { a: 9 }, fPort: 5, variables: {} },
      "Encode",
      [5, 9],
    ],
    [
      "function decodeDownlink(i) { return { data: { b: i.bytes[2] } } }",
      "readback",
      UPLINK,
      "decodeDownlink",
      { data: { b: 255 } },
    ],
    [
      "function Encoder(device, measurements) { return { topic: device.id, payload: String(measurements.T.value) } }",
      "outgoing",
      { device: { id: "d" }, measurements: { T: { value: 1 } } },
      "Encoder",
      { topic: "d", payload: "1" },
    ],
    ["exports.decodeUplink = (i) => ({ data: 1 })", "uplink", UPLINK, "decodeUplink", { data: 1 }],
    ["module.exports = { decodeUplink(i) { return { data: 2 } } }", "uplink", UPLINK, "decodeUplink", { data: 2 }],
    [
      "var driver = { decodeUplink: function (i) { return { data: 3 } } };",
      "uplink",
      UPLINK,
      "decodeUplink",
      { data: 3 },
    ],
    [
      `import { Buffer } ${"from"} "buffer";\nexport function decodeUplink(i) { return { data: Buffer.from(i.bytes).readUInt16BE(0) } }`,
      "uplink",
      UPLINK,
      "decodeUplink",
      { data: 258 },
    ],
    ["const Decoder = (bytes) => ({ a: bytes[0] })", "uplink", UPLINK, "Decoder", { a: 1 }],
    [
      '"use strict"; function Decoder(bytes) { return { a: this === undefined } }',
      "uplink",
      UPLINK,
      "Decoder",
      { a: true },
    ],
    [
      "function Decoder(b) { return this.help(b) } function help(b) { return { a: b[1] } }",
      "uplink",
      UPLINK,
      "Decoder",
      { a: 2 },
    ],
    ["function Decoder(b) { x = 010; with ({ y: 1 }) { return { a: x + y } } }", "uplink", UPLINK, "Decoder", { a: 9 }],
  ];
  test.each(TABLE)("%s", async (code, kind, input, called, result) => {
    expect(await run(code, { kind, input })).toMatchObject({ ok: true, called, result } as never);
  });

  test("the function that is declared, and no other", async () => {
    const code = "function decodeUplink(i) { return { data: 1 } } function Decoder(b) { return { a: 1 } }";
    expect(await run(code, { declared: "Decoder" })).toMatchObject({ ok: true, called: "Decoder" });
    expect(await run(code, { declared: "Decode" })).toMatchObject({
      ok: false,
      reason: "threw",
      message: "ReferenceError: the script has no function Decode",
    });
  });
});

describe("what a script finds", () => {
  test("the globals that are handed in, and the log", async () => {
    const globals = { rawPayload: { a: [1] }, configurationValues: { LIMIT: 5 }, deviceSerialToId: { s: "d" } };
    const outcome = await run(
      body(
        'console.log("x", { b: 1 }, 2); console.error("bad"); return { a: rawPayload.a[0], l: configurationValues.LIMIT, d: deviceSerialToId.s }',
      ),
      { globals },
    );
    expect(outcome).toMatchObject({ ok: true, result: { a: 1, l: 5, d: "d" }, log: ['x {"b":1} 2', "error: bad"] });
  });

  test.each([
    ['Buffer.from("01ff", "hex").toString("base64")', "Af8="],
    ['Buffer.from("Af8=", "base64").toString("hex")', "01ff"],
    ['Buffer.from("é€😀").toString("hex")', Buffer.from("é€😀").toString("hex")],
    ["Buffer.from(bytes).readInt16LE(1)", Buffer.from([1, 2, 255]).readInt16LE(1)],
    ["Buffer.concat([Buffer.from([1]), Buffer.alloc(2, 7)]).length", 3],
    ["new Buffer([1, 2, 3]).slice(1).toString('hex')", "0203"],
    [
      "(function () { var b = Buffer.alloc(8); b.writeDoubleBE(1.5); b.writeFloatLE(2.5, 4); return b.toString('hex') })()",
      (() => {
        const b = Buffer.alloc(8);
        b.writeDoubleBE(1.5);
        b.writeFloatLE(2.5, 4);
        return b.toString("hex");
      })(),
    ],
    ["Buffer.from([255, 254, 253]).readIntBE(0, 3)", Buffer.from([255, 254, 253]).readIntBE(0, 3)],
    [
      "new TextDecoder().decode(new Uint8Array([0xe2, 0x82, 0xac, 0xff]))",
      new TextDecoder().decode(Uint8Array.of(0xe2, 0x82, 0xac, 0xff)),
    ],
    ["Array.from(new TextEncoder().encode('€')).join()", "226,130,172"],
    ["btoa('ab') + atob('YWI=')", "YWI=ab"],
    ['require("buffer").Buffer === Buffer', true],
    ["new Date(0).getTimezoneOffset()", 0],
    ["typeof setTimeout + typeof fetch + typeof process + typeof Bun + typeof WebAssembly", "undefined".repeat(5)],
  ])("%s", async (expression, value) => {
    expect(await resultOf(body(`return { v: ${expression} }`))).toEqual({ v: value });
  });

  test("any bytes are read as UTF-8 just as the platform reads them", async () => {
    const cases = Array.from({ length: 300 }, (_, n) =>
      Array.from(
        { length: n % 7 },
        (_, i) =>
          [0x41, 0xc3, 0xa9, 0xe2, 0x82, 0xf0, 0x9f, 0xed, 0xa0, 0xff, 0x80][
            (n * 7 + i * i * 3 + (n >> 3)) % 11
          ] as number,
      ),
    );
    const got = await resultOf(
      body("return bytes.map(function (b) { return new TextDecoder('utf-8').decode(new Uint8Array(b)) })"),
      { input: { ...UPLINK, bytes: cases } },
    );
    expect(got).toEqual(cases.map((one) => new TextDecoder().decode(Uint8Array.from(one))));
  });

  test("a promise is no result: nothing waits for it, and that is said", async () => {
    for (const code of [
      "async function Decoder() { return { t: 1 }; }",
      "var Decoder = () => Promise.resolve({ t: 1 });",
    ])
      expect(await run(code)).toMatchObject({
        ok: false,
        reason: "threw",
        line: null,
        message: expect.stringContaining("gave a promise"),
      });
  });

  test("the log shows what is no number by its name", async () => {
    expect(await run("function Decoder() { console.log(NaN, { a: [NaN, -Infinity] }); }")).toMatchObject({
      log: ['NaN {"a":["NaN","-Infinity"]}'],
    });
  });

  test("there are no other modules, and the refusal names it", async () => {
    expect(await run(`const fs = ${"require"}("fs"); function Decoder() {}`)).toMatchObject({
      ok: false,
      message: expect.stringContaining('There is no module "fs"'),
    });
  });
});

describe("nothing is shared", () => {
  test("between messages: variables, undeclared ones, changed globals, the log", async () => {
    const code = `var n = 0; ${body("n++; if (typeof leak === 'undefined') leak = 0; leak++; exports.x = 1; console.log(n); return { n: n, leak: leak, context: context.push(1) }")}`;
    for (let i = 0; i < 3; i++)
      expect(await run(code)).toMatchObject({ result: { n: 1, leak: 1, context: 1 }, log: ["1"] });
  });
  test("between scripts and workspaces", async () => {
    await run(
      body("Array.prototype.evil = 1; Object.prototype.worse = 2; JSON.parse = null; globalThis.kept = 1; return {}"),
    );
    const look = body(
      "return { a: [].evil === undefined, b: {}.worse === undefined, c: typeof kept, d: JSON.parse('1') }",
    );
    for (const workspace of ["w", "other"])
      expect(await resultOf(look, { workspace })).toEqual({ a: true, b: true, c: "undefined", d: 1 });
  });
  test("a script that spoils what it finds harms itself alone", async () => {
    const code = body(
      "Object.prototype.x = 1; Array.prototype.push = JSON.stringify = Object.keys = null; return { a: 1 }",
    );
    for (let i = 0; i < 3; i++) expect(await resultOf(code)).toEqual({ a: 1 });
  });
});

describe("a script is stopped", () => {
  const deep = "var o = {}, c = o; for (var i = 0; i < 2e4; i++) { c.a = {}; c = c.a }";
  test.each<[string, string, string, number | null]>([
    ["while (true) {}", "timeout", "took longer than 100 ms", null],
    ["try { while (true) {} } catch (e) { return 1 } finally { while (true) {} }", "timeout", "took longer", null],
    ["return /^(a+)+$/.test('a'.repeat(40) + 'b')", "timeout", "took longer", null],
    ["var a = []; while (true) a.push(new Uint8Array(1e6))", "memory", "more than 24 MiB", null],
    [`${deep} return o`, "threw", "nested deeper than 32 levels", null],
    [`${deep} return JSON.stringify(o)`, "any", "", null],
    ["return JSON.parse('['.repeat(2e5))", "threw", "", null],
    ["function f() { return f() + 1 } return f()", "threw", "stack overflow", null],
    ["return { a: 'x'.repeat(300000) }", "too_large", "larger than 256 KiB", null],
    ["return new Array(1e6).fill(1)", "threw", "more than 20000 parts", null],
    ["var a = []; a[0] = a; return a", "threw", "nested deeper", null],
    ["\n\n  return bytes.no.thing", "threw", "TypeError: cannot read property 'thing' of undefined", 3],
    ["\n throw 'a text'", "threw", "the decoder threw a text", null],
    ["return { get a() { throw new Error('in a getter') } }", "threw", "in a getter", 1],
    ["throw { toString() { throw 1 } }", "threw", "the decoder threw {}", null],
    ["return new Proxy({}, { ownKeys() { while (true) {} } })", "timeout", "took longer", null],
    ["return { toJSON() { return { toJSON() { return 1 } } } }", "ok", "", null],
  ])("%s", async (code, reason, message, line) => {
    const outcome = await run(body(code));
    if (reason === "ok") return expect(outcome).toMatchObject({ ok: true, result: 1 });
    // deep recursion ends inside the VM or outside it: either way it is an error of the script's
    const wanted = reason === "any" ? expect.any(String) : reason;
    expect(outcome).toMatchObject({ ok: false, reason: wanted, message: expect.stringContaining(message) } as never);
    if (line !== null && !outcome.ok) expect(outcome.line).toBe(line);
    expect(await resultOf(body("return { fine: 1 }"))).toEqual({ fine: 1 });
  });

  test("a syntax error names its line", async () => {
    expect(await run("function Decoder() {\n  let x = 1;\n  return ] }")).toMatchObject({
      ok: false,
      reason: "threw",
      line: 3,
    });
  });
  test("a script without any function says which are looked for", async () => {
    expect(await run("var a = 1")).toMatchObject({
      ok: false,
      message: "ReferenceError: the script has no function decodeUplink, Decoder or Decode",
    });
  });

  const NATIVE = [
    "new Array(1e9).join('x')",
    "var a = []; a.length = 4294967295; a.indexOf(2)",
    "[].includes.call({ length: Number.MAX_SAFE_INTEGER }, 1)",
  ];
  test.each(NATIVE)(
    "by the watchdog, from outside: %s; off after the second time, and the others go on",
    async (code) => {
      const own = { workspace: `native ${code}` };
      const good = body("return { a: bytes[0] }");
      for (const [i, word] of ["could not be stopped", "switched off now", "is switched off"].entries()) {
        const bad = run(body(code), own);
        const others = Array.from({ length: 20 }, (_, n) => resultOf(`${good}//${n % 4}`));
        expect(await bad).toMatchObject({
          ok: false,
          reason: i < 2 ? "killed" : "off",
          message: expect.stringContaining(word),
        });
        expect(await Promise.all(others)).toEqual(others.map(() => ({ a: 1 })));
      }
      const { id } = scriptOf(body(code));
      expect(deaths.filter(([why, amid]) => why === "killed" && amid === body(code))).toHaveLength(2);
      expect(off.filter((amid) => amid === body(code))).toHaveLength(1);
      expect([sandbox.isOff(own.workspace, id), sandbox.isOff("w", id)]).toEqual([true, false]);
      sandbox.on(own.workspace, id);
      expect(sandbox.isOff(own.workspace, id)).toBe(false);
    },
  );
});

test("calls of one script end in their order, and each gets its own answer, also when the process is killed amid them", async () => {
  const code = body("return { n: port }");
  const order: number[] = [];
  const calls = Array.from({ length: 2000 }, (_, fPort) => {
    if (fPort === 700) for (const pid of sandbox.pids) process.kill(pid, "SIGKILL");
    return run(code, { input: { ...UPLINK, fPort } }).then((outcome) => {
      order.push(fPort);
      return outcome.ok ? (outcome.result as { n: number }).n : outcome.reason;
    });
  });
  const got = await Promise.all(calls);
  // also the call that it died in: nothing says that the script is to blame
  expect(got).toEqual([...got.keys()]);
  expect(order).toEqual([...got.keys()]);
});

test("a script that loops at its first call is ended like any other, and not when a process has had its time to come up", async () => {
  // a clock that is slow: what takes the time that a process may take to come up takes minutes
  const slow = { limits: { ...limits, wallMs: 25 }, processes: 1, now: () => performance.now() / 20 };
  const own = new Sandbox(slow);
  const bad = run(body("return [].indexOf.call({ length: Number.MAX_SAFE_INTEGER }, 1)"), {}, own);
  expect(await bad).toMatchObject({ ok: false, reason: "killed" });
  own.stop();
});

test("the limits are those that are set", async () => {
  const own = new Sandbox({ limits: { ...limits, cpuMs: 20, wallMs: 5000, resultChars: 2048 }, processes: 1 });
  expect(await run(body("for (;;) {}"), {}, own)).toMatchObject({
    reason: "timeout",
    message: expect.stringContaining("20 ms"),
  });
  expect(await run(body("return 'x'.repeat(3000)"), {}, own)).toMatchObject({ reason: "too_large" });
  own.stop();
});

test("hundreds of scripts in twenty workspaces: memory stays bounded", async () => {
  const many = Array.from({ length: 400 }, (_, i) =>
    resultOf(body(`return { a: ${i} }`), { workspace: `ws ${i % 20}` }),
  );
  expect(await Promise.all(many)).toEqual(many.map((_, i) => ({ a: i })));
  const sizes = sandbox.pids.map(
    (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024,
  );
  expect(Math.max(...sizes)).toBeLessThan(400);
});

test("too many calls that wait are an answer, and stopping tells each", async () => {
  const own = new Sandbox({ limits, processes: 1 });
  const calls = Array.from({ length: 10_050 }, () => run(body("return {}"), {}, own));
  own.stop();
  const outcomes = await Promise.all(calls);
  const reasons = Map.groupBy(outcomes, (outcome) => (outcome.ok ? "ok" : outcome.reason));
  expect(reasons.get("busy")).toHaveLength(50);
  expect(reasons.get("stopped")).toHaveLength(10_000);
  expect(await run(body("return {}"), {}, own)).toMatchObject({ reason: "stopped" });
});

test("codecs in a folder, laid out as public repositories are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-codecs-"));
  const put = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const codec =
    "function decodeUplink(i) { if (i.bytes.length < 2) return { errors: ['short'] }; return { data: { t: (i.bytes[0] * 256 + i.bytes[1]) / 10 } } }\nfunction encodeDownlink(i) { return { bytes: [i.data.t], fPort: 3 } }\nfunction decodeDownlink(i) { return { data: { t: i.bytes[0] } } }";
  put("vendor/a/codec.js", codec);
  put(
    "vendor/a/codec.yaml",
    `uplinkDecoder:
  fileName: codec.js
  examples:
    - { description: warm, input: { fPort: 1, bytes: [0x00, 0xd2] }, output: { data: { t: 21 } } }
    - { description: short, input: { fPort: 1, bytes: [1] }, output: { errors: [any words] } }
    - { description: wrong, input: { fPort: 1, bytes: [0, 1] }, output: { data: { t: 5 } } }
downlinkEncoder:
  fileName: codec.js
  examples:
    - { description: set, input: { data: { t: 7 } }, output: { bytes: [7], fPort: 3 } }
downlinkDecoder:
  fileName: codec.js
  examples:
    - { description: back, input: { fPort: 3, bytes: [7] }, output: { data: { t: 7 } } }
`,
  );
  put("drivers/b/index.js", `exports.decodeUplink = ${codec.slice(codec.indexOf("function"), codec.indexOf("\n"))}`);
  put(
    "drivers/b/examples.json",
    JSON.stringify([
      {
        type: "uplink",
        description: "hex",
        input: { bytes: "00D2", fPort: 1, recvTime: "2020-08-02T20:00:00.000+05:00" },
        output: { data: { t: 21.000000000001 }, errors: [], warnings: [] },
      },
    ]),
  );
  put("codecs/c.js", codec);
  put(
    "codecs/test_decode_c.json",
    '[ { "name": "n", "input": { "fPort": 0x78, // a comment\n "bytes": [0x00, 0xd2] }, "expected": { "data": { "t": 21 } } } ]',
  );
  put(
    "codecs/test_encode_c.json",
    JSON.stringify([{ name: "e", input: { data: { t: 1 } }, expected: { bytes: [1] } }]),
  );
  put("other/notes.yaml", "a: [");
  put("other/examples.json", "{}");
  const wrong: Wrong[] = [];
  const checked = await checkCodecs(folder, sandbox, (one) => void wrong.push(one));
  expect(checked).toMatchObject({ examples: 8, passed: 7, codecs: 6 });
  expect(wrong).toEqual([
    { file: "vendor/a/codec.js", from: "vendor/a/codec.yaml", description: "wrong", why: "data.t is 0.1, not 5" },
  ]);
  rmSync(folder, { recursive: true });
});
