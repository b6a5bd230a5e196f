import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-data-"));
afterAll(() => rmSync(root, { recursive: true }));

const FLEET = `
workspaces:
  - slug: acme
    products:
      - slug: p
        fields: [{ id: T, type: NUMERIC }, { id: NOTE, type: STRING }]
        devices: [{ id: a, serial: "S:1" }, { id: b }]
`;
const DAY = (n: number) => `2026-01-0${n}T00:00:00Z`;
const ROWS = [1, 2, 3, 4].flatMap((n) => [`${DAY(n)},p,a,T,${n}`, `${DAY(n)},p,b,T,${n}`, `${DAY(n)},p,a,NOTE,n${n}`]);

/** A data folder with four days of measurements, and what commands on it say. */
async function place() {
  const folder = mkdtempSync(join(root, "d"));
  const data = join(folder, "data");
  const cli = async (args: readonly string[], answers: readonly string[] | null = null) => {
    const { io, said } = fakeIo({ files: { "-": FLEET }, ...(answers !== null && { answers: [...answers] }) });
    const code = await run([...args, "--data", data], io);
    return { code, out: said.out, err: said.err };
  };
  const file = join(folder, "in.csv");
  writeFileSync(file, ["time,product,device,field,value", ...ROWS, ""].join("\n"));
  expect((await cli(["apply", "-"])).code).toBe(0);
  expect((await cli(["import", file])).code).toBe(0);
  const left = async () => (await cli(["export"])).out.split("\r\n").slice(1, -1);
  return { cli, left };
}
const some = ["data", "delete", "--product", "p", "--from", DAY(2), "--to", DAY(4)];

describe("data delete", () => {
  test("counts first, asks, and takes exactly the range of the devices and fields that were named", async () => {
    const { cli, left } = await place();
    expect(await cli([...some, "--dry-run"])).toMatchObject({
      code: 0,
      out: "6 measurements of 3 series would be deleted. Nothing was changed: this was a dry run.\n",
    });
    expect(await left()).toHaveLength(12);
    const refused = await cli([...some, "--device", "S:1", "--field", "t"], ["no"]);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toContain("2 measurements of 1 series will be deleted: of p, S:1, t,");
    expect(refused.err).toContain(`from ${DAY(2)} to before ${DAY(4)}.`);
    expect(await left()).toHaveLength(12);
    const done = await cli([...some, "--device", "S:1", "--field", "t"], ["yes"]);
    expect([done.code, done.out]).toEqual([0, "2 measurements of 1 series are deleted. Current values stay.\n"]);
    const gone = new Set([`${DAY(2)},p,a,T,2`, `${DAY(3)},p,a,T,3`]);
    expect((await left()).toSorted()).toEqual(ROWS.filter((row) => !gone.has(row)).toSorted());
    const json = await cli([...some, "--yes", "--json"]);
    expect(JSON.parse(json.out)).toEqual({ series: 2, measurements: 4, dry_run: false });
    expect((await left()).filter((row) => /-0[23]T/.test(row))).toEqual([]);
    expect(await left()).toHaveLength(6);
    const noted = JSON.parse((await cli(["audit", "--action", "measurements.deleted", "--json"])).out) as object[];
    const range = { from: DAY(2), to: DAY(4) };
    expect(noted).toMatchObject([
      {
        actor: { account: "command_line" },
        target: { name: "p" },
        workspace: "acme",
        before: { taken: { ...range, series: 3 } },
      },
      { target: { name: "p/S:1" }, before: { taken: { ...range, devices: ["S:1"], fields: ["t"], series: 1 } } },
    ]);
  });

  test("without a terminal it wants --yes", async () => {
    const { cli, left } = await place();
    const asked = await cli(some);
    expect(asked.code).toBe(1);
    expect(asked.err).toContain("say --yes to delete");
    expect(await left()).toHaveLength(12);
  });

  test.each([
    [["--from", DAY(1), "--to", DAY(2)], 2, "--product"],
    [["--product", "p", "--from", DAY(1)], 2, "--to"],
    [["--product", "p", "--to", DAY(1)], 2, "--from"],
    [["--product", "p", "--from", "", "--to", DAY(2)], 2, "--from is missing"],
    [["--product", "p", "--from", DAY(2), "--to", DAY(2)], 2, "--to must be later"],
    [["--product", "z", "--from", DAY(1), "--to", DAY(2)], 1, 'no product with the slug "z"'],
    [["--product", "p", "--device", "z", "--from", DAY(1), "--to", DAY(2)], 1, '"z"'],
    [["--product", "p", "--field", "z", "--from", DAY(1), "--to", DAY(2)], 1, "Z"],
    [["--product", "p", "--from", "soon", "--to", DAY(2)], 1, "--from"],
  ])("what makes no sense is refused: %j", async (args, code, words) => {
    const { cli } = await place();
    const answer = await cli(["data", "delete", ...args, "--yes"]);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(words);
  });
});
