import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-retention-cli-"));
afterAll(() => rmSync(root, { recursive: true }));

const FLEET = `
workspaces:
  - slug: acme
    products:
      - { slug: p, retention: 90d, fields: [{ id: T, type: NUMERIC }, { id: NOTE, type: STRING, retention: forever }] }
      - { slug: q }
`;
async function place() {
  const data = join(mkdtempSync(join(root, "d")), "data");
  const cli = async (args: readonly string[], answers: readonly string[] | null = null) => {
    const { io, said } = fakeIo({ files: { "-": FLEET }, ...(answers !== null && { answers: [...answers] }) });
    const code = await run([...args, "--data", data], io);
    return { code, out: said.out, err: said.err };
  };
  expect((await cli(["apply", "-"])).code).toBe(0);
  const kept = async () => {
    const rows = JSON.parse((await cli(["retention", "show", "--json"])).out) as Record<string, string | null>[];
    return rows.map(({ product, field, retention, rollups }) => [`${product}/${field ?? ""}`, retention, rollups]);
  };
  return { cli, kept };
}

describe("retention show and set", () => {
  test("what holds for each field is shown, also as a table", async () => {
    const { cli, kept } = await place();
    expect(await kept()).toEqual([
      ["p/", "90d", "none"],
      ["p/T", "90d", "none"],
      ["p/NOTE", "forever", "none"],
      ["q/", "forever", "none"],
    ]);
    const shown = (await cli(["retention", "show", "p"])).out.split("\n").map((line) => line.split(/ {2,}/));
    expect(shown).toEqual([
      ["PRODUCT", "FIELD", "RETENTION", "ROLLUPS"],
      ["p", "90d", "none"],
      ["p", "T", "90d", "none", "as the product"],
      ["p", "NOTE", "forever", "none"],
      [""],
    ]);
  });

  test("a longer time and more rollups are set without a question; the rest of what is said stays", async () => {
    const { cli, kept } = await place();
    expect(await cli(["retention", "set", "p", "--keep", "1y", "--rollup", "1h=5y", "--rollup", "1d=forever"])).toEqual(
      {
        code: 0,
        out: 'product p: retention "90d" → "1y", rollups "none" → "1h 5y, 1d forever"\n',
        err: "",
      },
    );
    expect((await cli(["retention", "set", "p", "t", "--no-rollups"])).code).toBe(1); // it loses its rollups
    expect((await cli(["retention", "set", "p", "t", "--no-rollups", "--yes"])).code).toBe(0);
    expect(await kept()).toEqual([
      ["p/", "1y", "1h 5y, 1d forever"],
      ["p/T", "1y", "none"],
      ["p/NOTE", "forever", "none"],
      ["q/", "forever", "none"],
    ]);
    expect((await cli(["retention", "set", "p", "T", "--inherit"])).out).toContain('"none" → "as the product"');
    expect((await cli(["retention", "set", "p", "T", "--inherit"])).out).toBe("Nothing changes.\n");
  });

  test("a shorter time is asked for first", async () => {
    const { cli, kept } = await place();
    const before = await kept();
    const no = await cli(["retention", "set", "p", "--keep", "30d"], ["no"]);
    expect([no.code, no.out]).toEqual([1, ""]);
    expect(no.err).toContain('product p: retention "90d" → "30d"\nwhat is older goes with the next sweep');
    expect((await cli(["retention", "set", "p", "NOTE", "--inherit"], ["no"])).code).toBe(1);
    expect(await kept()).toEqual(before);
    expect((await cli(["retention", "set", "p", "--keep", "30d"], ["yes"])).code).toBe(0);
    expect((await kept())[1]).toEqual(["p/T", "30d", "none"]);
    const noted = JSON.parse((await cli(["audit", "--action", "product.update", "--json"])).out) as { after: object }[];
    expect(noted[0]?.after).toEqual({ retention: { days: 30 } });
  });

  test.each([
    [["set", "z", "--keep", "1d"], 1, "unknown_product|no product"],
    [["set", "p", "Z", "--keep", "1d"], 1, 'no field "Z"'],
    [["set", "p", "--keep", "soon"], 1, "allowed is a number of days"],
    [["set", "p", "--rollup", "5m=1y"], 1, "5m"],
    [["set", "p", "--rollup", "1h=30d"], 1, "must be kept longer"],
    [["set", "p", "NOTE", "--keep", "9d", "--rollup", "1h=30d"], 1, "texts and positions have no rollups"],
    [["set", "p"], 2, "--keep, --rollup"],
    [["set", "p", "--inherit", "--keep", "1d"], 2, "--inherit"],
    [["set", "p", "--no-rollups", "--rollup", "1h=1y"], 2, "exclude each other"],
    [["show", "z"], 1, "no product"],
  ])("what makes no sense is refused, and nothing changes: %j", async (args, code, words) => {
    const { cli, kept } = await place();
    const before = await kept();
    const answer = await cli(["retention", ...args]);
    expect(answer.code).toBe(code);
    expect(answer.err).toMatch(new RegExp(words));
    expect(await kept()).toEqual(before);
  });
});
