import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Argon } from "./argon.ts";
import { checkPassword, normalPassword } from "./password.ts";

describe("a new password", () => {
  test.each([
    "seven green bottles",
    "zwölf Boxkämpfer jagen",
    "日本語のとても長い合言葉です",
    "Tr0ub4dor&3 and more",
    "a".repeat(100) + "bcdef",
  ])("%s is taken", (password) => {
    expect(() => checkPassword(password, "me@example.com")).not.toThrow();
  });
  test.each([
    ["eleven char", "too short"],
    ["", "empty"],
    ["x1y2z".repeat(60), "too long"],
    ["aaaaaaaaaaaaaaaa", "a key held down"],
    ["abababababababab", "two keys"],
    ["password1234", "well known"],
    ["Password-1234!", "well known, decorated"],
    ["QWERTYUIOP123", "well known, in capitals"],
    ["Someone@Example.com", "the address"],
    ["  \u00e9\u0301 1234", "composed characters count once"],
  ])("%p is refused: %s", (password) => {
    expect(() => checkPassword(password, "someone@example.com")).toThrow(Refusal);
  });
  test("looks the same however it was composed", () => {
    expect(normalPassword("e\u0301")).toBe(normalPassword("\u00e9"));
  });
});

const HOME = { sender: "192.0.2.1", known: true };

describe("argon2id", () => {
  test("hashes with its own salt and the parameters that the documents name, and knows the password again", async () => {
    const argon = new Argon();
    const hash = await argon.hash("seven green bottles", HOME);
    expect(hash).toStartWith("$argon2id$v=19$m=65536,t=2,p=1$");
    expect(argon.nobody).toStartWith("$argon2id$v=19$m=65536,t=2,p=1$");
    const [same, other, nobody] = await Promise.all([
      argon.verify("seven green bottles", hash, HOME),
      argon.verify("eight green bottles", hash, HOME),
      argon.verify("", argon.nobody, HOME),
    ]);
    expect([same, other, nobody]).toEqual([true, false, false]);
  });
  test("more than may wait are refused, and those that wait get their turn", async () => {
    const argon = new Argon();
    const ask = (sender: string) => argon.verify("x", "$2b$04$nothing", { sender, known: false });
    const all = Array.from({ length: 8 }, () => ask("192.0.2.1").then(String, (e: unknown) => e));
    const results = await Promise.all(all);
    const late = results.filter((one) => one instanceof Refusal && one.code === "too_many_attempts");
    expect(late).toHaveLength(2);
    expect(results.some((one) => one instanceof Refusal && one.retryAfter !== undefined)).toBe(true);
    // and afterwards there is room again
    expect(await ask("192.0.2.1").catch(() => "asked")).toBe("asked");
  });
});
