import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MOST_HEADER, ProxyError, readProxyHeader } from "./proxy.ts";

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const utf8 = new TextEncoder();
/** A header of version 2. */
function binary(command: number, family: number, ...rest: number[]): Uint8Array {
  return Uint8Array.from([...SIGNATURE, command, family, rest.length >> 8, rest.length & 255, ...rest]);
}
const IPV4 = [203, 0, 113, 7, 10, 0, 0, 1, 0xc0, 0x01, 0x07, 0x5b];
const V6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
const IPV6 = [...V6, ...V6, 0xc0, 0x01, 0x07, 0x5b];
const TLV = [0x05, 0x00, 0x03, 1, 2, 3]; // a unique id

const LEGAL: readonly (readonly [name: string, bytes: Uint8Array, source: string | null])[] = [
  ["line TCP4", utf8.encode("PROXY TCP4 203.0.113.7 10.0.0.1 49153 1883\r\n"), "203.0.113.7"],
  ["line TCP6", utf8.encode("PROXY TCP6 2001:DB8::9 2001:db8::1 49153 1883\r\n"), "2001:db8::9"],
  ["line TCP6 with IPv4", utf8.encode("PROXY TCP6 ::ffff:203.0.113.7 ::1 0 65535\r\n"), "203.0.113.7"],
  ["line UNKNOWN", utf8.encode("PROXY UNKNOWN\r\n"), null],
  ["line UNKNOWN with anything", utf8.encode("PROXY UNKNOWN ffff::1 ffff::2 1 2 and more\r\n"), null],
  ["the longest line", utf8.encode(`PROXY UNKNOWN ${"x".repeat(91)}\r\n`), null],
  ["TCP4", binary(0x21, 0x11, ...IPV4), "203.0.113.7"],
  ["TCP4 with TLVs", binary(0x21, 0x11, ...IPV4, ...TLV), "203.0.113.7"],
  ["TCP6", binary(0x21, 0x21, ...IPV6), "2001:db8::9"],
  ["TCP6 with TLVs", binary(0x21, 0x21, ...IPV6, ...TLV, ...TLV), "2001:db8::9"],
  ["unix", binary(0x21, 0x31, ...Array.from({ length: 216 }, () => 65)), null],
  ["unspecified", binary(0x21, 0x00), null],
  ["unspecified with TLVs", binary(0x21, 0x00, ...TLV), null],
  ["LOCAL", binary(0x20, 0x00), null],
  ["LOCAL, whose addresses do not count", binary(0x20, 0x11, ...IPV4), null],
  ["LOCAL of a family that is not known", binary(0x20, 0x77, 1), null],
  ["as long as may be", binary(0x21, 0x11, ...IPV4, ...Array.from({ length: 4084 }, () => 0)), "203.0.113.7"],
];

describe("headers that are legal", () => {
  test.each(LEGAL)("%s: at every border, and with MQTT behind it", (_, bytes, source) => {
    for (let n = 0; n < bytes.length; n++) expect(readProxyHeader(bytes.subarray(0, n))).toBeUndefined();
    const header = { length: bytes.length, source };
    expect(readProxyHeader(bytes)).toEqual(header);
    expect(readProxyHeader(Uint8Array.from([...bytes, 0x10, 0x0a, 0x0d]))).toEqual(header);
    const moved = new Uint8Array(bytes.length + 7); // somewhere in a larger buffer
    moved.set(bytes, 7);
    expect(readProxyHeader(moved.subarray(7))).toEqual(header);
  });
});

describe("what is no header is refused as soon as that is certain", () => {
  test.each([
    ["MQTT", [0x10]],
    ["TLS", [0x16, 3, 1]],
    ["HTTP", "GET"],
    ["a word that only begins alike", "PROXZ"],
    ["small letters", "proxy TCP4"],
    ["a signature that breaks off", [...SIGNATURE.slice(0, 11), 0x0b]],
    ["version 1 in binary", binary(0x11, 0x11, ...IPV4)],
    ["version 3", binary(0x31, 0x11, ...IPV4)],
    ["an unknown command", binary(0x22, 0x11, ...IPV4)],
    ["UDP over IPv4", binary(0x21, 0x12, ...IPV4)],
    ["UDP over IPv6", binary(0x21, 0x22, ...IPV6)],
    ["an unknown family", binary(0x21, 0x41, ...IPV6)],
    ["too short for IPv4", binary(0x21, 0x11, ...IPV4.slice(1))],
    ["too short for IPv6", binary(0x21, 0x21, ...IPV6.slice(1))],
    ["too long, before it has come", [...SIGNATURE, 0x21, 0x11, 0x10, 0x01]],
    ["as long as can be said", [...SIGNATURE, 0x20, 0x00, 0xff, 0xff]],
    ["a line without CR", "PROXY TCP4 203.0.113.7 10.0.0.1 1 2\n"],
    ["a line without end", `PROXY UNKNOWN ${"x".repeat(93)}`],
    ["a line that ends a byte too late", `PROXY UNKNOWN ${"x".repeat(92)}\r\n`],
    ["an unknown family in words", "PROXY UDP4 203.0.113.7 10.0.0.1 1 2\r\n"],
    ["no family", "PROXY \r\n"],
    ["no addresses", "PROXY TCP4\r\n"],
    ["no ports", "PROXY TCP4 203.0.113.7 10.0.0.1\r\n"],
    ["one word more", "PROXY TCP4 203.0.113.7 10.0.0.1 1 2 3\r\n"],
    ["two spaces", "PROXY TCP4  203.0.113.7 10.0.0.1 1 2\r\n"],
    ["a TAB", "PROXY TCP4\t203.0.113.7 10.0.0.1 1 2\r\n"],
    ["IPv6 as IPv4", "PROXY TCP4 ::1 ::1 1 2\r\n"],
    ["IPv4 as IPv6", "PROXY TCP6 203.0.113.7 10.0.0.1 1 2\r\n"],
    ["a host name", "PROXY TCP4 localhost localhost 1 2\r\n"],
    ["octets with leading zeros", "PROXY TCP4 203.0.113.007 10.0.0.1 1 2\r\n"],
    ["an address with a zone", "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n"],
    ["a port that is too large", "PROXY TCP4 203.0.113.7 10.0.0.1 65536 2\r\n"],
    ["a port with a sign", "PROXY TCP4 203.0.113.7 10.0.0.1 +1 2\r\n"],
    ["a port with leading zeros", "PROXY TCP4 203.0.113.7 10.0.0.1 01 2\r\n"],
    ["a NUL", "PROXY TCP4 203.0.113.7\0 10.0.0.1 1 2\r\n"],
  ] as const)("%s", (_, what) => {
    const bytes = typeof what === "string" ? utf8.encode(what) : Uint8Array.from(what);
    expect(() => readProxyHeader(bytes)).toThrow(ProxyError);
  });
  test("whatever comes: it is a header, or refused, or may still become one and is not longer than one", () => {
    const start = fc.constantFrom([], SIGNATURE, [...utf8.encode("PROXY TCP4 ")], [...SIGNATURE, 0x21, 0x11]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 5000 }), (first, more) => {
        const bytes = Uint8Array.from([...first, ...more]);
        try {
          const header = readProxyHeader(bytes);
          if (header === undefined) expect(bytes.length).toBeLessThan(MOST_HEADER);
          else expect(header.length).toBeLessThanOrEqual(Math.min(bytes.length, MOST_HEADER));
        } catch (error) {
          expect(error).toBeInstanceOf(ProxyError);
        }
      }),
    );
  });
});
