import { expect, test } from "bun:test";
import type { BadRow } from "../base/errors.ts";
import { refuseRows } from "./bad-rows.ts";

const bad = (row: number, field: string, code: BadRow["code"], message: string): BadRow => ({
  row,
  field,
  code,
  message,
});

test("each cause is told with its rows, in their order; rows has all, several of a row", () => {
  const all = [
    bad(9, "DOR", "unknown_field", "None."),
    bad(0, "T", "invalid_value", '"a" is no number.'),
    bad(3, "DOR", "unknown_field", "None."),
    bad(4, "DOR", "unknown_field", "None."),
    bad(4, "DOR", "invalid_timestamp", "No time."),
    { row: 5, code: "invalid_batch", message: "Row 5 is not an object." } as const,
  ];
  const { code, message, rows } = refuseRows(all, 10);
  expect(code).toBe("invalid_batch");
  expect(message).toBe(
    '5 of 10 rows are refused, so nothing was recorded. Row 0 (T): "a" is no number. ' +
      "Rows 3-4, 9 (DOR): None. Row 4 (DOR): No time. Row 5: is not an object.",
  );
  expect(rows?.map(({ row }) => row)).toEqual([0, 3, 4, 4, 5, 9]);
});
test.each([
  [["unknown_field", "unknown_field"], 3, "unknown_field"],
  [["invalid_timestamp", "invalid_timestamp"], 3, "invalid_timestamp"],
  [["invalid_value", "invalid_value"], 3, "invalid_batch"],
  [["unknown_field", "invalid_value"], 3, "invalid_batch"],
  [["value_too_large"], 1, "value_too_large"],
  [["invalid_timestamp", "unknown_field"], 1, "invalid_timestamp"],
] as const)("the code of %p among %d rows is %s", (codes, count, wanted) => {
  expect(
    refuseRows(
      codes.map((code, i) => bad(i, "F", code, "no")),
      count,
    ).code,
  ).toBe(wanted);
});
test("ten thousand rows of one cause are one cause; of as many causes the first are told, and how many more there are", () => {
  const same = Array.from({ length: 10_000 }, (_, i) => bad(i, "DOR", "unknown_field", "There is no such field."));
  expect(refuseRows(same, 10_000).message).toEndWith("Rows 0-9999 (DOR): There is no such field.");
  const others = Array.from({ length: 10_000 }, (_, i) => bad(i, "T", "invalid_value", `"${i}x" is not a number.`));
  const { message, rows } = refuseRows(others, 10_000);
  expect(message.length).toBeLessThan(1000);
  expect(message).toMatch(/There are 99\d\d more causes\.$/);
  expect(rows).toHaveLength(10_000);
  const apart = Array.from({ length: 20 }, (_, i) => bad(i * 2, "T", "invalid_value", "no."));
  expect(refuseRows(apart, 50).message).toEndWith("Rows 0, 2, 4, 6, 8, 10, 12, 14, and 12 more (T): no.");
});
