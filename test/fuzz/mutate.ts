import { putVarint, varintLength, type Version } from "../../src/codec/index.ts";
import { type Anatomy, anatomy, type Spot } from "./spots.ts";
import type { Random } from "./random.ts";

const utf8 = new TextEncoder();
/** What texts have been broken with: not UTF-8, NUL, half of a pair, too long a form; and names that mean something somewhere. */
const TEXTS: readonly Uint8Array[] = [
  [0x00],
  [0xed, 0xa0, 0x80],
  [0xc0, 0xaf],
  [0xe0, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xff],
  [0xef, 0xbb, 0xbf],
  [0xef, 0xbf, 0xbf],
  [0x1b, 0x5b, 0x32, 0x4a],
  [],
]
  .map((bytes) => Uint8Array.from(bytes))
  .concat(
    ["#", "+", "/", "$", "$SYS/#", "$share/g/#", "$share//", "__proto__", "constructor", "a/".repeat(60), "*"].map(
      (s) => utf8.encode(s),
    ),
  );
/** Variable byte integers that are too long, not the shortest, or too large. */
const VARINTS: readonly Uint8Array[] = [
  [0x80, 0x00],
  [0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff],
  [0x00],
  [0x7f],
].map((bytes) => Uint8Array.from(bytes));
/** Properties of some packet or other, and ones that do not exist. */
const PROPERTIES: readonly Uint8Array[] = [
  [0x01, 2],
  [0x02, 0, 0, 0, 0],
  [0x03, 0, 1, 0x61],
  [0x08, 0, 1, 0x23],
  [0x09, 0, 0],
  [0x0b, 0],
  [0x0b, 1],
  [0x11, 0xff, 0xff, 0xff, 0xff],
  [0x12, 0, 1, 0x61],
  [0x13, 0, 0],
  [0x15, 0, 1, 0x6d],
  [0x16, 0, 1, 0x64],
  [0x17, 2],
  [0x18, 0xff, 0xff, 0xff, 0xff],
  [0x21, 0, 0],
  [0x21, 0, 1],
  [0x22, 0xff, 0xff],
  [0x23, 0, 0],
  [0x23, 0, 1],
  [0x23, 0xff, 0xff],
  [0x26, 0, 0, 0, 0],
  [0x26, 0, 9, 0x5f, 0x5f, 0x70, 0x72, 0x6f, 0x74, 0x6f, 0x5f, 0x5f, 0, 1, 0x61],
  [0x27, 0, 0, 0, 1],
  [0x27, 0, 0, 0, 0],
  [0x29, 1],
  [0x00],
  [0x7f, 0],
  [0x80, 0x01],
].map((bytes) => Uint8Array.from(bytes));
const BYTES = [0, 1, 2, 3, 4, 0x10, 0x30, 0x7f, 0x80, 0x81, 0xc0, 0xfe, 0xff];
const LENGTHS = [0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xfffe, 0xffff];

/** A packet, or what is left of it, with one to four things changed. @param other a packet to take pieces of */
export function mutate(random: Random, version: Version, packet: Uint8Array, other: Uint8Array): Uint8Array {
  let bytes = packet;
  for (let n = 1 + random.below(random.oneIn(3) ? 4 : 2); n > 0; n--) {
    const structure = random.oneIn(4) ? null : anatomy(version, bytes);
    bytes =
      structure === null || structure.spots.length === 0
        ? anyBytes(random, bytes, other)
        : bySpot(random, bytes, structure, other);
  }
  return bytes;
}

