import { describe, expect, test } from "bun:test";
import { placesOf, proofsOf, statementsOf } from "./clauses.ts";

const A = "MQTT-1.5.4-1";
const B = "MQTT3-3.1.2-2";

describe("what is found", () => {
  test("in comments of the code, with the declaration they stand in or before", () => {
    const text = `
/** [${A}] of a function. */
export async function first(
  a: number,
): Promise<void> {
  const s = "[${A}] in a text is none";
  go(); // [${A}], [${B}]
}

// departs: nothing
const TABLE = [
  1, // [departs from ${A}]
];

/** A class [${B}]. */
export class Thing {
  private readonly x = new Set<number>(); // [${A}]
  /** [${B}] */
  get size(): number {
    if (y) {
      return 1; // [${A}]
    }
    return 2;
  }
}
`;
    const found = placesOf({ path: "a.ts", text }).map(({ id, symbol, departs }) => [id, symbol, departs]);
    expect(found).toEqual([
      [A, "first", false],
      [A, "first", false],
      [B, "first", false],
      [A, "TABLE", true],
      [B, "Thing", false],
      [A, "Thing.x", false],
      [B, "Thing.size", false],
      [A, "Thing.size", false],
    ]);
  });
  test("in names of tests, groups, rows and vectors", () => {
    const text = `
describe("group [${A}]", () => {
  // [${B}] in a comment is none
  test("[${A}] does it", () => expect("[${B}] no");
  test.each([
    ["row [${B}]: this", 1],
  ])("%s", () => f(1, "[${B}]"));
});`;
    expect(proofsOf({ path: "a.test.ts", text }).map(({ id, name }) => [id, name])).toEqual([
      [A, "group"],
      [A, "does it"],
      [B, "no"],
      [B, "row: this"],
    ]);
    const json = JSON.stringify([{ name: `bad [${A}]`, hex: "00" }, { name: "good" }]);
    expect(proofsOf({ path: "a.json", text: json })).toEqual([{ id: A, path: "a.json", name: "bad" }]);
  });
  test("a list that does not say for whom is refused", () => {
    expect(() => statementsOf(`id\tconcerns\tlevel\tstatement\n${A}\tnobody\tmust\tx`)).toThrow("for whom");
    expect(() => statementsOf(`id\tconcerns\tlevel\tstatement\n${A}\tboth\tmay\tx`)).toThrow("what");
  });
});
