import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Value } from "../measure/types.ts";
import { Condition, type Facts, looksAt } from "./condition.ts";
import { conditionOf } from "./condition-schema.ts";
import type { RuleComparison, RuleCondition } from "./types.ts";

const facts = (
  fields: Readonly<Record<string, Value | null>>,
  configured: Readonly<Record<string, Value>> = {},
): Facts => ({
  field: (id) => fields[id] ?? null,
  configuration: (id) => configured[id] ?? null,
  figure: (id, figure, over) => (fields[`${figure} ${id} ${over / 1e6}`] as number | undefined) ?? null,
});
const holds = (given: RuleCondition | null, of: Facts) => new Condition(given).holds(of, 0);
const one = (operator: RuleComparison["operator"], value: RuleComparison["value"], field = "A"): RuleComparison => ({
  field,
  operator,
  value,
});
const BERLIN = { lat: 52.52, lng: 13.405 };

describe("a comparison", () => {
  test.each([
    [one(">", 30), 30, false],
    [one(">", 30), 30.1, true],
    [one(">=", 30), 30, true],
    [one("<", 30), 30, false],
    [one("<", -1.5), -2, true],
    [one("<=", 30), 30, true],
    [one("=", 30), 30, true],
    [one("!=", 30), 30, false],
    [one("!=", 30), 31, true],
    // what a file that knows texts alone has
    [one(">", "30"), 31, true],
    [one("=", "30.0"), 30, true],
    [one("=", "on"), true, true],
    [one("=", "FALSE"), true, false],
    [one("=", 1), true, true],
    [one("!=", false), true, true],
    [one("=", "open"), "open", true],
    [one("=", 7), "7", true],
    [one("!=", "open"), "Open", true],
    [one("contains", "err"), "an error", true],
    [one("contains", "Err"), "an error", false],
    [one("starts_with", "an"), "an error", true],
    [one("starts_with", "error"), "an error", false],
    [one("inside", { ...BERLIN, radius: 1000 }), { lat: 52.521, lng: 13.406 }, true],
    [one("inside", { ...BERLIN, radius: 1000 }), { lat: 52.53, lng: 13.405 }, false],
    [one("outside", { ...BERLIN, radius: 1000 }), { lat: 52.53, lng: 13.405 }, true],
    // what cannot be compared is neither true nor false
    [one(">", 30), null, null],
    [one("!=", 30), null, null],
    [one(">", 30), "31", null],
    [one(">", 30), true, null],
    [one("=", "warm"), 30, null],
    [one("contains", "3"), 30, null],
    [one("=", true), "true", true],
    [one("inside", { ...BERLIN, radius: 1 }), 3, null],
    [one("=", "x"), BERLIN, null],
    [one(">", Number.NaN), 3, false],
  ] as const)("%j of %j is %p", (comparison, value, truth) => {
    expect(holds(comparison, facts({ A: value }))).toBe(truth);
  });
  test("with another field, a configuration field, a figure", () => {
    const of = facts({ A: 5, B: 4, "average A 600": 7, "count B 60": 0 }, { most: 6, mode: "eco" });
    expect(holds(one(">", { field: "B" }), of)).toBe(true);
    expect(holds(one(">", { field: "C" }), of)).toBe(null);
    expect(holds(one(">", { configuration: "most" }), of)).toBe(false);
    expect(holds({ configuration: "mode", operator: "=", value: "eco" }, of)).toBe(true);
    expect(
      holds({ field: "A", figure: "average", over: "10m", operator: ">", value: { configuration: "most" } }, of),
    ).toBe(true);
    expect(holds({ field: "B", figure: "count", over: "1m", operator: "=", value: 0 }, of)).toBe(true);
  });
  test("nothing asked for is true", () => expect(holds(null, facts({}))).toBe(true));
  test("a hysteresis keeps it true up to its end, each comparison for itself", () => {
    const condition = new Condition({
      all: [
        { ...one(">", 30), hysteresis: 2 },
        { ...one("<", 10, "B"), hysteresis: 1 },
      ],
    });
    let latched = 0;
    const ask = (a: number | null, b: number | null) => {
      const truth = condition.holds(facts({ A: a, B: b }), latched);
      latched = condition.latched;
      return truth;
    };
    expect([ask(31, 9), ask(28.5, 10.5), ask(28, 9), ask(29, 9), ask(31, 9)]).toEqual([true, true, false, false, true]);
    // what is missing changes nothing
    expect([ask(null, 9), ask(28.5, 9)]).toEqual([null, true]);
  });
});

