import { describe, expect, test } from "bun:test";
import { isNobody, noToken, secretOf, secretOfHeader } from "./credentials.ts";

const T = "0123456789abcdef0123456789abcdef01234567";
const U = "fedcba98765432100123456789abcdef01234567";
const B = T.replaceAll("0", "A").toUpperCase();
const said = (s: { secret: string } | { wrong: string }): string => ("wrong" in s ? s.wrong : `secret ${s.secret}`);

describe("what is nearly a token is told what it has too much (section 2)", () => {
  test.each([
    [`${T}\n`, "ends with a line break"],
    [`${T}\r\n`, "ends with a line break"],
    [`${T} `, "ends with white space"],
    [` ${T}`, "begins with white space"],
    [`${T}\0`, "ends with a NUL byte"],
    [`\ufeff${T}`, "begins with a byte order mark"],
    [B, "has upper-case letters"],
    [`${B}\n`, "ends with a line break and has upper-case letters"],
    [`"${T}"`, "stands in quotation marks"],
    [`<${T}>`, "stands in quotation marks or brackets"],
    [`Token ${T}`, "begins with a word"],
    [`Bearer ${T}\n`, "ends with a line break and begins with a word"],
    [T.slice(1), "has 39 characters instead of 40"],
    [T.slice(0, 32), "has 32 characters instead of 40"],
    [`${T}${T}`, "has 80 characters instead of 40"],
  ])("%j", (text, words) => {
    const message = noToken(text);
    expect(message).toContain(`The access token ${words}`);
    expect(message).toContain("40 lower-case hexadecimal characters");
    expect(message).not.toContain(T.slice(0, 8));
    expect(message).not.toContain(B.slice(0, 8));
  });
  test.each([
    "",
    "x",
    "secret",
    "A",
    "me@example.com ",
    "PASSWORD1\n",
    "\n",
    `${T}g`,
    "é".repeat(40),
    " ".repeat(65_000),
  ])("nothing like a token: nothing is told of it (%#)", (text) =>
    expect(noToken(text)).toBe("This is not an access token: those are 40 lower-case hexadecimal characters."),
  );
});

test("when user name and password differ, the field that is wrong is named", () => {
  expect(said(secretOf(T, `${T}\n`))).toStartWith("The password ends with a line break");
  expect(said(secretOf(`${T}\n`, T))).toStartWith("The user name ends with a line break");
  expect(said(secretOf(T.toUpperCase(), T))).toStartWith("The user name has upper-case letters");
  expect(said(secretOf(U, T))).toBe(
    "The user name must be the access token too, the same as the password, or stay empty.",
  );
  expect(said(secretOf("dev7", T))).not.toContain("dev7");
});

test("what follows a question mark in the user name is not part of it", () => {
  expect(secretOf(`${T}?SDK=Metrics&a?b`, T)).toEqual({ secret: T });
  expect(secretOf(`${T}?SDK=Metrics`, "")).toEqual({ secret: T });
  expect(secretOf("?SDK=Metrics", T)).toEqual({ secret: T });
  expect(said(secretOf(`${T}?`, U))).toContain("must be the access token too");
  expect([isNobody("", ""), isNobody("?SDK=x", ""), isNobody("x", ""), isNobody("", "x")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe("the Authorization header", () => {
  test.each([`Token ${T}`, `token   ${T}`, `BEARER ${T}`, ` Token ${T} `])("%s", (header) => {
    expect(secretOfHeader(header)).toEqual({ secret: T });
  });
  test.each([
    ["", "Send the header"],
    ["Token", "Send the header"],
    [T, "The word Token and a space are missing"],
    [T.toUpperCase(), "The word Token and a space are missing"],
    [`Basic ${btoa(`${T}:${T}`)}`, "Basic authentication is not taken"],
    [`Token: ${T}`, "a space and nothing else"],
    [`Digest ${T}`, "Send the header"],
    [`Token ${T} x`, "Send the header"],
  ])("%s", (header, words) => {
    const message = said(secretOfHeader(header));
    expect(message).toContain(words);
    expect(message).toContain("Authorization: Token <access token>");
    expect(message).not.toContain(T);
  });
});
