import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Value } from "../../../measure/types.ts";
import { type Columns, columnsFrom, valuesOf } from "./block/columns.ts";
import { GROUP, Packed } from "./block/packed.ts";
import { encodePlain } from "./block/plain.ts";
import { BLOCK_ROWS, decodeBlock, decodeValue, encodeBlock, encodeValue, openBlock } from "./block.ts";

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const ODD_NUMBERS = [
  0,
  -0,
  5e-324,
  -2.2250738585072014e-308,
  Number.MAX_VALUE,
  2 ** 51,
  2 ** 51 + 1,
  2 ** 53,
  0.1,
  1e-15,
  1e15,
];
const decimal = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(4)).map(([m, s]) => m / 10 ** s);
const number = fc.oneof(double, decimal, fc.maxSafeInteger(), fc.constantFrom(...ODD_NUMBERS));
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom("", "on", "off", "\uFEFFmark", "ü".repeat(500)),
);
const geo = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lng: fc.double({ min: -180, max: 180, noNaN: true }),
});

/** Values of one kind, as a series has them, or of all kinds. */
const values: fc.Arbitrary<Value[]> = fc.oneof(
  ...[
    number,
    decimal,
    fc.integer({ min: -50, max: 50 }),
    fc.boolean(),
    text,
    geo,
    fc.oneof(number, fc.boolean(), text, geo),
  ].map((one: fc.Arbitrary<Value>) => fc.array(one, { minLength: 1, maxLength: 400 })),
);
/** Distances in time: regular, with jitter, with gaps, wild. */
const steps: fc.Arbitrary<number>[] = [
  fc.constant(60_000_000),
  fc.integer({ min: 59_000, max: 61_000 }).map((ms) => ms * 1000),
  fc.integer({ min: 1, max: 5_000_000 }),
  fc.integer({ min: 1, max: 2 ** 43 }),
];
const points: fc.Arbitrary<Columns> = fc
  .tuple(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), fc.constantFrom(...steps), values)
  .chain(([start, step, all]) => {
    const distances = fc.array(step, { minLength: all.length, maxLength: all.length });
    return distances.map((ds) => {
      let time = start;
      return columnsFrom(
        Float64Array.from(ds, (d) => (time += d)),
        all,
      );
    });
  });

function expectSame(back: Columns, p: Columns): void {
  expect(back.times).toEqual(p.times);
  const [a, b] = [valuesOf(back), valuesOf(p)];
  expect(a.length).toBe(b.length);
  for (const [i, v] of a.entries()) {
    if (typeof v === "object") expect(v).toEqual(b[i] as typeof v);
    else if (!Object.is(v, b[i])) throw new Error(`${v} came back for ${b[i]}`);
  }
}

