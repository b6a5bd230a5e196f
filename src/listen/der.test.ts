import { describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { makeAuthority, makeServerCertificate } from "./authority.ts";
import * as der from "./der.ts";

const hex = (bytes: Uint8Array) => bytes.toHex();

describe("elements, as X.690 writes them", () => {
  test.each([
    ["a short length", der.octets(new Uint8Array(2)), "04020000"],
    ["a length of one byte", der.octets(new Uint8Array(128)).subarray(0, 3), "048180"],
    ["a length of two bytes", der.octets(new Uint8Array(256)).subarray(0, 4), "04820100"],
    ["an integer", der.integer(Uint8Array.of(0, 0, 5)), "020105"],
    ["zero", der.integer(Uint8Array.of(0)), "020100"],
    ["an integer that must not look negative", der.integer(Uint8Array.of(0x80)), "02020080"],
    ["an object identifier", der.identifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
    ["flags", der.bits(Uint8Array.of(0x06), 1), "03020106"],
    ["nothing in a sequence", der.sequence(), "3000"],
    ["a tag that wraps", der.wrapped(3, der.TRUE), "a3030101ff"],
    ["a tag that replaces", der.tagged(2, Uint8Array.of(0x61)), "820161"],
    [
      "a time before 2050",
      der.time(new Date("2049-12-31T23:59:59.999Z")),
      `170d${Buffer.from("491231235959Z").toString("hex")}`,
    ],
    [
      "a time from 2050 on",
      der.time(new Date("2050-01-01T00:00:00Z")),
      `180f${Buffer.from("20500101000000Z").toString("hex")}`,
    ],
  ])("%s", (_, bytes, wanted) => {
    expect(hex(bytes)).toBe(wanted);
  });

  test("what is too long is refused, and a length that points outside, too", () => {
    expect(() => der.octets(new Uint8Array(65_536))).toThrow(RangeError);
    expect(() => der.inside(Uint8Array.of(0x30, 0x05, 0x00))).toThrow(RangeError);
    expect(() => der.inside(Uint8Array.of(0x30, 0x82, 0xff))).toThrow(RangeError);
    expect(() => der.inside(Uint8Array.of())).toThrow(RangeError);
  });

  test("what was put into a sequence is found inside it", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (contents) => {
        const items = contents.map(der.octets);
        expect(der.inside(der.sequence(...items)).map(hex)).toEqual(items.map(hex));
      }),
    );
  });
});

describe("IP addresses", () => {
  test("the platform finds every address in the certificate that was made for it", () => {
    const ca = makeAuthority(Date.now() * 1000);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const made = makeServerCertificate(ca, [address], Date.now() * 1000);
        expect(new X509Certificate(made.certPem).checkIP(address)).toBeDefined();
      }),
      { numRuns: 50 },
    );
  });
});
