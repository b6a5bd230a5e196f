import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "../base/errors.ts";
import type { FieldType } from "../measure/types.ts";
import { Directory } from "./directory.ts";
import { readFleetFile } from "./file.ts";
import { plan } from "./plan.ts";
import { isShorter, keepDaysOf, policyOf, printKeep, retentionOf } from "./retention.ts";
import { MemoryFleet } from "./testing.ts";
import { type KeepDays, ROLLUP_STEPS, type Retention } from "./types.ts";

const product = (inner: string) => `workspaces: [{ slug: w, products: [{ slug: p, ${inner} }] }]`;
const supplies = { now: 0, random: (n: number) => new Uint8Array(n) };
async function fleet(...texts: string[]) {
  const directory = new Directory();
  const store = new MemoryFleet();
  const lines: string[][] = [];
  for (const text of texts) {
    const made = plan(directory, readFleetFile(text), supplies);
    lines.push(made.lines.map(({ sign, text: line }) => `${sign} ${line}`));
    directory.apply(await store.commit(made.drafts));
  }
  const node = directory.product("p");
  const policy = (field: string) => policyOf(node?.row ?? {}, node?.fields.get(field)?.row);
  return { lines, policy };
}
async function refused(...texts: string[]): Promise<string> {
  const error = await fleet(...texts).catch((e: unknown) => e);
  if (error instanceof Refusal && error.code === "invalid_fleet") return error.message;
  throw new Error("nothing was refused", { cause: error });
}

describe("how long measurements are kept", () => {
  const keep = fc.oneof(fc.integer({ min: 1, max: 36_500 }), fc.constant(null));
  const retention: fc.Arbitrary<Retention> = fc
    .record({ days: keep, rollups: fc.dictionary(fc.constantFrom(...ROLLUP_STEPS), keep) }, { requiredKeys: [] })
    .map(({ days, rollups }) => ({ ...(days !== undefined && { days }), ...(rollups && { rollups: { ...rollups } }) }));

  test("times are read in days, weeks and years, and for ever", () => {
    const times: [string, KeepDays | undefined][] = [
      ["1d", 1],
      ["90d", 90],
      ["2w", 14],
      ["5y", 1825],
      ["100y", 36_500],
      ["forever", null],
      ["0d", undefined],
      ["101y", undefined],
      ["90", undefined],
      ["1m", undefined],
      ["1.5d", undefined],
      ["-1d", undefined],
      ["", undefined],
      ["Forever", undefined],
      ["1e3d", undefined],
    ];
    for (const [text, days] of times) expect([text, keepDaysOf(text)]).toEqual([text, days]);
  });
  test("what is printed is read as the same", () => {
    fc.assert(fc.property(keep, (days) => keepDaysOf(printKeep(days)) === days));
  });
  test("what is stored is read as the same, and anything else is not understood", () => {
    fc.assert(fc.property(retention, (one) => expect(retentionOf(JSON.stringify(one))).toEqual(one)));
    for (const bad of ["", "[]", "1", "null", '{"days":0}', '{"days":"1"}', '{"rollups":[]}', '{"rollups":{"5m":1}}'])
      expect(retentionOf(bad)).toBeNull();
    fc.assert(fc.property(fc.json(), (text) => void retentionOf(text)));
  });

  test("the field's word is stronger than the product's; without a word everything is kept", () => {
    const p = { retention: { days: 90, rollups: { "1d": null, "1h": 1825 } } };
    const rollups = [
      { step: "1h", days: 1825 },
      { step: "1d", days: null },
    ] as const;
    expect(policyOf({})).toEqual({ days: null, rollups: [] });
    expect(policyOf(p)).toEqual({ days: 90, rollups });
    const of = (one?: Retention, type: FieldType = "INT") => policyOf(p, { type, ...(one && { retention: one }) });
    expect(of()).toEqual({ days: 90, rollups });
    expect(of({ days: 7 })).toEqual({ days: 7, rollups });
    expect(of({ days: null })).toEqual({ days: null, rollups: [] });
    expect(of({ rollups: {} })).toEqual({ days: 90, rollups: [] });
    // of texts and positions there are none
    expect(of({}, "STRING")).toEqual({ days: 90, rollups: [] });
    expect(of({ days: 30 }, "GEO")).toEqual({ days: 30, rollups: [] });
  });
  test("a policy is shorter exactly when something goes that was kept", () => {
    const policy = (days: KeepDays, rollups: Retention["rollups"] = {}) => policyOf({ retention: { days, rollups } });
    expect(isShorter(policy(null), policy(90))).toBe(true);
    expect(isShorter(policy(90), policy(null))).toBe(false);
    expect(isShorter(policy(90), policy(91))).toBe(false);
    expect(isShorter(policy(90), policy(89))).toBe(true);
    expect(isShorter(policy(30, { "1h": 90 }), policy(40))).toBe(true);
    expect(isShorter(policy(30, { "1h": 90 }), policy(30, { "1h": 80 }))).toBe(true);
    expect(isShorter(policy(30, { "1h": 90 }), policy(null))).toBe(false);
    expect(isShorter(policy(30), policy(30, { "1h": 90 }))).toBe(false);
    fc.assert(fc.property(retention, (one) => !isShorter(policyOf({ retention: one }), policyOf({ retention: one }))));
  });
});

