import { expect, test } from "bun:test";
import { newToken, tokenHint } from "../fleet/token.ts";
import { hashToken, isTokenForm, sameSecret } from "./token.ts";

test("tokens are 40 lower-case hex characters, and stored as SHA-256", () => {
  const token = newToken((n) => Uint8Array.from({ length: n }, (_, i) => i));
  expect(token).toBe("000102030405060708090a0b0c0d0e0f10111213");
  expect(isTokenForm(token)).toBe(true);
  expect(hashToken("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(tokenHint(token)).toBe("1213");
});

test("what is no token", () => {
  for (const text of [
    "",
    "a".repeat(39),
    "a".repeat(41),
    "A".repeat(40),
    "g".repeat(40),
    `${"a".repeat(39)} `,
    "é".repeat(40),
  ]) {
    expect(isTokenForm(text)).toBe(false);
  }
});

test("secrets are compared whole", () => {
  expect(sameSecret("abc", "abc")).toBe(true);
  for (const [a, b] of [
    ["abc", "abd"],
    ["abc", "ab"],
    ["", "a"],
  ] as const)
    expect(sameSecret(a, b)).toBe(false);
});
