import { expect, test } from "bun:test";
import fc from "fast-check";
import { base64In, bytesIn, hexIn } from "./bytes.ts";

const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString("hex");

test.each([
  ["01ff", "01ff"],
  ["0x01 0xFF", "01ff"],
  ["01:Ff-02,03", "01ff0203"],
  [" 0A\n0b ", "0a0b"],
  ["", null],
  ["1", null],
  ["0x1", null],
  ["zz", null],
  ["0".repeat(5000), null],
])("hexadecimal digits: %p", (text, expected) => {
  expect(hex(hexIn(text))).toBe(expected);
});

test.each([
  ["3q2+7w==", "deadbeef"],
  ["3q2+7w", "deadbeef"],
  ["3q2-7w", "deadbeef"],
  ["AQ==", "01"],
  ["", null],
  ["A", null],
  ["AR==", null],
  ["a b", null],
  ["AQ===", null],
])("base64: %p", (text, expected) => {
  expect(hex(base64In(text))).toBe(expected);
});

test("what is both is hexadecimal; whatever is written is read back", () => {
  expect(hex(bytesIn("abcd"))).toBe("abcd");
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
      const [plain, base64] = [Buffer.from(bytes).toString("hex"), Buffer.from(bytes).toString("base64")];
      expect(hex(hexIn(plain))).toBe(plain);
      expect(hex(base64In(base64))).toBe(plain);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void bytesIn(text)));
});