describe("retention in the fleet file", () => {
  test("is said of a product and of a field, is shown when it changes, and taken back with an empty text", async () => {
    const fields = (inner: string) => `fields: [{ id: A, type: INT }, { id: B, type: INT${inner} }]`;
    const { lines, policy } = await fleet(
      product(fields("")),
      product(`retention: 90d, rollups: { 1h: 5y, 1d: forever }, ${fields(", retention: forever")}`),
      product(`retention: 90d, ${fields("")}`),
      product(`retention: 30d, rollups: "", ${fields(', retention: ""')}`),
    );
    expect(lines[1]).toEqual([
      '~ product p: retention "forever" → "90d", rollups "none" → "1h 5y, 1d forever"',
      '~ field p/B (INT): retention "as the product" → "forever"',
      "~ product p: what is older goes with the next sweep, and does not come back",
    ]);
    expect(lines[2]).toEqual(["= everything is already as the file says"]);
    expect(lines[3]).toEqual([
      '~ product p: retention "90d" → "30d", rollups "1h 5y, 1d forever" → "none"',
      '~ field p/B (INT): retention "forever" → "as the product"',
      "~ field p/B: what is older goes with the next sweep, and does not come back",
      "~ product p: what is older goes with the next sweep, and does not come back",
    ]);
    expect(policy("A")).toEqual({ days: 30, rollups: [] });
    expect(policy("B")).toEqual({ days: 30, rollups: [] });
  });

  test("what makes no sense is refused with its place in the file and what is allowed", async () => {
    const at = "workspaces[0].products[0]";
    expect(await refused(product("retention: 90"))).toContain(
      `${at}.retention: allowed is a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever`,
    );
    expect(await refused(product("retention: 90d, rollups: { 5m: 1y }"))).toBe(
      `${at}.rollups: unknown key "5m"; allowed are 1m, 1h, 1d`,
    );
    expect(await refused(product("retention: 90d, rollups: 1h"))).toContain(`${at}.rollups: allowed is a group like`);
    expect(await refused(product("fields: [{ id: N, type: STRING, retention: 90d, rollups: { 1h: 5y } }]"))).toBe(
      `${at}.fields[0].rollups (field N): texts and positions have no rollups`,
    );
    expect(await refused(product("rollups: { 1h: 1y }"))).toContain(`${at}.rollups: rollups stand for measurements`);
    expect(await refused(product("retention: 1y, rollups: { 1h: 52w }"))).toBe(
      `${at}.rollups: the 1h rollups are kept for 364d, and must be kept longer than the measurements (1y)`,
    );
    const kept = "retention: 30d, rollups: { 1h: 90d }";
    expect(await refused(product(`${kept}, fields: [{ id: A, type: INT, retention: 90d }]`))).toBe(
      `${at}.fields[0].retention (field A): the 1h rollups of the product are kept for 90d, and must be kept longer than the measurements (90d)`,
    );
  });
  test("a product's retention must fit the fields that the file leaves out, too", async () => {
    const text = await refused(
      product("retention: 30d, fields: [{ id: A, type: INT, retention: 90d }]"),
      product("retention: 30d, rollups: { 1h: 60d }"),
    );
    expect(text).toContain("(field A)");
  });
});