/** Changes a field; mostly the lengths around it are put right, so that what is inside is looked at. */
function bySpot(random: Random, bytes: Uint8Array, structure: Anatomy, other: Uint8Array): Uint8Array {
  if (structure.lists.length > 0 && random.oneIn(4)) {
    const list = random.pick(structure.lists);
    const at = random.oneIn(2) ? list.from : list.to;
    return splice(bytes, structure, at, 0, random.pick(PROPERTIES), true);
  }
  const spot = random.pick(structure.spots);
  const fix = !random.oneIn(4);
  switch (spot.kind) {
    case "byte":
      return splice(
        bytes,
        structure,
        spot.at,
        1,
        Uint8Array.of(random.oneIn(3) ? random.below(256) : random.pick(BYTES)),
        fix,
      );
    case "u16":
    case "length16":
      return splice(bytes, structure, spot.at, 2, u16(length(random, bytes, spot)), fix);
    case "varint":
      return splice(bytes, structure, spot.at, spot.length, random.pick(VARINTS), false);
    case "property":
      return property(random, bytes, structure, spot);
    case "text":
      return text(random, bytes, structure, spot, fix);
    case "rest":
      return splice(
        bytes,
        structure,
        spot.at,
        random.below(spot.length + 1),
        random.oneIn(2) ? other : random.bytes(random.below(9)),
        fix,
      );
    default:
      return spot.kind satisfies never;
  }
}
function length(random: Random, bytes: Uint8Array, { at }: Spot): number {
  const now = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return random.oneIn(2) ? Math.max(0, now + random.below(5) - 2) : random.pick(LENGTHS);
}
/** Twice, away, or another one in its place. */
function property(random: Random, bytes: Uint8Array, structure: Anatomy, { at, length: n }: Spot): Uint8Array {
  const own = bytes.subarray(at, at + n);
  if (random.oneIn(3)) return splice(bytes, structure, at, n, NOTHING, true);
  return random.oneIn(2)
    ? splice(bytes, structure, at, 0, own, true)
    : splice(bytes, structure, at, n, random.pick(PROPERTIES), true);
}
/** Another text, with or without its length put right. */
function text(random: Random, bytes: Uint8Array, structure: Anatomy, spot: Spot, fix: boolean): Uint8Array {
  const inside = random.below(spot.length + 1);
  const now = bytes.subarray(spot.at, spot.at + spot.length);
  const evil = random.pick(TEXTS);
  const next = random.oneIn(2) ? evil : concat(now.subarray(0, inside), evil, now.subarray(inside));
  return splice(bytes, structure, spot.at - 2, 2 + spot.length, concat(u16(next.length), next), fix);
}

/** Replaces bytes [at, at + remove); with `fix` the Remaining Length and the property length around it count the new bytes. */
function splice(
  bytes: Uint8Array,
  { bodyStart, lists }: Anatomy,
  at: number,
  remove: number,
  insert: Uint8Array,
  fix: boolean,
): Uint8Array {
  if (!fix || at < bodyStart) return concat(bytes.subarray(0, at), insert, bytes.subarray(at + remove));
  const list = lists.find(({ from, to }) => at >= from && at + remove <= to);
  let body = concat(bytes.subarray(bodyStart, at), insert, bytes.subarray(at + remove));
  if (list !== undefined) {
    const size = varint(list.to - list.from + insert.length - remove);
    body = concat(body.subarray(0, list.at - bodyStart), size, body.subarray(list.from - bodyStart));
  }
  return concat(bytes.subarray(0, 1), varint(body.length), body);
}

function anyBytes(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const n = random.below(Math.min(16, bytes.length - at) + 1);
  const before = bytes.subarray(0, at);
  const behind = bytes.subarray(at);
  switch (random.below(7)) {
    case 0:
      return before;
    case 1:
      return concat(before, random.bytes(1 + random.below(4)), behind);
    case 2:
      return concat(before, bytes.subarray(at + n));
    case 3:
      return concat(before, behind.subarray(0, n), behind);
    case 4:
      return concat(before, other.subarray(Math.min(at, other.length)));
    case 5:
      return concat(bytes, other);
    default: {
      const copy = bytes.slice();
      if (at < copy.length) copy[at] = random.oneIn(2) ? random.pick(BYTES) : (copy[at] ?? 0) ^ (1 << random.below(8));
      return copy;
    }
  }
}

function u16(n: number): Uint8Array {
  return Uint8Array.of((n >> 8) & 0xff, n & 0xff);
}
function varint(n: number): Uint8Array {
  const size = Math.max(0, n);
  const bytes = new Uint8Array(varintLength(size));
  putVarint(bytes, 0, size);
  return bytes;
}
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
const NOTHING = new Uint8Array(0);
