import { expect, test } from "bun:test";
import fc from "fast-check";
import { Framer } from "./framer.ts";
import { publishPacket } from "./packets.ts";

test("cuts the same packets out of the stream, wherever the chunks end", () => {
  const payload = fc.oneof(fc.string({ maxLength: 40 }), fc.constant("x".repeat(5_000)));
  fc.assert(
    fc.property(
      fc.array(payload, { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
      (payloads, cuts) => {
        const packets = payloads.map((value, i) => publishPacket(4, "dtck/a/b/C", value, 1, i + 1));
        const stream = Buffer.concat(packets);
        const seen: Buffer[] = [];
        const framer = new Framer();
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length] ?? 1;
          framer.feed(stream.subarray(at, at + size), (_first, bytes, body, end) =>
            seen.push(Buffer.from(bytes.subarray(body, end))),
          );
          at += size;
        }
        expect(seen).toEqual(packets.map((packet) => Buffer.from(packet.subarray(packet.length > 129 ? 3 : 2))));
      },
    ),
  );
});

test("a remaining length of five bytes is an error", () => {
  const bytes = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01);
  expect(() => new Framer().feed(bytes, () => {})).toThrow("remaining length");
});
