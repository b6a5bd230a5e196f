import { expect, test } from "bun:test";
import { columnsFrom } from "../../sqlite/data/block/columns.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import { Due } from "./due.ts";

const FROM_THE_BEGINNING = Number.MIN_SAFE_INTEGER;

/** The table in memory. */
function tableOf(...rows: readonly { readonly series: number; readonly upto: number }[]): Sql {
  const query = () => ({
    all: (after: number, most: number) => rows.filter(({ series }) => series > after).slice(0, most),
    run: () => ({ changes: 1 }),
  });
  return { query } as unknown as Sql; // all that is used of it
}
const points = (...times: number[]) => columnsFrom(Float64Array.from(times), times);

test("the one that is begun comes first, then all others in the order of their ids, each once", () => {
  const due = new Due(
    tableOf(
      { series: 3, upto: FROM_THE_BEGINNING },
      { series: 8, upto: 50 },
      { series: 1_000_003, upto: FROM_THE_BEGINNING },
    ),
  );
  const order: unknown[] = [];
  for (let next = due.next; next !== null; next = due.next) {
    order.push([next.series, next.upto]);
    due.written(next.series, next.series === 3 && next.upto === FROM_THE_BEGINNING ? 7 : null);
  }
  expect(order).toEqual([
    [8, 50],
    [3, FROM_THE_BEGINNING],
    [3, 7],
    [1_000_003, FROM_THE_BEGINNING],
  ]);
});

test("of a series that is due, filling finds what is sealed now; of one that is begun it passes over what is older", () => {
  const due = new Due(tableOf({ series: 2, upto: FROM_THE_BEGINNING }, { series: 8, upto: 50 }));
  expect([...due.portion(2, points(10, 60)).times]).toEqual([]);
  expect([...due.portion(8, points(10, 50, 60)).times]).toEqual([10]);
  expect([...due.portion(9, points(10, 60)).times]).toEqual([10, 60]);
  due.written(8, null);
  expect([...due.portion(8, points(10, 60)).times]).toEqual([10, 60]);
});

test("nothing is due of an empty table", () => expect(new Due(tableOf()).next).toBeNull());
