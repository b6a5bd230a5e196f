import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { csvLine } from "../../base/csv.ts";
import { printTime, printValue } from "../../measure/index.ts";
import { FIELD_TYPES, type FieldType, type Value } from "../../measure/types.ts";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";
import { simulatedValues } from "../../measure/value.testing.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-measurements-"));
afterAll(() => rmSync(root, { recursive: true }));

const FLEET = `
workspaces:
  - slug: acme
    products:
      - slug: p
        fields: [${FIELD_TYPES.map((type) => `{ id: ${type}, type: ${type} }`).join(", ")}]
        devices: [{ id: a, serial: "S:1" }, { id: b }]
      - { slug: q, fields: [{ id: N, type: NUMERIC }], devices: [{ id: a }] }
`;

/** A data folder of its own; `cli` runs a command on it, without a server. */
async function place() {
  const folder = mkdtempSync(join(root, "d"));
  const data = join(folder, "data");
  const cli = async (args: readonly string[], files: Record<string, string> = {}) => {
    const { io, said } = fakeIo({ files: { ...files } });
    const code = await run([...args, "--data", data], io);
    return { code, out: said.out, err: said.err };
  };
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string | Uint8Array) => {
    writeFileSync(path(name), text);
    return path(name);
  };
  expect((await cli(["apply", "-"], { "-": FLEET })).code).toBe(0);
  return { cli, path, write, data };
}
const HEADER = "time,product,device,field,value";
const csv = (...lines: string[]) => [HEADER, ...lines, ""].join("\r\n");
const TIME = "2026-01-01T00:00:00Z";

interface Row {
  readonly time: number;
  readonly device: string;
  readonly type: FieldType;
  readonly value: Value;
}
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0);
const VALUES: Partial<Record<FieldType, fc.Arbitrary<Value>>> = {
  NUMERIC: fc.oneof(
    number,
    fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 10),
  ),
  COUNTER: number,
  INT: fc.maxSafeInteger(),
  BOOL: fc.boolean(),
  STRING: fc.oneof(
    fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
    fc.constantFrom("", '"', "a,b", "x\r\ny", " s ", "22.00", "null", "\ufeff"),
  ),
  GEO: fc.record({
    lat: fc.double({ min: -90, max: 90, noNaN: true }).map((n) => n + 0),
    lng: fc.double({ min: -180, max: 180, noNaN: true }).map((n) => n + 0),
  }),
};
const row: fc.Arbitrary<Row> = fc.constantFrom(...FIELD_TYPES).chain((type) =>
  fc.record({
    time: fc.integer({ min: 946_684_800_000_000, max: 1_767_225_600_000_000 }),
    device: fc.constantFrom("a", "b"),
    type: fc.constant(type),
    value: VALUES[type] ?? simulatedValues(type),
  }),
);
const lineOf = ({ time, device, type, value }: Row) =>
  csvLine([printTime(time), "p", device, type, printValue(type, value)]);

