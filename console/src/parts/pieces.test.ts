import { expect, test } from "bun:test";
import fc from "fast-check";
import { inTurns, type Order, sortedRows, sortInPieces } from "./pieces.ts";

interface Row {
  readonly n: number;
  readonly key: string | number | null;
}
const orderOf = (down: boolean): Order<Row> => ({ by: ({ key }) => key, down, locale: "en-GB" });

function whole<T>(work: Generator<undefined, T>): { result: T; pieces: number } {
  for (let pieces = 1; ; pieces++) {
    const { done, value } = work.next();
    if (done === true) return { result: value, pieces };
  }
}

test("property: in pieces the order is the same, and what is alike stays as it was", () => {
  const key = fc.oneof(fc.nat(5), fc.constantFrom("a", "b2", "b10", "B2"), fc.constant(null));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 2500 }), fc.boolean(), (keys, down) => {
      const rows = keys.map((one, n) => ({ n, key: one }));
      expect(whole(sortInPieces(rows, orderOf(down))).result).toEqual(sortedRows(rows, orderOf(down)));
    }),
    { numRuns: 30 },
  );
});

test("empty ones come last either way", () => {
  const rows = [null, 3, 1].map((key, n) => ({ n, key }));
  expect(sortedRows(rows, orderOf(false)).map(({ key }) => key)).toEqual([1, 3, null]);
  expect(sortedRows(rows, orderOf(true)).map(({ key }) => key)).toEqual([3, 1, null]);
});

test("no piece is long: comparisons of one of 100,000 rows", () => {
  let compared = 0;
  const by = (row: { n: number }) => {
    compared++;
    return (row.n * 7919) % 100_003;
  };
  const rows = Array.from({ length: 100_000 }, (_, n) => ({ n }));
  const work = sortInPieces(rows, { by, down: false, locale: "en" });
  let most = 0;
  for (let before = 0; work.next().done !== true; before = compared) most = Math.max(most, compared - before);
  expect(compared).toBe(100_000);
  expect(most).toBeLessThanOrEqual(512);
});

test("turns end when their time is over, go on, and can be taken back", () => {
  const time = { now: 0 };
  const waiting: ((ms: number) => void)[] = [];
  const turns = {
    next: (run: (ms: number) => void) => {
      waiting.push(run);
      return () => void waiting.splice(waiting.indexOf(run), 1);
    },
    now: () => time.now,
  };
  function* work(): Generator<undefined, string> {
    for (let n = 0; n < 5; n++) {
      time.now += 2;
      yield;
    }
    return "done";
  }
  const results: string[] = [];
  inTurns(work(), turns, (result) => results.push(result));
  for (let n = 0; n < 2; n++) {
    expect(results).toEqual([]);
    waiting.shift()?.(6);
  }
  expect(results).toEqual(["done"]);
  const end = inTurns(work(), turns, (result) => results.push(result));
  waiting.shift()?.(2);
  end();
  expect([waiting.length, results.length]).toEqual([0, 1]);
});
