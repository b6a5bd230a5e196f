import { describe, expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { HERE, PASSWORD, SECOND, withOwner } from "./people.testing.ts";
import { newRecoveryCodes, normalRecoveryCode, totpStepOf, totpUri } from "./totp.ts";
import { refusalCode } from "../base/refusal.testing.ts";

const OWNER = "owner@localhost";

/** The code that an app shows. */
const appCode = (secret: string, now: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now / 1000 });

/** The owner with a second factor; the time is a step after the one of the code that confirmed it. */
async function withFactor() {
  const world = await withOwner();
  const { people, owner, signedIn, time } = world;
  const { secret, uri } = await people.factor.begin(owner, PASSWORD, HERE);
  const codes = await people.factor.confirm(owner, appCode(secret, time.now), signedIn.hash, HERE);
  time.now += 30 * SECOND;
  const signIn = (given: string, password = PASSWORD) => people.signIn({ email: OWNER, password, code: given }, HERE);
  return { ...world, secret, uri, codes, signIn };
}

describe("codes by time", () => {
  // RFC 6238 appendix B: the secret is the ASCII text 12345678901234567890; the last six of its eight digits
  const RFC = Buffer.from("12345678901234567890");
  const secret = new Secret({ buffer: RFC.buffer.slice(RFC.byteOffset, RFC.byteOffset + RFC.length) }).base32;
  test.each([
    [59, "287082", 1],
    [1111111109, "081804", 37037036],
    [1111111111, "050471", 37037037],
    [1234567890, "005924", 41152263],
    [2000000000, "279037", 66666666],
    [20000000000, "353130", 666666666],
  ])("RFC 6238 appendix B: at %d s it is %s", (seconds, text, step) => {
    expect(totpStepOf(secret, text, seconds * SECOND, 0)).toBe(step);
    expect(totpStepOf(secret, `${text.slice(0, 3)} ${text.slice(3)}`, seconds * SECOND, 0)).toBe(step);
    // one step late or early is good, two are not
    expect(totpStepOf(secret, text, (seconds + 30) * SECOND, 0)).toBe(step);
    expect(totpStepOf(secret, text, (seconds + 60) * SECOND, 0)).toBeNull();
    // a code that was used is not good again, nor are those before it
    expect(totpStepOf(secret, text, seconds * SECOND, step)).toBeNull();
  });
  test.each(["", "28708", "2870822", "28708a", "２８７０８２"])("%p is no code", (text) => {
    expect(totpStepOf(secret, text, 59 * SECOND, 0)).toBeNull();
  });
  test("an app finds in the address whose it is", () => {
    const uri = totpUri(secret, "a b@x");
    expect(uri).toStartWith("otpauth://totp/fieldcast:a%20b%40x?");
    expect(new URL(uri).searchParams.get("secret")).toBe(secret);
  });
  test("recovery codes have 80 bits each, and are compared however they are typed", () => {
    let n = 0;
    const codes = newRecoveryCodes((size) => new Uint8Array(size).fill(++n));
    expect(new Set(codes).size).toBe(10);
    for (const one of codes) {
      expect(one).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
      expect(normalRecoveryCode(` ${one.toUpperCase().replaceAll("-", " ")}`)).toBe(normalRecoveryCode(one));
    }
  });
});

