import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-csv-"));
afterAll(() => rmSync(root, { recursive: true }));

const FLEET = `
workspaces:
  - slug: acme
    products: [{ slug: p, fields: [{ id: T, type: NUMERIC }, { id: NOTE, type: STRING }], devices: [{ id: a }] }]
`;
async function place() {
  const folder = mkdtempSync(join(root, "d"));
  const cli = async (...args: string[]) => {
    const { io, said } = fakeIo({ files: { "-": FLEET } });
    const code = await run([...args, "--data", join(folder, "data")], io);
    return { code, out: said.out, err: said.err };
  };
  expect((await cli("apply", "-")).code).toBe(0);
  const file = (text: string) => {
    const path = join(folder, "in.csv");
    writeFileSync(path, text);
    return path;
  };
  return { cli, file };
}

test.each([
  [";", "semicolons", ";"],
  ["\t", "tabs", "tab"],
])("a file divided by %j is named as such, and taken with --delimiter", async (sign, name, given) => {
  const { cli, file } = await place();
  const rows = [
    ["time", "product", "device", "field", "value"],
    ["2026-01-01T00:00:00Z", "p", "a", "T", "-1.5"],
    ["2026-01-01T00:00:00Z", "p", "a", "NOTE", `"one, two${sign} ""three"""`],
  ];
  const path = file(`\ufeff${rows.map((row) => row.join(sign)).join("\r\n")}\r\n`);
  const refused = await cli("import", path);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`divided by ${name}, not by ",": say --delimiter `);
  expect(await cli("import", path, "--delimiter", given)).toMatchObject({
    code: 0,
    out: "Read 2 rows: 2 stored, 0 bad.\n",
  });
  const { out } = await cli("export");
  expect(out).toContain("2026-01-01T00:00:00Z,p,a,T,-1.5\r\n");
  expect(out).toContain(`2026-01-01T00:00:00Z,p,a,NOTE,"one, two${sign} ""three"""\r\n`);
});

test.each(["", ";;", '"', "a"])("--delimiter %j is refused", async (given) => {
  const { cli, file } = await place();
  expect(await cli("import", file(""), "--delimiter", given)).toMatchObject({ code: 2 });
});

test("--escape-formulas puts a ' before what a spreadsheet would run, and nowhere else", async () => {
  const { cli, file } = await place();
  const texts = ["=1+1", "+cmd", "-x", "@SUM(A1)", "-1", "+2.5", "-1e3", "plain", "a=b", "'=1"];
  const rows = texts.map((text, i) => `2026-01-01T00:00:0${i}Z,p,a,NOTE,${text}`);
  expect((await cli("import", file(["time,product,device,field,value", ...rows, ""].join("\n")))).code).toBe(0);
  const cells = async (...flags: string[]) =>
    (await cli("export", ...flags)).out
      .split("\r\n")
      .slice(1, -1)
      .map((line) => line.split(",")[4]);
  expect(await cells()).toEqual(texts);
  const safe = ["'=1+1", "'+cmd", "'-x", "'@SUM(A1)", "-1", "+2.5", "-1e3", "plain", "a=b", "'=1"];
  expect(await cells("--escape-formulas")).toEqual(safe);
});
