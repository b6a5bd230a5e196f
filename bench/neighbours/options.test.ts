import { expect, test } from "bun:test";
import { DISTURBERS } from "./disturbers/all.ts";
import { parseOptions } from "./options.ts";
import { markdownTable } from "./table.ts";

test("--only chooses, numbers are flags, and wrong ones are refused", () => {
  expect(parseOptions([])).toMatchObject({ disturbers: DISTURBERS, devices: 100_000, rate: 200, seconds: 8 });
  const some = parseOptions(["--only", "openapi,history", "--quick", "--rate", "50"]);
  expect(some?.disturbers.map(({ id }) => id)).toEqual(["history", "openapi"]);
  expect(some).toMatchObject({ devices: 1000, rate: 50, seconds: 1 });
  expect(parseOptions(["--help"])).toBeUndefined();
  expect(() => parseOptions(["--only", "noise"])).toThrow("--only: noise is none of");
  expect(() => parseOptions(["--rate", "0"])).toThrow("--rate must be a whole number above zero, not 0");
});

test("the table shows times and how many times as long they are beside a disturber, and every failure", () => {
  const alone = { p50: 2, p99: 4, delivery50: 3, delivery99: 5 };
  const beside = { p50: 3, p99: 8, delivery50: 3, delivery99: 5 };
  const [first, second] = DISTURBERS;
  if (!first || !second) throw new Error("there are no disturbers");
  const table = markdownTable([first, second], [{ alone, beside, done: 7 }, "it went away"]);
  expect(table).toContain(`| ${first.title} (7) | 2.00 → 3.00 ms | 1.50× | 4.00 → 8.00 ms | 2.00× | 1.00× |`);
  expect(table).toContain("FAILED: it went away");
});

test("every disturber has a name of its own", () => {
  expect(new Set(DISTURBERS.map(({ id }) => id)).size).toBe(DISTURBERS.length);
});
