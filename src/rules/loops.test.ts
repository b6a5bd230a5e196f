import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Link, Loops, type Place } from "./loops.ts";

const at = (field: string, device: number | null = null, product = 1): Place => ({ product, field, device });
const link = (name: string, reads: readonly Place[], writes: readonly Place[]): Link => ({ name, reads, writes });

describe("loops", () => {
  test.each([
    ["of itself", link("a", [at("X")], [at("X")]), [], ["a"]],
    ["of another field", link("a", [at("X")], [at("Y")]), [], null],
    ["of another device", link("a", [at("X", 1)], [at("X", 2)]), [], null],
    ["of any device", link("a", [at("X")], [at("X", 2)]), [], ["a"]],
    ["of another product", link("a", [at("X")], [at("X", null, 2)]), [], null],
    ["over one", link("a", [at("X")], [at("Y")]), [link("b", [at("Y")], [at("X")])], ["a", "b"]],
    [
      "over two, past one that leads nowhere",
      link("a", [at("X")], [at("Y")]),
      [link("n", [at("Y")], [at("W")]), link("c", [at("Z")], [at("X")]), link("b", [at("Y")], [at("Z")])],
      ["a", "b", "c"],
    ],
    ["one that it is not in", link("a", [at("X")], [at("Y")]), [link("b", [at("Y")], [at("Y")])], null],
  ])("%s", (_, start, others, way) => expect(new Loops([start, ...others]).through(start)).toEqual(way));

  test("are found when there are any, and only then", () => {
    const place = fc.record({
      product: fc.constantFrom(1, 2),
      field: fc.constantFrom("A", "B", "C"),
      device: fc.constantFrom(null, 1, 2),
    });
    const links = fc.array(fc.tuple(fc.array(place, { maxLength: 2 }), fc.array(place, { maxLength: 2 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(links, (made) => {
        const all = made.map(([reads, writes], i) => link(`${i}`, reads, writes));
        const [start] = all;
        if (start === undefined) return;
        const leads = (a: Link, b: Link) =>
          a.writes.some((w) =>
            b.reads.some(
              (r) =>
                w.product === r.product &&
                w.field === r.field &&
                (w.device === null || r.device === null || w.device === r.device),
            ),
          );
        // naive: what is reached in as many steps as there are rules
        let reached = new Set(all.filter((one) => leads(start, one)));
        for (const _ of all)
          reached = new Set([...reached, ...[...reached].flatMap((one) => all.filter((next) => leads(one, next)))]);
        const way = new Loops(all).through(start);
        expect(way !== null).toBe(reached.has(start));
        if (way === null) return;
        const steps = way.map((name) => all.find((one) => one.name === name) as Link);
        for (const [i, one] of steps.entries()) expect(leads(one, steps[(i + 1) % steps.length] as Link)).toBe(true);
      }),
    );
  });
});
