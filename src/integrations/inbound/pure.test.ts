import { expect, test } from "bun:test";
import fc from "fast-check";
import { rowsOf } from "../../decoders/results.ts";
import { isFieldId } from "../../topic/grammar.ts";
import { makeWorld, NOW } from "./inbound.testing.ts";
import { judgeRows } from "./judge.ts";
import { nativeRows } from "./native.ts";
import { guessType, timeOf } from "./rows.ts";

/** Whatever comes is read or refused in words; nothing of it throws. */

const world = await makeWorld();
const product = world.product();
const pairs = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 4 });
const request = fc.record({
  method: fc.constant("POST"),
  path: fc.string(),
  query: pairs,
  headers: pairs,
  form: pairs,
});
const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc.json().map((text) => `{"device":"d1","t":${text}}`),
);

test("a body without a decoder", () => {
  fc.assert(
    fc.property(body, fc.option(request), (text, asked) => {
      const { rows, problem } = nativeRows(Buffer.from(text), asked, product);
      if (problem !== null) expect(rows).toEqual([]);
      for (const { value } of rows) expect(["number", "string", "boolean"]).toContain(typeof value);
    }),
  );
});

test("rows of any result: each is stored, suggested or refused with a reason", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.boolean(), (result, isUplink) => {
      const { rows } = rowsOf("Decoder", result);
      const own = isUplink ? (product.device("d2") ?? null) : null;
      const judged = judgeRows(rows, product, own, NOW);
      expect(judged).toHaveLength(rows.length);
      for (const { shown, row, missing } of judged) {
        expect([shown.fate === "stored", shown.message === null]).toEqual([row !== null, row !== null]);
        expect(shown.fate === "suggested").toBe(missing !== null);
        // what is suggested can be made
        if (missing?.kind === "field") expect(isFieldId(missing.name)).toBe(true);
      }
    }),
  );
});

test("a time is none, one that lies where times may lie, or wrong in words", () => {
  const given = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom(true, false, {}, [], [1_772_366_400], { seconds: 1_772_366_400 }),
  );
  fc.assert(
    fc.property(given, (timestamp) => {
      const time = timeOf(timestamp, NOW);
      if (time === null) expect(timestamp).toBe("");
      else if ("time" in time) expect(time.time).toBeLessThanOrEqual(NOW + 300e6);
      else expect(time.error).toMatch(/timestamp/);
    }),
  );
});

test.each([
  [true, "BOOL"],
  [1.5, "NUMERIC"],
  ["21.5", "NUMERIC"],
  ["-1e3", "NUMERIC"],
  ["on", "STRING"],
  ["", "STRING"],
  ["1 2", "STRING"],
  [{ lat: 1, lng: 2 }, "GEO"],
] as const)("%p looks like %s", (value, type) => {
  expect(guessType(value)).toBe(type);
});
