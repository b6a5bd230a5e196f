import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type AckType,
  createFrame,
  decode,
  encode,
  FRAME_COMPLETE,
  type Packet,
  putShortAck,
  readFrame,
  shortAckId,
  type Version,
} from "./index.ts";

const NAMES = { 4: "puback", 5: "pubrec", 6: "pubrel", 7: "pubcomp" } as const;
const types = fc.constantFrom<AckType>(4, 5, 6, 7);
const versions = fc.constantFrom<Version>(3, 4, 5);

test("writes the same bytes as the encoder, in every version", () => {
  fc.assert(
    fc.property(types, versions, fc.integer({ min: 1, max: 65_535 }), (type, version, packetId) => {
      const buf = new Uint8Array(6);
      expect(putShortAck(buf, 1, type, packetId)).toBe(5);
      const wanted = encode(version, { type: NAMES[type], packetId, reasonCode: 0 });
      expect([...buf.subarray(1, 5)]).toEqual([...wanted]);
    }),
  );
});

test("[MQTT-2.1.3-1] [MQTT-3.6.1-1] [MQTT-2.2.1-3] reads nothing that the decoder would read otherwise, or refuse", () => {
  const bytes = fc.tuple(fc.integer({ min: 0x10, max: 0xff }), fc.uint8Array({ maxLength: 4 }));
  let short = 0;
  fc.assert(
    fc.property(bytes, versions, ([first, body], version) => {
      const buf = Uint8Array.of(first, body.length, ...body);
      const frame = createFrame();
      expect(readFrame(buf, 0, buf.length, 100, frame)).toBe(FRAME_COMPLETE);
      const id = shortAckId(buf, frame);
      if (id === 0) return;
      short++;
      const packet: Packet = decode(version, buf, frame);
      expect(packet).toEqual({ type: NAMES[(first >> 4) as AckType], packetId: id, reasonCode: 0 });
    }),
    { numRuns: 20_000 },
  );
  expect(short).toBeGreaterThan(20);
});

test("an identifier of 0, a reason, and wrong flags are left to the decoder", () => {
  const idOf = (...bytes: number[]) => {
    const buf = Uint8Array.from(bytes);
    const frame = createFrame();
    readFrame(buf, 0, buf.length, 100, frame);
    return shortAckId(buf, frame);
  };
  expect(idOf(0x40, 2, 1, 2)).toBe(0x0102);
  expect(idOf(0x62, 2, 0, 9)).toBe(9);
  for (const other of [
    [0x40, 2, 0, 0],
    [0x40, 3, 1, 2, 0],
    [0x41, 2, 1, 2],
    [0x60, 2, 1, 2],
    [0x6a, 2, 1, 2],
    [0x82, 2, 1, 2],
    [0x30, 2, 0, 0],
  ])
    expect(idOf(...other)).toBe(0);
});