describe("the second factor", () => {
  test("is asked for from its confirmation on, and not before", async () => {
    const { people, owner, signedIn, time } = await withOwner();
    expect(await refusalCode(people.factor.begin(owner, "wrong password", HERE))).toBe("sign_in_failed");
    const { secret } = await people.factor.begin(owner, PASSWORD, HERE);
    expect((await people.signIn({ email: OWNER, password: PASSWORD }, HERE)).cookie).not.toBe("");
    expect(await refusalCode(people.factor.confirm(owner, "000000", signedIn.hash, HERE))).toBe("sign_in_failed");
    await people.factor.confirm(owner, appCode(secret, time.now), signedIn.hash, HERE);
    expect(await refusalCode(people.signIn({ email: OWNER, password: PASSWORD }, HERE))).toBe("second_factor_needed");
    expect(await refusalCode(people.factor.begin(owner, PASSWORD, HERE))).toBe("invalid_request");
    expect(await people.info(owner)).toMatchObject({ secondFactor: true, recoveryCodes: 10 });
  });
  test("switching it on signs other browsers out", async () => {
    const { people, owner, cookie, signedIn, time } = await withOwner();
    const other = await people.signIn({ email: OWNER, password: PASSWORD }, HERE);
    const { secret } = await people.factor.begin(owner, PASSWORD, HERE);
    await people.factor.confirm(owner, appCode(secret, time.now), signedIn.hash, HERE);
    expect([cookie, other.cookie].map((one) => people.session(one) !== null)).toEqual([true, false]);
  });
  test("lets in with a code of now, once", async () => {
    const { signIn, secret, time } = await withFactor();
    const now = appCode(secret, time.now);
    expect(await refusalCode(signIn(now, "wrong password"))).toBe("sign_in_failed");
    expect((await signIn(now)).cookie).not.toBe("");
    expect(await refusalCode(signIn(now))).toBe("sign_in_failed");
  });
  test("the same code used twice at the same time lets in once", async () => {
    const { signIn, secret, time } = await withFactor();
    const now = appCode(secret, time.now);
    const both = await Promise.all(
      [signIn(now), signIn(now)].map((one) => one.then(() => "in").catch(() => "refused")),
    );
    expect(both.sort()).toEqual(["in", "refused"]);
  });
  test("each recovery code lets in once", async () => {
    const { signIn, codes, people, owner } = await withFactor();
    const [first = ""] = codes;
    expect((await signIn(first.toUpperCase())).cookie).not.toBe("");
    expect(await refusalCode(signIn(first))).toBe("sign_in_failed");
    expect((await people.info(owner)).recoveryCodes).toBe(9);
  });
  test("guessing codes where the password is asked for, too, is slowed down after five", async () => {
    const { people, owner } = await withFactor();
    const guess = () => refusalCode(people.factor.disable(owner, PASSWORD, "000000", HERE));
    const results: string[] = [];
    for (let i = 0; i < 8; i++) results.push(await guess());
    expect(results).toEqual([...Array(5).fill("sign_in_failed"), ...Array(3).fill("too_many_attempts")]);
    expect(await refusalCode(people.factor.renewCodes(owner, PASSWORD, "000000", HERE))).toBe("too_many_attempts");
    // the password itself is not locked by it
    expect(await refusalCode(people.signIn({ email: OWNER, password: PASSWORD }, HERE))).toBe("second_factor_needed");
  });
  test("guessing codes is slowed down, and the right password does not start the count anew", async () => {
    const { signIn, people } = await withFactor();
    const results: string[] = [];
    for (let i = 0; i < 7; i++) {
      results.push(await refusalCode(signIn("000000")));
      results.push(await refusalCode(people.signIn({ email: OWNER, password: PASSWORD }, HERE)));
    }
    expect(results.filter((one) => one === "sign_in_failed").length).toBe(5);
    expect(results.at(-1)).toBe("too_many_attempts");
  });
  test("is switched off with password and code, and recovery codes are renewed with them", async () => {
    const { people, owner, secret, codes, time } = await withFactor();
    const [first = "", second = ""] = codes;
    expect(await refusalCode(people.factor.renewCodes(owner, PASSWORD, "000000", HERE))).toBe("sign_in_failed");
    const renewed = await people.factor.renewCodes(owner, PASSWORD, first, HERE);
    expect(await refusalCode(people.factor.disable(owner, PASSWORD, second, HERE))).toBe("sign_in_failed");
    expect(await refusalCode(people.factor.disable(owner, "wrong password", renewed[0] ?? "", HERE))).toBe(
      "sign_in_failed",
    );
    await people.factor.disable(owner, PASSWORD, appCode(secret, time.now), HERE);
    expect((await people.signIn({ email: OWNER, password: PASSWORD }, HERE)).cookie).not.toBe("");
    expect(await refusalCode(people.factor.disable(owner, PASSWORD, "000000", HERE))).toBe("invalid_request");
  });
  test("neither its secret nor a recovery code is told to the log or the audit", async () => {
    const { events, logged, secret, codes, store, owner } = await withFactor();
    const told = JSON.stringify([events, logged]);
    for (const one of [secret, PASSWORD, ...codes]) expect(told).not.toContain(one);
    expect(JSON.stringify((await store.login(owner))?.recoveryCodes)).not.toContain(codes[0] ?? "");
  });
});
