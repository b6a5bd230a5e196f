import { describe, expect, test } from "bun:test";
import { forwardedFor, trustedPeers } from "./trusted.ts";

const trusts = trustedPeers(["10.0.0.0/8", "192.0.2.1", "2001:db8:aa::/48"]);

test.each([
  ["10.255.0.1", true],
  ["::ffff:10.1.2.3", true],
  ["11.0.0.1", false],
  ["192.0.2.1", true],
  ["192.0.2.2", false],
  ["2001:db8:aa:1::5", true],
  ["2001:0DB8:00AA::5", true],
  ["2001:db8:ab::5", false],
  ["::1", false],
  ["127.0.0.1", false],
  ["", false],
  ["10.0.0.1 ", false],
])("%s is trusted: %s", (address, trusted) => {
  expect(trusts(address)).toBe(trusted);
  expect(trustedPeers([])(address)).toBe(false);
});

describe("X-Forwarded-For", () => {
  test.each([
    ["10.0.0.1", null, "10.0.0.1"],
    ["10.0.0.1", "", "10.0.0.1"],
    ["10.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["10.0.0.1", "203.0.113.7:4711", "203.0.113.7"],
    ["10.0.0.1", "2001:DB8::7", "2001:db8::7"],
    ["10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"],
    ["10.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7"], // what is further left anybody may have written
    ["10.0.0.1", "203.0.113.7, 10.3.3.3 ,192.0.2.1", "203.0.113.7"],
    ["10.0.0.1", "10.9.9.9, 10.3.3.3", "10.9.9.9"],
    ["10.0.0.1", "203.0.113.7, unknown", "10.0.0.1"],
    ["10.0.0.1", "203.0.113.7, unknown, 10.3.3.3", "10.3.3.3"],
    ["10.0.0.1", "fe80::1%eth0", "10.0.0.1"],
    ["10.0.0.1", "127.0.0.1", "127.0.0.1"], // it is shown, and does not count as this machine
    ["203.0.113.9", "127.0.0.1", "203.0.113.9"], // nobody whom we trust says so
    ["203.0.113.9", "10.0.0.1", "203.0.113.9"],
  ])("from %s with %p: %s", (peer, header, client) => {
    expect(forwardedFor(peer, header, trusts)).toBe(client);
  });
  test("of a long list the end is looked at", () => {
    const list = ["203.0.113.7", ...Array.from({ length: 1000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)].join(",");
    expect(forwardedFor("10.0.0.1", list, trusts)).toBe("10.0.3.212");
  });
});
