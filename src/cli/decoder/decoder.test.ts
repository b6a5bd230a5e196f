import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

const SCRIPT = `function decodeUplink(input) {
  console.log("port", input.fPort);
  if (input.bytes.length < 2) return { errors: ["too short"] };
  return { data: { temperature: (input.bytes[0] * 256 + input.bytes[1]) / 10, battery: { value: 3.1, unit: "V" } } };
}
function encodeDownlink(input) { return { bytes: [input.data.on ? 1 : 0], fPort: 3 }; }
function Decoder(a, b) {
  if (b !== undefined) return { topic: a, payload: b, raw: typeof rawPayload === "undefined" ? "" : rawPayload.x };
  return [{ device: JSON.parse(a.body).device, field: "temp", value: JSON.parse(a.body).temp, timestamp: 17 }];
}
`;
async function decoder(...argv: string[]) {
  const { io, said } = fakeIo({
    files: { "d.js": SCRIPT, "bad.js": "function Decoder(b) {\n  return nope;\n}", body: '{"device":"d2","temp":5}' },
  });
  const code = await run(["decoder", ...argv], io);
  return { code, out: said.out.replace(/took [\d.]+ ms/, "took N ms"), err: said.err };
}

describe("decoder try", () => {
  test("an uplink: the log, the values with their units, and how long it took", async () => {
    expect(await decoder("try", "d.js", "--hex", "00 D2", "--port", "2")).toEqual({
      code: 0,
      err: "",
      out: "  log: port 2\nfield        value  unit\nTEMPERATURE  21\nBATTERY      3.1    V\ndecodeUplink took N ms\n",
    });
    expect((await decoder("try", "d.js", "--base64", "ANI=")).out).toContain("TEMPERATURE  21");
  });
  test("a decoder that says that it could not", async () => {
    const { code, out } = await decoder("try", "d.js", "--hex", "00");
    expect([code, out]).toEqual([
      1,
      "  log: port 1\nthe decoder could not decode: too short\ndecodeUplink took N ms\n",
    ]);
  });
  test("a request, a message of another broker, globals, and an encoder", async () => {
    expect((await decoder("try", "d.js", "--body", "@body")).out).toContain(
      "device  field  value  time\nd2      TEMP   5      17\n",
    );
    const message = await decoder("try", "d.js", "--topic", "a/b", "--payload", "21", "--set", 'rawPayload={"x":7}');
    expect(message.out).toContain("TOPIC    a/b\nPAYLOAD  21\nRAW      7\n");
    expect((await decoder("try", "d.js", "--values", '{"on":true}')).out).toStartWith(
      '{"bytes":[1],"fPort":3}\nencodeDownlink took',
    );
    expect((await decoder("try", "d.js", "--hex", "00d2", "--function", "Decoder")).out).toContain("PAYLOAD  1");
  });
  test("an error with its line", async () => {
    expect(await decoder("try", "bad.js", "--hex", "00")).toEqual({
      code: 1,
      err: "",
      out: "bad.js:2: ReferenceError: 'nope' is not defined\n",
    });
  });
  test("as JSON", async () => {
    const { out } = await decoder("try", "d.js", "--hex", "00d2", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      called: "decodeUplink",
      log: ["port 1"],
      rows: [
        { field: "TEMPERATURE", value: 21 },
        { field: "BATTERY", unit: "V" },
      ],
      errors: [],
    });
  });
  test.each([
    [["try", "d.js"], "say what comes in"],
    [["try", "d.js", "--hex", "00", "--body", "x"], "say what comes in"],
    [["try", "d.js", "--hex", "0"], '--hex: "0" is not hexadecimal'],
    [["try", "d.js", "--base64", "?"], '--base64: "?" is not base64'],
    [["try", "d.js", "--hex", "00", "--port", "256"], '--port: "256" is not a number from 0 to 255'],
    [["try", "d.js", "--hex", "00", "--function", "decode"], '--function: "decode" is none of decodeUplink'],
    [["try", "d.js", "--hex", "00", "--set", "x"], '--set: "x" is not NAME=JSON'],
    [["try", "d.js", "--values", "{"], "--values: { is not JSON"],
    [["try", "none.js", "--hex", "00"], "none.js: cannot be read (there is no such file)"],
    [["check", "/no/such/folder"], "/no/such/folder: cannot be read (there is no such folder)"],
  ])("%p says what is wrong", async (argv, message) => {
    const { code, err } = await decoder(...argv);
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe("decoder check", () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-codecs-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const example = (bytes: number[], temperature: number) => ({
    type: "uplink",
    description: `${bytes}`,
    input: { bytes, fPort: 1 },
    output: { data: { temperature, battery: { value: 3.1, unit: "V" } } },
  });

  test("none, all, and one that does not pass", async () => {
    expect(await decoder("check", folder)).toMatchObject({
      code: 1,
      err: `${folder}: there is no decoder with examples below it\n`,
    });
    writeFileSync(join(folder, "index.js"), SCRIPT);
    writeFileSync(join(folder, "examples.json"), JSON.stringify([example([0, 210], 21)]));
    expect(await decoder("check", folder)).toEqual({ code: 0, err: "", out: "1 of 1 examples pass (1 decoder)\n" });
    writeFileSync(join(folder, "examples.json"), JSON.stringify([example([0, 210], 21), example([0, 1], 5)]));
    expect(await decoder("check", folder)).toEqual({
      code: 1,
      err: "",
      out: "index.js: 0,1: data.temperature is 0.1, not 5\n1 of 2 examples pass (1 decoder)\n",
    });
    expect(JSON.parse((await decoder("check", folder, "--json")).out)).toMatchObject({ examples: 2, passed: 1 });
  });
});

// public repositories are not kept here: whoever has one names its folder
const codecs = process.env.FIELDCAST_CODECS;
test("the public codecs of FIELDCAST_CODECS", async () => {
  if (codecs === undefined) return console.error("FIELDCAST_CODECS names no folder of codecs: none are tried");
  const { out } = await decoder("check", codecs, "--json");
  const { examples, passed } = JSON.parse(out) as { examples: number; passed: number };
  expect(passed / examples).toBeGreaterThan(0.97);
}, 600_000);
