import { expect, test } from "bun:test";
import { isIPv6 } from "node:net";
import fc from "fast-check";
import { addressBytes, isLoopback, plainAddress, printAddress, senderOf } from "./address.ts";

test.each([
  ["192.0.2.1", "c0000201"],
  ["::", "0".repeat(32)],
  ["::1", `${"0".repeat(31)}1`],
  ["2001:DB8::a:0:1", "20010db8000000000000000a00000001"],
  ["fe80::", `fe80${"0".repeat(28)}`],
  ["fe80::1%eth0.7", `fe80${"0".repeat(27)}1`],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
  ["::ffff:192.0.2.1", "00000000000000000000ffffc0000201"],
  ["64:ff9b::192.0.2.1", "0064ff9b0000000000000000c0000201"],
  ["", null],
  ["localhost", null],
  ["1.2.3", null],
  ["1.2.3.256", null],
  ["1:2:3:4:5:6:7", null],
  ["::1::", null],
])("the bytes of %p are %p", (address, wanted) => {
  const bytes = addressBytes(address);
  expect(bytes === null ? null : Buffer.from(bytes).toString("hex")).toBe(wanted);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:c000:201", "192.0.2.1"],
  ["2001:0DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["1::", "1::"],
  ["::", "::"],
  ["::1", "::1"],
  ["", ""],
  ["no address", "no address"],
])("the usual form of %p is %p", (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

test("property: what is printed is read as the same bytes, and is what the platform prints", () => {
  const bytes = fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(bytes, (made) => {
      const text = printAddress(Uint8Array.from(made));
      const dotted = !isIPv6(text);
      expect([...(addressBytes(dotted ? `::ffff:${text}` : text) ?? [])]).toEqual(made);
      if (!dotted) expect(`[${text}]`).toBe(new URL(`http://[${text}]/`).hostname);
    }),
  );
  fc.assert(fc.property(fc.ipV6(), (text) => addressBytes(text)?.length === 16));
  fc.assert(fc.property(fc.ipV4(), (text) => addressBytes(text)?.join(".") === text));
});

test.each([
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["::ffff:7f00:1", true],
  ["128.0.0.1", false],
  ["::2", false],
  ["1::127.0.0.1", false],
  ["127", false],
  ["localhost", false],
  ["", false],
])("%p is this machine: %p", (address, own) => {
  expect(isLoopback(address)).toBe(own);
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:DB8:0001:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::9", "2001:db8:0:0::/64"],
  ["2001:db8::1:2:3:4", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "::1"],
  ["::2", "::2"],
  ["", ""],
])("%s is counted as %s", (address, sender) => {
  expect(senderOf(address)).toBe(sender);
});
