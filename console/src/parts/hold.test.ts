import { expect, test } from "bun:test";
import { freshOf } from "./hold.ts";

test.each([
  [[3, 2, 1], [3, 2, 1], 0],
  [[5, 4, 3, 2], [3, 2, 1], 2],
  [[9, 8, 7], [3, 2, 1], 3],
  [[1], [], 0],
])("of %p as %p is held, %d are new", (list, held, fresh) => {
  expect(freshOf<number>(list, held, (one) => one)).toBe(fresh);
});