describe("export and import", () => {
  test("what is exported and imported elsewhere is exported as the same bytes, whatever the types", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 400 }), async (rows) => {
        const first = await place();
        const wanted = first.write("in.csv", csvLine(HEADER.split(",")) + rows.map(lineOf).join(""));
        expect((await first.cli(["import", wanted])).err).toBe("");
        for (const format of ["csv", "ndjson", "parquet"]) {
          const out = first.path(`out.${format}`);
          expect((await first.cli(["export", "--out", out])).code).toBe(0);
          const second = await place();
          // twice: the same times are the same measurements
          for (let i = 0; i < 2; i++) expect((await second.cli(["import", out])).code).toBe(0);
          const again = second.path(`again.${format}`);
          await second.cli(["export", "--out", again]);
          expect(readFileSync(again, "latin1")).toBe(readFileSync(out, "latin1"));
        }
        const series = new Map<string, Map<number, string>>();
        for (const one of rows) {
          const key = `p,${one.device},${one.type}`;
          const of = series.get(key) ?? new Map<number, string>();
          series.set(key, of.set(one.time, lineOf(one)));
        }
        const lines = [...series.values()].flatMap((of) => [...of].sort(([a], [b]) => a - b).map(([, line]) => line));
        const exported = readFileSync(first.path("out.csv"), "utf8").slice(HEADER.length + 2);
        const sorted = (text: string[]) => text.sort().join("");
        expect(sorted(exported.split(/(?=(?:20|199)\d\d-\d\d-\d\dT[^,]*Z,p,)/))).toBe(sorted(lines));
      }),
      { numRuns: 4 },
    );
  }, 60_000);

  test("to the output, a part of it, in the order of devices, fields and times", async () => {
    const { cli, write } = await place();
    const file = write(
      "in.csv",
      csv(`${TIME},q,a,N,3`, `${TIME},p,S:1,numeric,2`, "2026-01-01T00:00:01Z,p,a,BOOL,on", `${TIME},p,a,BOOL,off`),
    );
    expect(await cli(["import", file])).toEqual({ code: 0, out: "Read 4 rows: 4 stored, 0 bad.\n", err: "" });
    const lines = async (...args: string[]) => (await cli(["export", ...args])).out.split("\r\n").slice(1, -1);
    expect(await lines()).toEqual([
      `${TIME},p,a,NUMERIC,2`,
      `${TIME},p,a,BOOL,false`,
      "2026-01-01T00:00:01Z,p,a,BOOL,true",
      `${TIME},q,a,N,3`,
    ]);
    expect(await lines("--product", "q")).toEqual([`${TIME},q,a,N,3`]);
    expect(await lines("--device", "S:1", "--field", "bool", "--from", "2026-01-01T00:00:01Z")).toEqual([
      "2026-01-01T00:00:01Z,p,a,BOOL,true",
    ]);
    expect(await lines("--product", "p", "--product", "q", "--to", TIME)).toEqual([]);
    const ended = await cli(["export", "--product", "q", "--format", "ndjson"]);
    expect(ended).toEqual({
      code: 0,
      out: `{"time":"${TIME}","product":"q","device":"a","field":"N","value":3}\n`,
      err: "Exported 1 measurement of 1 series (81 bytes).\n",
    });
  });

  test("nothing was ever measured", async () => {
    const { cli } = await place();
    expect(await cli(["export"])).toEqual({
      code: 0,
      out: `${HEADER}\r\n`,
      err: "Exported 0 measurements of 0 series (33 bytes).\n",
    });
  });

  test.each([
    [["export", "--product", "z"], 1, 'no product with the slug "z"'],
    [["export", "--device", "z"], 1, 'no device with the id or serial "z"'],
    [["export", "--product", "q", "--field", "BOOL"], 1, 'has a field "BOOL"'],
    [["export", "--from", "yesterday"], 1, "--from: "],
    [["export", "--format", "xls"], 2, "--format: must be one of csv, ndjson, parquet"],
    [["export", "--out", "/tmp/x.xls"], 2, "does not tell a format"],
    [["export", "--out", "/nonexistent/x.csv"], 1, "/nonexistent/x.csv.part"],
    [["import", "/nonexistent.csv"], 1, "/nonexistent.csv"],
    [["import", "/nonexistent.xls"], 2, "does not tell the format"],
    [["import", "a.csv", "--format", "xlsx"], 2, "it must be csv, ndjson or parquet"],
    [["import", "-", "--format", "csv", "--resume"], 2, "--resume"],
    [["import"], 2, "missing required argument 'files'"],
  ])("%j", async (args, code, why) => {
    const { cli } = await place();
    const ended = await cli(args);
    expect([ended.code, ended.out]).toEqual([code, ""]);
    expect(ended.err).toContain(why);
  });

  test("a file that cannot be made whole is not there", async () => {
    const { cli, path } = await place();
    expect((await cli(["export", "--product", "z", "--out", path("x.csv")])).code).toBe(1);
    expect([existsSync(path("x.csv")), existsSync(path("x.csv.part"))]).toEqual([false, false]);
    await cli(["export", "--out", path("x.csv")]);
    expect(statSync(path("x.csv")).mode & 0o777).toBe(0o600);
  });
});

