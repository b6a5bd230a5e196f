import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Changes, patched, sameRow } from "./patch.ts";

interface Row {
  readonly id?: string;
  readonly serial?: string | null;
  readonly location?: string;
  readonly tags?: readonly string[];
}
const text = fc.constantFrom("a", "b");
const rows: fc.Arbitrary<Row> = fc.record(
  { id: text, serial: fc.option(text), location: text, tags: fc.array(text, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const changes: fc.Arbitrary<Changes<Row>> = fc.record(
  {
    id: text,
    serial: fc.option(text),
    location: fc.constantFrom("c", null, undefined),
    tags: fc.option(fc.array(text, { maxLength: 2 }), { nil: undefined }),
  },
  { requiredKeys: [] },
);

test("property: a change replaces, takes away or leaves, and the row there was stays as it is", () => {
  fc.assert(
    fc.property(rows, changes, (row, change) => {
      const before = structuredClone(row);
      const want = new Map<string, unknown>(Object.entries(row));
      for (const [key, value] of Object.entries(change)) {
        if (value === undefined) continue;
        if (value === null && key !== "serial") want.delete(key);
        else want.set(key, value);
      }
      expect(Object.entries(patched(row, change))).toEqual([...want]);
      expect(row).toEqual(before);
    }),
  );
});

test("property: rows are the same when they say the same, in whatever order", () => {
  const said = (row: Row) => JSON.stringify(Object.entries(row).sort(([x], [y]) => (x < y ? -1 : 1)));
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      expect(sameRow(a, b)).toBe(said(a) === said(b));
      const turned = Object.fromEntries(Object.entries(a).reverse());
      expect(sameRow(a, structuredClone(turned))).toBe(true);
    }),
  );
});
