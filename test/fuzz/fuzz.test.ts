import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encode } from "../../src/codec/index.ts";
import { arbitraryPacket } from "../../src/codec/packets.testing.ts";
import { feedCodec } from "./codec.ts";
import { VERSIONS } from "./corpus.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { Finding, Fuzzer, type Layer } from "./run.ts";
import { sizesOf } from "./sizes.ts";
import { anatomy } from "./spots.ts";

/** The same in every run; `npm run fuzz` takes others. */
const SEED = 20_261_123;

describe("a slice of npm run fuzz", () => {
  const slices: readonly (readonly [Layer, number])[] = [
    ["codec", 20],
    ["broker", 12],
    ["web", 6],
  ];
  test.each(slices)("%s: hostile input is refused or harmless", async (layer, rounds) => {
    const fuzzer = new Fuzzer(SEED, [layer]);
    for (let round = 0; round < rounds; round++) expect(await fuzzer.round(round)).toBeGreaterThan(0);
  });
});

test("a round can be repeated", () => {
  const inputs = (round: number): string[] => {
    const random = new Random(SEED, round);
    const packet = Uint8Array.from([0x30, 4, 0, 1, 0x61, 0]);
    return Array.from({ length: 50 }, () => Buffer.from(mutate(random, 5, packet, packet)).toString("hex"));
  };
  expect(inputs(7)).toEqual(inputs(7));
  expect(inputs(7)).not.toEqual(inputs(8));
});

test("what is found says how to see it again", () => {
  const finding = new Finding(1, 2, "codec", Uint8Array.of(0x30, 0), new Error("oops"));
  expect(finding.message).toContain("the last input: 3000\nagain: npm run fuzz -- --seed 1 --layer codec --round 2");
});

test("every field of every packet is found: the spots of a packet cover it", () => {
  for (const version of VERSIONS)
    fc.assert(
      fc.property(arbitraryPacket(version), (packet) => {
        const bytes = encode(version, packet);
        const covered = new Uint8Array(bytes.length);
        for (const { at, length } of anatomy(version, bytes).spots) covered.fill(1, at, at + length);
        expect([...covered].indexOf(0)).toBe(-1);
      }),
    );
});

test("mutations reach behind the outermost checks: many inputs are still whole packets, accepted and refused", () => {
  const random = new Random(SEED, 1);
  const packets = fc.sample(arbitraryPacket(5), { seed: SEED, numRuns: 200 }).map((packet) => encode(5, packet));
  let changed = 0;
  for (let i = 0; i < 2000; i++) {
    const packet = random.pick(packets);
    const bytes = mutate(random, 5, packet, random.pick(packets));
    feedCodec(5, bytes);
    if (Buffer.compare(bytes, packet) !== 0) changed++;
  }
  expect(changed).toBeGreaterThan(1800);
});

test("sizes of collections are found wherever they are", () => {
  const inner = new Map([["k", { list: [1, 2, 3] }]]);
  const root = { a: { set: new Set([inner]) }, bytes: new Uint8Array(9), self: {} };
  root.self = root;
  expect([...sizesOf(root)]).toEqual([
    [".a.set", 1],
    [".a.set[]", 1],
    [".a.set[][].list", 3],
  ]);
});
