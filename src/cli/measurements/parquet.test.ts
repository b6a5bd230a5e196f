import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";
import { ImportState } from "./state.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-parquet-"));
afterAll(() => rmSync(root, { recursive: true }));

const FLEET =
  "workspaces: [{ slug: w, products: [{ slug: p, fields: [{ id: T, type: NUMERIC }, { id: NOTE, type: STRING }], devices: [{ id: a }] }] }]";

async function place() {
  const folder = mkdtempSync(join(root, "d"));
  const cli = async (...args: string[]) => {
    const { io, said } = fakeIo({ files: { "-": FLEET } });
    const code = await run([...args, "--data", join(folder, "data")], io);
    return { code, out: said.out, err: said.err };
  };
  expect((await cli("apply", "-")).code).toBe(0);
  const file = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  return { cli, file };
}

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];
const written = (columnData: Columns, rowGroupSize = 1000) =>
  new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
const START = Date.UTC(2026, 0, 1);
/** As other programs write it: times in milliseconds, the columns that they need. */
const foreign = (n: number, more: Columns = []): Columns => [
  { name: "time", data: Array.from({ length: n }, (_, i) => new Date(START + i)), type: "TIMESTAMP" },
  { name: "product", data: new Array(n).fill("p"), type: "STRING" },
  { name: "device", data: new Array(n).fill("a"), type: "STRING" },
  { name: "field", data: new Array(n).fill("T"), type: "STRING" },
  ...more,
];
const numbers = (n: number): Columns[number] => ({
  name: "number",
  data: Array.from({ length: n }, (_, i) => i + 0.5),
  type: "DOUBLE",
});

test("a file of another program, in several row groups, and its bad rows by number", async () => {
  const { cli, file } = await place();
  const number = { name: "number", data: [1.5, null, 3, Number.NaN], type: "DOUBLE" } as const;
  const text = { name: "text", data: [null, null, "x", null], type: "STRING" } as const;
  const name = file(
    "x.parquet",
    written(
      foreign(4, [
        { ...number, data: [...number.data] },
        { ...text, data: [...text.data] },
      ]),
      2,
    ),
  );
  const { code, out, err } = await cli("import", name, "--bad", file("bad", ""));
  expect([code, out]).toEqual([1, "Read 4 rows: 1 stored, 3 bad.\n"]);
  expect(err.split("\n").slice(0, -1)).toEqual([
    `${name}:2: invalid_request: There is no value.`,
    `${name}:3: invalid_request: There are several values; one of a kind is allowed.`,
    expect.stringContaining(`${name}:4: invalid_value: `),
  ]);
  expect((await cli("export")).out).toContain("2026-01-01T00:00:00Z,p,a,T,1.5\r\n");
});

test("an import that ended early goes on at its row", async () => {
  const { cli, file } = await place();
  const bytes = written(foreign(2500, [numbers(2500)]));
  const name = file("x.parquet", bytes);
  new ImportState(name).write({ offset: bytes.length, line: 1501, stored: 1500, bad: 0 });
  expect(await cli("import", name, "--resume")).toMatchObject({
    code: 0,
    out: "Read 2,500 rows: 2,500 stored, 0 bad.\n",
  });
  const lines = (await cli("export")).out.split("\r\n").slice(1, -1);
  expect([lines.length, lines[0]]).toEqual([1000, "2026-01-01T00:00:01.500Z,p,a,T,1500.5"]);
  expect(existsSync(`${name}.import`)).toBe(false);
});

describe("a wrong file says why", () => {
  const whole = written(foreign(3, [numbers(3)]));
  const broken = Uint8Array.from(whole);
  broken.fill(0xff, 4, 60);
  test.each([
    ["x.parquet", "time,product\r\n", "this is no Parquet file"],
    ["x.parquet", "", "this is no Parquet file"],
    ["x.parquet", whole.slice(0, -20), "the end of this Parquet file is missing"],
    ["x.parquet", broken, "this Parquet file cannot be read"],
    ["x.csv", whole, "this is a Parquet file, not CSV; say --format parquet"],
    [
      "x.parquet",
      written(foreign(1)),
      "there is no column with values; the columns are those of an export: time, product",
    ],
    ["x.parquet", written(foreign(1, [numbers(1)]).slice(1)), 'the column "time" is missing'],
    ["x.parquet", written(foreign(1, [{ name: "unit", data: ["C"] }])), 'there is no column "unit" in an export'],
    [
      "x.parquet",
      written(foreign(1, [{ name: "number", data: ["1"], type: "STRING" }])),
      'the column "number" must hold numbers',
    ],
    [
      "x.parquet",
      written([{ name: "time", data: [1], type: "DOUBLE" }, ...foreign(1, [numbers(1)]).slice(1)]),
      'the column "time" must hold timestamps',
    ],
  ])("%s %#", async (name, bytes, why) => {
    const { cli, file } = await place();
    const path = file(name, bytes);
    const { code, out, err } = await cli("import", path);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(`${path}: ${why}`);
    expect(readFileSync(path).length).toBe(bytes.length);
  });
  test("and the input is none that Parquet can be read from", async () => {
    const { cli } = await place();
    expect(await cli("import", "-", "--format", "parquet")).toMatchObject({ code: 2 });
  });
});
