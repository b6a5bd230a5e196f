import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { allowedAre, judged, pathText, pointerOf } from "./voice.ts";

function said(schema: z.ZodType, value: unknown): string[] {
  const result = judged(schema, value);
  return "data" in result ? [] : result.problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
}
const group = z.strictObject({
  name: z.string().min(1).max(5),
  count: z.number().int().min(2).max(9).optional(),
  role: z.enum(["owner", "admin", "member"]).optional(),
  tags: z.array(z.string()).min(1).max(2).optional(),
  open: z.boolean().nullable().optional(),
  more: z.record(z.string(), z.number()).optional(),
});
const union = z.discriminatedUnion("scope", [
  z.strictObject({ scope: z.literal("product"), product: z.string() }),
  z.strictObject({ scope: z.literal("tag"), tag: z.string() }),
]);

describe("what is wrong", () => {
  const table: [string, z.ZodType, unknown, string[]][] = [
    ["nothing there", group, {}, ["name: is missing"]],
    ["another kind", group, { name: 1 }, ["name: should be a text"]],
    ["no group", group, [], [": should be a group of keys"]],
    ["empty", group, { name: "" }, ["name: should not be empty"]],
    ["long", group, { name: "abcdef" }, ["name: should have at most 5 characters"]],
    ["small", group, { name: "a", count: 1 }, ["count: should be at least 2"]],
    ["large", group, { name: "a", count: 10 }, ["count: should be at most 9"]],
    ["broken", group, { name: "a", count: 2.5 }, ["count: should be a whole number"]],
    ["many", group, { name: "a", tags: ["a", "b", "c"] }, ["tags: should have at most 2 entries"]],
    ["an entry", group, { name: "a", tags: ["a", null] }, ["tags[1]: should be a text"]],
    ["no truth", group, { name: "a", open: "yes" }, ["open: should be true or false"]],
    ["a value of a record", group, { name: "a", more: { x: "1" } }, ["more.x: should be a number"]],
    [
      "a word that is near",
      group,
      { name: "a", role: "amdin" },
      ['role: allowed is owner, admin, member; did you mean "admin"?'],
    ],
    ["a word that is not", group, { name: "a", role: "king" }, ["role: allowed is owner, admin, member"]],
    [
      "all at once, in the order of the schema",
      group,
      { count: "x", role: 5, nmae: "a", zzzzzz: 1 },
      [
        "name: is missing",
        "count: should be a number",
        "role: allowed is owner, admin, member",
        ': unknown key "nmae"; allowed are name, count, role, tags, open, more; did you mean "name"?',
        ': unknown key "zzzzzz"; allowed are name, count, role, tags, open, more',
      ],
    ],
    ["a word of a union", union, { scope: "prodct" }, ['scope: allowed is product, tag; did you mean "product"?']],
    ["none of a union", union, {}, ["scope: is missing; allowed is product, tag"]],
    [
      "a key of a union's own kind",
      union,
      { scope: "tag", tag: "t", tga: 1 },
      [': unknown key "tga"; allowed are scope, tag; did you mean "tag"?'],
    ],
    [
      "inside of lists",
      z.strictObject({ grants: z.array(union).default([]) }),
      { grants: [{ scope: "tag", tag: "t" }, { scope: "tga" }, { scope: "product", product: 1 }] },
      ['grants[1].scope: allowed is product, tag; did you mean "tag"?', "grants[2].product: should be a text"],
    ],
    ["either", z.union([z.string(), z.number()]), true, [": should be a text or a number"]],
    ["either, inside", z.union([z.string(), group]), { name: 1 }, ["name: should be a text"]],
    ["what a schema says itself", z.string().refine(() => false, "allowed is nothing"), "x", [": allowed is nothing"]],
    ["a form", z.string().regex(/^\d+$/), "x", [": should have the form /^\\d+$/"]],
  ];
  test.each(table)("%s", (_, schema, value, lines) => expect(said(schema, value)).toEqual(lines));

  test("a value is never repeated, only keys are", () => {
    const secret = "s3cr3t";
    for (const key of ["name", "count", "role", "tags", "open", "more"])
      expect(said(group, { name: "a", [key]: { x: secret } }).join()).not.toContain(secret);
    expect(said(group, { name: "a", role: secret }).join()).not.toContain(secret);
  });
});

test("one that begins with another is meant, too", () => {
  expect(allowedAre(["NUMERIC", "INT"], "INTEGER")).toBe('allowed is NUMERIC, INT; did you mean "INT"?');
  expect(allowedAre(["view", "record_measurements"], "record")).toEndWith('did you mean "record_measurements"?');
});

test("a path, for people and for programs", () => {
  expect(pathText(["a", 0, "b"])).toBe("a[0].b");
  expect(pointerOf(["a", 0, "b/c", "~"])).toBe("/a/0/b~1c/~0");
  expect([pathText([]), pointerOf([])]).toEqual(["", ""]);
});