describe("groups", () => {
  const [T, F, N] = [one("=", 1, "T"), one("=", 2, "T"), one("=", 1, "MISSING")];
  const of = facts({ T: 1 });
  test.each([
    [{ all: [T, T] }, true],
    [{ all: [T, F] }, false],
    [{ all: [T, N] }, null],
    [{ all: [N, F] }, false],
    [{ any: [F, T] }, true],
    [{ any: [F, F] }, false],
    [{ any: [N, F] }, null],
    [{ any: [N, T] }, true],
    [{ not: T }, false],
    [{ not: N }, null],
    [{ not: { any: [F, { all: [T, { not: F }] }] } }, false],
  ])("%j is %p", (given, truth) => expect(holds(given as RuleCondition, of)).toBe(truth)); // a table of both

  const tree = fc.letrec<{ node: RuleCondition }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(T, F, N),
      fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      tie("node").map((not) => ({ not })),
    ),
  })).node;
  test("follow De Morgan, and twice not is the same", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        expect(holds({ not: { all: [a, b] } }, of)).toBe(holds({ any: [{ not: a }, { not: b }] }, of));
        expect(holds({ not: { not: a } }, of)).toBe(holds(a, of));
        expect(holds({ any: [a, b] }, of)).toBe(holds({ any: [b, a] }, of));
      }),
    );
  });
  test("what was read is what was written, and looks at what it names", () => {
    fc.assert(
      fc.property(tree, (given) => {
        const read = conditionOf(JSON.parse(JSON.stringify(given)));
        if ("condition" in read) expect(read.condition).toEqual(given);
        for (const { id } of looksAt(given)) expect(["T", "MISSING"]).toContain(id);
      }),
    );
  });
});

describe("the grammar", () => {
  const at = (given: unknown) => {
    const read = conditionOf(given);
    return "problems" in read ? read.problems.map(({ path, message }) => `${path.join(".")}: ${message}`) : [];
  };
  const A = { field: "A", operator: "=", value: 1 };
  test.each([
    [3, "should be a comparison, or a group"],
    [[A], "should be a comparison, or a group"],
    [{}, "operator: "],
    [{ ...A, feild: 1 }, 'unknown key "feild"'],
    [{ all: [A], any: [A] }, '"all" stands alone'],
    [{ all: [] }, "all: should be a list of conditions, not empty"],
    [{ all: [{ any: [{ not: 3 }] }] }, "all.0.any.0.not: should be a comparison"],
    [{ operator: "=", value: 1 }, 'field: one of "field" and "configuration"'],
    [{ ...A, configuration: "x" }, 'field: one of "field" and "configuration"'],
    [{ ...A, figure: "average" }, 'over: "figure" and "over" belong together'],
    [{ ...A, over: "10m" }, 'figure: "figure" and "over" belong together'],
    [{ ...A, figure: "mean", over: "10m" }, "figure: allowed is average, minimum"],
    [{ ...A, figure: "average", over: "8d" }, "over: allowed is a duration"],
    [{ ...A, operator: ">", value: true }, '">" compares numbers'],
    [{ ...A, operator: ">", value: "warm" }, '">" compares numbers'],
    [{ ...A, operator: "inside" }, "a circle {lat, lng, radius} belongs to"],
    [{ ...A, value: { lat: 1, lng: 2, radius: 3 } }, "a circle {lat, lng, radius} belongs to"],
    [{ ...A, operator: "inside", value: { lat: 91, lng: 2, radius: 3 } }, "value"],
    [{ ...A, hysteresis: 2 }, "hysteresis: belongs to"],
    [{ ...A, operator: ">", hysteresis: 0 }, "hysteresis: should be more than 0"],
    [{ all: Array.from({ length: 31 }, () => A) }, "at most 30"],
    [Array.from({ length: 10 }).reduce((inner) => ({ not: inner }), A), "at most 8 levels"],
  ])("%j is refused", (given, message) => expect(at(given).join("\n")).toContain(message));
  test("fields are in upper case, whatever was written", () => {
    expect(conditionOf({ field: "a", operator: ">", value: { field: "b" } })).toEqual({
      condition: { field: "A", operator: ">", value: { field: "B" } },
    });
  });
  test("hostile input is refused or read, and never throws", () => {
    fc.assert(fc.property(fc.anything(), (given) => void conditionOf(given)));
  });
});