describe("reading files", () => {
  test("columns in any order, a byte order mark, empty lines, NDJSON with times of all kinds", async () => {
    const { cli, write } = await place();
    const first = write("a.csv", `\ufeffvalue,field,time,device,product\n\n1,NUMERIC,1767225600,a,p\n`);
    const second = write(
      "b.jsonl",
      [
        '{"field":"INT","value":7,"time":1767225601,"product":"p","device":"a"}',
        '{"field":"BOOL","value":true,"time":"2026-01-01 00:00:02","product":"p","device":"a"}',
        "",
      ].join("\n"),
    );
    expect(await cli(["import", first, second])).toEqual({ code: 0, out: "Read 3 rows: 3 stored, 0 bad.\n", err: "" });
    expect((await cli(["export"])).out).toBe(
      csv(`${TIME},p,a,NUMERIC,1`, "2026-01-01T00:00:01Z,p,a,INT,7", "2026-01-01T00:00:02Z,p,a,BOOL,true"),
    );
    // what made it possible without a server left nothing else behind
    expect((await cli(["token", "list"])).out).not.toContain("owner@localhost");
    const piped = await cli(["import", "-", "--format", "csv", "--json"], { "-": csv(`${TIME},p,b,INT,1`) });
    expect([piped.code, JSON.parse(piped.out)]).toEqual([0, { read: 1, stored: 1, bad: 0 }]);
  });

  test("every bad row is told with its line, code and reason, and kept as it is; the others are stored", async () => {
    const { cli, write, path } = await place();
    const file = write(
      "in.csv",
      csv(
        `${TIME},p,a,NUMERIC,1`,
        `${TIME},p,a,NUMERIC`,
        `${TIME},p,a,STRING,"two\nlines"`,
        `${TIME},p,a,INT,1.5`,
        `${TIME},p,a,STRING,"not closed`,
        `${TIME},p,b,INT,2`,
      ),
    );
    const ended = await cli(["import", file, "--bad", path("bad.ndjson")]);
    expect([ended.code, ended.out]).toEqual([1, "Read 6 rows: 3 stored, 3 bad.\n"]);
    const kept = readFileSync(path("bad.ndjson"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const sorted = kept.sort((a, b) => ("line" in a && "line" in b ? Number(a.line) - Number(b.line) : 0));
    expect(sorted).toMatchObject([
      { file, line: 3, code: "invalid_request", text: `${TIME},p,a,NUMERIC` },
      { file, line: 6, code: "invalid_value", text: `${TIME},p,a,INT,1.5` },
      { file, line: 7, code: "invalid_request", text: `${TIME},p,a,STRING,"not closed` },
    ]);
    for (const { line, code } of sorted as { line: number; code: string }[])
      expect(ended.err).toContain(`${file}:${line}: ${code}: `);
  });

  test.each([
    ["a header that lacks a column", "in.csv", "time,product,device,field\n", '"value" is missing'],
    ["a header with another column", "in.csv", `${HEADER},quality\n`, '"quality" is missing, unknown'],
    ["no header", "in.csv", `${TIME},p,a,INT,1\n`, "must be the header"],
  ])("%s is refused", async (_, name, text, why) => {
    const { cli, write } = await place();
    const ended = await cli(["import", write(name, text)]);
    expect([ended.code, ended.out]).toEqual([1, ""]);
    expect(ended.err).toContain(why);
  });

  test("lines of NDJSON that are no rows", async () => {
    const { cli, write } = await place();
    const good = { time: TIME, product: "p", device: "a", field: "STRING", value: "x" };
    const lines = [
      "nonsense",
      "[]",
      JSON.stringify({ ...good, value: null }),
      JSON.stringify({ ...good, value: { a: 1 } }),
      JSON.stringify({ ...good, more: 1 }),
      `{"time":"${TIME}","time":"${TIME}","product":"p","device":"a","field":"INT","value":1}`,
      JSON.stringify({ time: TIME, product: "p", device: "a", field: "STRING" }),
      `{"time":"${TIME}","product":"p","device":"a","field":"INT","value":9007199254740993}`,
      JSON.stringify(good),
    ];
    const ended = await cli(["import", write("in.ndjson", lines.join("\n"))]);
    expect([ended.code, ended.out]).toEqual([1, "Read 9 rows: 1 stored, 8 bad.\n"]);
  });
});

test("an export that is stopped leaves no file", async () => {
  const { cli, write, path, data } = await place();
  const rows = Array.from({ length: 12_000 }, (_, i) => `${printTime(1.7e15 + i)},p,a,INT,${i}`);
  expect((await cli(["import", write("in.csv", csv(...rows))])).code).toBe(0);
  const { io, said, signal } = fakeIo();
  const err = (text: string) => {
    io.err(text);
    if (text.includes("measurements")) signal("SIGTERM");
  };
  const code = await run(["export", "--data", data, "--out", path("out.csv")], { ...io, errTerminal: true, err });
  expect([code, said.err.includes("there is no file")]).toEqual([130, true]);
  expect([existsSync(path("out.csv")), existsSync(path("out.csv.part"))]).toEqual([false, false]);
}, 60_000);

describe("an import that is stopped", () => {
  /** 12,000 rows, which is twelve batches, one of them bad; the import is stopped when the first progress is shown. */
  async function stopped() {
    const made = await place();
    const time = (i: number) => printTime(1_700_000_000_000_000 + i * 1e6);
    const rows = Array.from({ length: 12_000 }, (_, i) => `${time(i)},p,a,INT,${i === 100 ? "bad" : i}`);
    const file = made.write("in.csv", csv(...rows));
    const { io, said, signal } = fakeIo();
    const terminal = {
      ...io,
      errTerminal: true,
      err: (text: string) => {
        io.err(text);
        if (text.includes("rows stored")) signal("SIGINT");
      },
    };
    const code = await run(["import", file, "--data", made.data, "--bad", made.path("bad")], terminal);
    return { ...made, file, code, said };
  }

  test("--resume goes on behind what is stored, and nothing is lost or counted twice", async () => {
    const { cli, file, code, said, path } = await stopped();
    expect([code, said.out]).toEqual([130, "Read 1,000 rows: 999 stored, 1 bad.\n"]);
    expect(JSON.parse(readFileSync(`${file}.import`, "utf8"))).toMatchObject({ line: 1002, stored: 999, bad: 1 });
    const ended = await cli(["import", file, "--resume", "--bad", path("bad")]);
    expect(ended).toEqual({ code: 1, out: "Read 12,000 rows: 11,999 stored, 1 bad.\n", err: "" });
    expect(existsSync(`${file}.import`)).toBe(false);
    expect(readFileSync(path("bad"), "utf8").trimEnd().split("\n").length).toBe(1);
    expect((await cli(["export"])).out.split("\r\n").length).toBe(1 + 11_999 + 1);
  }, 60_000);

  test("another file of the same name is not gone on with, and starting anew is safe", async () => {
    const { cli, file, write, path } = await stopped();
    write("in.csv", `${HEADER}\r\n${TIME},p,b,INT,1\r\n${"x".repeat(400_000)}`);
    expect((await cli(["import", file, "--resume"])).err).toContain("has changed");
    write("in.csv", csv(`${TIME},p,b,INT,1`));
    expect((await cli(["import", file, "--resume"])).err).toContain("is shorter now");
    writeFileSync(`${file}.import`, "{}");
    expect((await cli(["import", file, "--resume"])).err).toContain("is not what an import left there");
    expect((await cli(["import", file])).out).toBe("Read 1 row: 1 stored, 0 bad.\n");
    expect(existsSync(path("in.csv.import"))).toBe(false);
    expect((await cli(["import", file, "--resume"])).out).toBe("Read 1 row: 1 stored, 0 bad.\n");
  }, 60_000);
});