describe("block", () => {
  test("gives back its points exactly: denormals, −0, 2^53, any time, any text", () => {
    fc.assert(
      fc.property(points, (p) => expectSame(decodeBlock(encodeBlock(p)), p)),
      { numRuns: 400 },
    );
  });

  test("blocks of the first version stay readable", () => {
    fc.assert(fc.property(points, (p) => expectSame(decodeBlock(encodePlain(p)), p)));
    // a body as the first version wrote it
    const old = "0105a80f02000000000000f83fa80f04b4070147a4010602c3bc0105000000000000f8bf0000000000806640fcfb308d";
    const values: Value[] = [1.5, true, -7, "ü", { lat: -1.5, lng: 180 }];
    expectSame(
      decodeBlock(Uint8Array.from(Buffer.from(old, "hex"))),
      columnsFrom(new Float64Array([1000, 2000, 2500, 2600, 2601]), values),
    );
  });

  test("a value alone comes back", () => {
    fc.assert(
      fc.property(fc.oneof(number, text, geo, fc.boolean()), (v: Value) => {
        const back = decodeValue(encodeValue(v));
        if (typeof v === "object") expect(back).toEqual(v);
        else expect(Object.is(back, v)).toBe(true);
      }),
    );
  });

  test("any changed byte and any missing end is found out", () => {
    fc.assert(
      fc.property(points, fc.nat(), fc.integer({ min: 1, max: 255 }), (p, where, by) => {
        const body = encodeBlock(p);
        const at = where % body.length;
        expect(() => decodeBlock(body.subarray(0, at))).toThrow(RangeError);
        body[at] = (body[at] ?? 0) ^ by;
        expect(() => decodeBlock(body)).toThrow(RangeError);
      }),
    );
  });

  test("the figures of groups are those of their points", () => {
    const many = fc.tuple(
      fc.constantFrom(
        decimal,
        double.map((v) => v / 1e9),
        fc.nat(1000),
      ),
      fc.integer({ min: GROUP + 1, max: 3 * GROUP + 5 }),
    );
    const block = many.chain(([one, n]) =>
      fc.array(
        one.map((v) => v + 0),
        { minLength: n, maxLength: n },
      ),
    );
    fc.assert(
      fc.property(block, (all) => {
        const c = columnsFrom(
          Float64Array.from(all, (_, i) => 1000 + i * 7),
          all,
        );
        const packed = openBlock(encodeBlock(c, true));
        if (!(packed instanceof Packed) || packed.groups === null) throw new Error("no figures");
        const [times, num] = [new Float64Array(GROUP), new Float64Array(GROUP)];
        for (let g = 0; g * GROUP < all.length; g++) {
          const part = all.slice(g * GROUP, (g + 1) * GROUP);
          expect([...num.subarray(0, packed.group(g, times, num))]).toEqual(part);
          expect([packed.groupTime(g), packed.groups.lastTime[g]]).toEqual([
            times[0] ?? 0,
            times[part.length - 1] ?? 0,
          ]);
          const figures = [packed.groups.first[g], packed.groups.last[g], packed.groups.min[g], packed.groups.max[g]];
          expect(figures).toEqual([part[0], part.at(-1), Math.min(...part), Math.max(...part)]);
          const near = (a = Number.NaN, b = 0): void =>
            expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1e-300, ...part.map(Math.abs)) * GROUP);
          near(
            packed.groups.sum[g],
            part.reduce((a, b) => a + b, 0),
          );
          const grown = part.reduce(
            (sum, v, i) => sum + (i === 0 ? 0 : v < (part[i - 1] ?? 0) ? v : v - (part[i - 1] ?? 0)),
            0,
          );
          near(packed.groups.increase?.[g], grown);
        }
      }),
      { numRuns: 40 },
    );
  });

  describe("is small, in bytes a point with its time", () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const walk = (digits: number) => (): ((i: number) => Value) => {
      let v = 200;
      return () => {
        v += Math.round((random() - 0.5) * 6);
        return v / 10 ** digits;
      };
    };
    const each = (f: (i: number) => Value) => () => f;
    const minute = (i: number): number => i * 60e6;
    const jitter = (i: number): number => i * 60e6 + Math.floor(random() * 400) * 1000;
    const cases: readonly [string, number, (i: number) => number, () => (i: number) => Value][] = [
      ["a walk of one decimal, each minute", 0.6, minute, walk(1)],
      ["the same, some ms late", 1.9, jitter, walk(1)],
      ["the same, any µs late", 2.5, (i) => i * 60e6 + Math.floor(random() * 9000), walk(1)],
      ["integers", 0.6, minute, walk(0)],
      ["one value", 0.15, minute, each(() => 21.5)],
      ["booleans", 0.4, minute, each(() => random() < 0.2)],
      ["32-bit floats", 4.5, minute, each(() => Math.fround(20 + random()))],
      ["any doubles", 8.2, minute, each(() => random())],
      ["one of three texts", 0.4, minute, each((i) => ["off", "on", "standby"][i % 7 === 0 ? 1 : 0] ?? "")],
      [
        "positions of six decimals",
        8,
        minute,
        each(() => ({ lat: 52 + Math.round(random() * 1e4) / 1e6, lng: 13 + Math.round(random() * 1e4) / 1e6 })),
      ],
      ["a device that was off for a day now and then", 0.7, (i) => i * 60e6 + Math.floor(i / 100) * 86400e6, walk(1)],
    ];
    test.each(cases)("%s: at most %d", (_, most, time, make) => {
      const value = make();
      const all = Array.from({ length: BLOCK_ROWS }, (_, i) => value(i));
      const c = columnsFrom(
        Float64Array.from(all, (_, i) => 1.7e15 + time(i)),
        all,
      );
      const body = encodeBlock(c);
      expectSame(decodeBlock(body), c);
      expect(body.length / BLOCK_ROWS).toBeLessThanOrEqual(most);
    });
  });
});
