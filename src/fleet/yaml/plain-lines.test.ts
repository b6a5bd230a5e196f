import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { atOnce } from "../../base/turns.ts";
import { withoutPlainLines, withPlainLines } from "./plain-lines.ts";

const yaml = (text: string): unknown => {
  const doc = parseDocument(text, { schema: "failsafe" });
  if (doc.errors[0]) throw doc.errors[0];
  return doc.toJS();
};
/** What the quick way makes of a text; null: it leaves it to the parser. */
function quick(text: string): unknown {
  const plain = atOnce(withoutPlainLines(text, "qqqq"));
  return plain.runs.size === 0 ? null : (withPlainLines(yaml(plain.text), plain)?.value ?? null);
}
const many = (line: string, indent = "  "): string =>
  Array.from({ length: 120 }, (_, n) => `${indent}${line.replaceAll("N", String(n))}`).join("\n");

describe("a long list of plain lines is read as YAML reads it", () => {
  test.each([
    [
      "names, lists and numbers as they were typed",
      `a:\n${many("- { id: devN, name: Device N, serial: 0N.0e3, tags: [plant-1, b c] }")}\n`,
    ],
    ["letters of all languages", `a:\n${many("- { id: xN, name: Kühlraum Nord (2) }")}\n`],
    ["an empty list", `a:\n${many("- { id: xN, tags: [] }")}\n`],
    [
      "two lists, lines between, deeper ones",
      `a:\n${many("- { id: xN }")}\n  - id: other\n    b: 1\n${many("- { id: yN }")}\nc:\n  - d:\n${many("- { e: N }", "    ")}\n`,
    ],
    [
      "comments and empty lines among them",
      `# first\na:\n${many("- { id: xN }")}\n\n  # more\n${many("- { id: zN }")}\nb: c\n`,
    ],
    ["words that mean something elsewhere", `a:\n${many("- { id: null, b: true, c: yes, d: 1.0, e: 0N }")}\n`],
  ])("%s", (_, text) => {
    expect(quick(text)).not.toBeNull();
    expect(quick(text)).toEqual(yaml(text) as object);
  });

  test.each([
    ["in a text of several lines", `a: |\n${many("- { id: xN }")}\n`],
    ["in a folded text", `a: >\n${many("- { id: xN }")}\n`],
    ["in a quoted text", `a: "x\n${many("- { id: xN }")}"\n`],
    ["behind a plain text that goes on", `a: x\n${many("- { id: xN }")}\n`],
    ["named twice by an alias", `a: &all\n${many("- { id: xN }")}\nb: *all\n`],
    ["few", "a:\n  - { id: x }\n"],
    ["with an end of line of another system", `a:\r\n${many("- { id: xN }\r")}\r\n`],
    ["with quotes", `a:\n${many('- { id: "xN" }')}\n`],
    ["with a key given twice", `a:\n${many("- { id: xN, id: y }")}\n`],
    ["with a key that JavaScript gives a meaning to", `a:\n${many("- { __proto__: xN }")}\n`],
  ])("what is not, is left to the parser: %s", (_, text) => {
    expect(quick(text)).toBeNull();
  });

  test("whatever stands in the lines and around them", () => {
    const any = fc.stringMatching(/^[a-zA-Z0-9 .:#,&*!|>'"%@`{}[\]?_/+()~=-]{0,12}$/);
    const word = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("a", "B c", "0x1F", "-", "- b", "a/b (c)", "n.", "é 1") },
      { weight: 1, arbitrary: any },
    );
    const pair = fc.tuple(
      fc.stringMatching(/^[a-z_]{1,3}$/),
      fc.oneof(
        word,
        word.map((w) => `[${w}]`),
      ),
    );
    const line = fc
      .array(pair, { minLength: 1, maxLength: 3 })
      .map((pairs) => `  - { ${pairs.map(([k, v]) => `${k}: ${v}`).join(", ")} }`);
    const before = fc.constantFrom("a:", "a: |", "a: x", "- b", "a: &c", "- - d\n  - e", "a: 'x", "a:\n  b:");
    let quickly = 0;
    fc.assert(
      fc.property(
        before,
        line,
        fc.constantFrom(99, 101),
        fc.constantFrom("", "b: c", "  - f", "'", "b: *c"),
        (head, one, count, tail) => {
          const text = `${head}\n${Array.from({ length: count }, () => one).join("\n")}\n${tail}\n`;
          const ways = [yaml, quick].map((read): unknown => {
            try {
              return read(text);
            } catch {
              return "not YAML";
            }
          });
          if (ways[1] === null) return;
          quickly++;
          expect(ways[1] as object).toEqual(ways[0] as object);
        },
      ),
      { numRuns: 300 },
    );
    expect(quickly).toBeGreaterThan(20);
  });
});
