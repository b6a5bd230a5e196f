import { expect, test } from "bun:test";
import { Partial } from "./partial.ts";

test("a packet that comes byte by byte is whole when its last byte came", () => {
  const partial = new Partial();
  const packet = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);
  partial.keep(packet.subarray(0, 3), 0, packet.length);
  let whole: Uint8Array | null = null;
  for (let i = 3; i < packet.length; i++) {
    expect(whole).toBeNull();
    whole = partial.add(packet.subarray(i, i + 1));
  }
  expect(whole).toEqual(packet);
  expect(partial.empty).toBe(true);
});

test("while the length is not known every byte is looked at", () => {
  const partial = new Partial();
  partial.keep(new Uint8Array([0x30]), 0, 0);
  expect(partial.add(new Uint8Array([0x80]))).toEqual(new Uint8Array([0x30, 0x80]));
});

test("what is kept is a copy, and what comes behind the packet stays with it", () => {
  const partial = new Partial();
  const lent = new Uint8Array([9, 1, 2]);
  partial.keep(lent, 1, 4);
  lent.fill(0);
  expect(partial.add(new Uint8Array([3, 4, 5]))).toEqual(new Uint8Array([1, 2, 3, 4, 5]));
});
