import { expect, test } from "bun:test";
import fc from "fast-check";
import { encode, type Version } from "../../codec/index.ts";
import { arbitraryPacket } from "../../codec/packets.testing.ts";
import { Cutter, SHOWN_BYTES } from "./cutter.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function cut(chunks: readonly Uint8Array[], skip = 0): { head: string; total: number }[] {
  const seen: { head: string; total: number }[] = [];
  const cutter = new Cutter((head, total) => seen.push({ head: hex(head), total }), skip);
  for (const chunk of chunks) cutter.feed(chunk);
  return seen;
}

test("a stream cut anywhere gives the same packets", () => {
  const packets = fc.constantFrom<Version>(4, 5).chain((v) => fc.array(arbitraryPacket(v).map((p) => encode(v, p))));
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (list, sizes) => {
      const stream = Buffer.concat(list);
      const chunks: Uint8Array[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const n = sizes[i % sizes.length] ?? 1;
        chunks.push(stream.subarray(at, at + n));
        at += n;
      }
      expect(cut(chunks)).toEqual(list.map((bytes) => ({ head: hex(bytes), total: bytes.length })));
    }),
  );
});

test("of a large packet only the beginning is kept, and the one behind it is seen", () => {
  const payload = new Uint8Array(100_000).fill(7);
  const large = encode(5, { type: "publish", topic: "t", payload, qos: 0, dup: false, retain: false });
  const stream = Buffer.concat([large, Uint8Array.of(0xc0, 0)]);
  for (const size of [1, 1000, 8192, stream.length]) {
    const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
      stream.subarray(i * size, (i + 1) * size),
    );
    expect(cut(chunks)).toEqual([
      { head: hex(large.subarray(0, SHOWN_BYTES)), total: large.length },
      { head: "c000", total: 2 },
    ]);
  }
});

test("bytes of a packet that began before are passed over", () => {
  expect(cut([Uint8Array.of(1, 2), Uint8Array.of(3, 0xc0), Uint8Array.of(0)], 3)).toEqual([{ head: "c000", total: 2 }]);
});

test("after a malformed length nothing more is seen", () => {
  const bad = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0xc0, 0);
  for (const chunks of [[bad], [...bad].map((byte) => Uint8Array.of(byte))])
    expect(cut([...chunks, Uint8Array.of(0xc0, 0)])).toEqual([{ head: "30ffffffff", total: 5 }]);
});
