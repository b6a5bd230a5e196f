import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { refusalCode, refusalOf } from "../base/refusal.testing.ts";
import { hashSecret } from "./secret.ts";
import { People } from "./people.ts";
import { HERE, MINUTE, makePeople, PASSWORD, SECOND, withOwner } from "./people.testing.ts";

const OWNER = "owner@localhost";
const ELSEWHERE = { address: "198.51.100.7", agent: "another" };

describe("signing in", () => {
  test("with the right password gives a cookie that tells who it is, and only its hash is stored", async () => {
    const { people, store, owner, cookie, signedIn, events } = await withOwner();
    expect(people.session(cookie)).toEqual(signedIn);
    expect(signedIn.user).toBe(owner);
    const [stored] = await store.signIns();
    expect(stored).toMatchObject({ hash: hashSecret(cookie), address: HERE.address, agent: HERE.agent });
    expect(JSON.stringify([await store.signIns(), events])).not.toContain(cookie);
    expect(JSON.stringify(await store.signIns())).not.toContain(signedIn.csrf);
    expect(events.at(-1)).toMatchObject({ what: "signed_in", email: OWNER, user: owner });
  });

  test("a session is new each time, so one that was known before gains nothing", async () => {
    const { people, cookie } = await withOwner();
    const second = await people.signIn({ email: OWNER, password: PASSWORD }, HERE);
    expect(second.cookie).not.toBe(cookie);
    expect(second.signedIn.csrf).not.toBe(people.session(cookie)?.csrf ?? "");
  });

  test("an address that nobody has is refused in the same words, after the same work", async () => {
    const { people, hasher } = await withOwner();
    const before = hasher.checked.length;
    const wrong = await refusalOf(people.signIn({ email: OWNER, password: "not this one at all" }, HERE));
    const work = hasher.checked.length - before;
    const unknown = await refusalOf(people.signIn({ email: "nobody@x", password: "not this one at all" }, HERE));
    expect([unknown.code, unknown.message]).toEqual([wrong.code, wrong.message]);
    expect(hasher.checked.length - before).toBe(2 * work);
  });

  test("an account without a password lets nobody in, also with an empty one", async () => {
    const { people } = await makePeople();
    for (const password of ["", " ", "quick:\0", "x".repeat(2000)])
      expect(await refusalCode(people.signIn({ email: OWNER, password }, HERE))).toBe("sign_in_failed");
  });

  test("the address may be written in capitals, with spaces around it", async () => {
    const { people } = await withOwner();
    expect((await people.signIn({ email: "  Owner@LOCALHOST ", password: PASSWORD }, HERE)).cookie).toHaveLength(64);
  });

  test("a session ends after its idle time, and at the latest after its longest", async () => {
    const { people, cookie, time } = await withOwner({ idle: 60 * MINUTE, longest: 150 * MINUTE });
    time.now += 59 * MINUTE;
    expect(people.session(cookie)).not.toBeNull();
    time.now += 59 * MINUTE;
    expect(people.session(cookie)).not.toBeNull();
    time.now += 33 * MINUTE;
    expect(people.session(cookie)).toBeNull();
    const other = await people.signIn({ email: OWNER, password: PASSWORD }, HERE);
    time.now += 60 * MINUTE;
    expect(people.session(other.cookie)).toBeNull();
    await people.tick();
    expect(people.sessions(other.signedIn.user)).toEqual([]);
  });

  test("the browser that was used least lately goes when there are too many", async () => {
    const world = await withOwner({ mostSignIns: 2 });
    const { people, cookie, time, store } = world;
    time.now += SECOND;
    const second = await people.signIn({ email: OWNER, password: PASSWORD }, HERE);
    time.now += SECOND;
    people.session(cookie);
    const third = await people.signIn({ email: OWNER, password: PASSWORD }, HERE);
    expect([cookie, second.cookie, third.cookie].map((one) => people.session(one) !== null)).toEqual([
      true,
      false,
      true,
    ]);
    expect(await store.signIns()).toHaveLength(2);
  });

  test("sessions and the time of their last use are there after a restart", async () => {
    const { people, cookie, time, ...needs } = await withOwner();
    time.now += 5 * MINUTE;
    people.session(cookie);
    await people.tick();
    const again = new People({ ...needs });
    await again.open();
    expect(again.sessions(needs.owner)).toMatchObject([{ lastUsed: time.now }]);
    expect(again.session(cookie)).not.toBeNull();
  });

  test("signing out ends one browser, signing out everywhere all of them but one", async () => {
    const { people, cookie, signedIn, owner, store } = await withOwner();
    const others = [
      await people.signIn({ email: OWNER, password: PASSWORD }, HERE),
      await people.signIn({ email: OWNER, password: PASSWORD }, ELSEWHERE),
    ];
    await people.signOut(owner, others[0]?.signedIn.hash ?? "", HERE);
    expect(people.session(others[0]?.cookie ?? "")).toBeNull();
    expect(people.session(cookie)).not.toBeNull();
    await people.signOutEverywhere(owner, signedIn.hash, HERE);
    expect(people.session(others[1]?.cookie ?? "")).toBeNull();
    expect(people.session(cookie)).not.toBeNull();
    await people.signOutEverywhere(owner, null, HERE);
    expect(people.session(cookie)).toBeNull();
    expect(await store.signIns()).toEqual([]);
  });

  test("a browser that was signed out does not come back with what is stored by the clock", async () => {
    const { people, cookie, owner, time, store } = await withOwner();
    time.now += 5 * MINUTE;
    people.session(cookie);
    const ticking = people.tick();
    await people.signOutEverywhere(owner, null, HERE);
    await ticking;
    await people.tick();
    expect(await store.signIns()).toEqual([]);
  });

  test("a session ends with its account", async () => {
    const { people, cookie, directory, owner } = await withOwner();
    directory.apply([{ kind: "user", op: "delete", uid: owner }]);
    expect(people.session(cookie)).toBeNull();
  });

  test("what is no cookie of ours is nobody's", async () => {
    const { people, cookie } = await withOwner();
    for (const text of ["", "x", cookie.toUpperCase(), `${cookie}0`, hashSecret(cookie)])
      expect(people.session(text)).toBeNull();
  });
});

describe("brute force", () => {
  const fail = (people: People, email: string, address: string) =>
    people.signIn({ email, password: "wrong wrong wrong" }, { address, agent: "" });

  test.each([OWNER, "nobody@example.com"])(
    "%s: after five failures from one address it has to wait, longer each time",
    async (email) => {
      const { people, time } = await withOwner();
      for (let i = 0; i < 5; i++) expect(await refusalCode(fail(people, email, "192.0.2.9"))).toBe("sign_in_failed");
      const waits: number[] = [];
      for (let i = 0; i < 12; i++) {
        const late = await refusalOf(fail(people, email, "192.0.2.9"));
        expect(late.code).toBe("too_many_attempts");
        waits.push(late.retryAfter ?? 0);
        time.now += (late.retryAfter ?? 0) * SECOND;
        expect(await refusalCode(fail(people, email, "192.0.2.9"))).toBe("sign_in_failed");
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    },
  );

  test("the right password does not help while one has to wait, and works afterwards", async () => {
    const { people, time } = await withOwner();
    for (let i = 0; i < 5; i++) await refusalOf(fail(people, OWNER, HERE.address));
    expect(await refusalCode(people.signIn({ email: OWNER, password: PASSWORD }, HERE))).toBe("too_many_attempts");
    time.now += SECOND;
    expect((await people.signIn({ email: OWNER, password: PASSWORD }, HERE)).cookie).not.toBe("");
    for (let i = 0; i < 5; i++) expect(await refusalCode(fail(people, OWNER, HERE.address))).toBe("sign_in_failed");
  });

  test("many at the same time count, too", async () => {
    const { people } = await withOwner();
    const all = await Promise.all(Array.from({ length: 50 }, () => refusalCode(fail(people, OWNER, "192.0.2.9"))));
    expect(all.filter((one) => one === "sign_in_failed")).toHaveLength(5);
  });

  test("an account that is tried from many addresses is slowed down for all, but only for a minute at most", async () => {
    const { people, time } = await withOwner();
    for (let i = 0; i < 20; i++)
      expect(await refusalCode(fail(people, OWNER, `203.0.113.${i}`))).toBe("sign_in_failed");
    const late = await refusalOf(fail(people, OWNER, "203.0.113.99"));
    expect(late.code).toBe("too_many_attempts");
    for (let i = 0; i < 40; i++) {
      time.now += 61 * SECOND;
      await refusalOf(fail(people, OWNER, `203.0.113.${100 + i}`));
    }
    time.now += 61 * SECOND;
    expect((await people.signIn({ email: OWNER, password: PASSWORD }, HERE)).cookie).not.toBe("");
  });

  test("what nobody could decide, because too many signed in or there was no storage, is no failure", async () => {
    const { people, hasher, store, owner } = await withOwner();
    const right = () => people.signIn({ email: OWNER, password: PASSWORD }, HERE);
    const verify = hasher.verify.bind(hasher);
    hasher.verify = () => Promise.reject(new Refusal("too_many_attempts", "busy"));
    const wish = { current: PASSWORD, next: "eight yellow bottles" };
    for (let i = 0; i < 40; i++) expect((await refusalOf(right())).message).toBe("busy");
    for (let i = 0; i < 40; i++)
      expect((await refusalOf(people.changePassword(owner, wish, "", HERE))).message).toBe("busy");
    hasher.verify = verify;
    for (let i = 0; i < 40; i++) {
      store.failure = new Refusal("storage_unavailable", "full");
      expect(await refusalCode(right())).toBe("storage_unavailable");
    }
    expect((await right()).cookie).not.toBe("");
  });

  test("an address that tries many accounts is slowed down", async () => {
    const { people } = await withOwner();
    for (let i = 0; i < 30; i++) await refusalOf(fail(people, `someone${i}@x`, "192.0.2.9"));
    expect(await refusalCode(fail(people, "someone31@x", "192.0.2.9"))).toBe("too_many_attempts");
    expect((await people.signIn({ email: OWNER, password: PASSWORD }, HERE)).cookie).not.toBe("");
  });
});

describe("passwords", () => {
  test("changing it needs the current one, and signs other browsers out", async () => {
    const { people, owner, signedIn, cookie } = await withOwner();
    const other = await people.signIn({ email: OWNER, password: PASSWORD }, ELSEWHERE);
    const next = "eight yellow bottles";
    expect(
      await refusalCode(people.changePassword(owner, { current: "not it, not it", next }, signedIn.hash, HERE)),
    ).toBe("sign_in_failed");
    expect(people.session(other.cookie)).not.toBeNull();
    await people.changePassword(owner, { current: PASSWORD, next }, signedIn.hash, HERE);
    expect(people.session(other.cookie)).toBeNull();
    expect(people.session(cookie)).not.toBeNull();
    expect(await refusalCode(people.signIn({ email: OWNER, password: PASSWORD }, HERE))).toBe("sign_in_failed");
    expect((await people.signIn({ email: OWNER, password: next }, HERE)).cookie).not.toBe("");
  });

  test("a weak one is refused wherever one is set", async () => {
    const { people, owner, signedIn, secretOf } = await withOwner();
    expect(
      await refusalCode(people.changePassword(owner, { current: PASSWORD, next: "short" }, signedIn.hash, HERE)),
    ).toBe("weak_password");
    expect(await refusalCode(people.setPassword(OWNER, "short"))).toBe("weak_password");
    const { link } = await people.links.makeSetup(null);
    expect(await refusalCode(people.links.setPassword(secretOf(link), { password: "short" }, HERE))).toBe(
      "weak_password",
    );
    // the link still works
    await people.links.setPassword(secretOf(link), { password: "long enough, I hope" }, HERE);
  });

  test("when the disk is full nothing has changed", async () => {
    const { people, owner, signedIn, store } = await withOwner();
    store.failure = new Refusal("storage_unavailable", "full");
    const wish = { current: PASSWORD, next: "eight yellow bottles" };
    expect(await refusalCode(people.changePassword(owner, wish, signedIn.hash, HERE))).toBe("storage_unavailable");
    expect((await people.signIn({ email: OWNER, password: PASSWORD }, HERE)).cookie).not.toBe("");
  });
});

test("accounts are made without a password, once, with a role in a workspace", async () => {
  const { people, directory } = await makePeople();
  const wish = { email: "Ann@Example.com", admin: false, workspace: "home", role: "member" } as const;
  expect(await people.create(wish)).toEqual({ email: "ann@example.com", setup: null });
  const user = directory.userByEmail("ann@example.com");
  expect(directory.membershipsOf(user?.uid ?? 0)).toMatchObject([{ role: "member" }]);
  expect(await people.hasPassword(user?.uid ?? 0)).toBe(false);
  expect(await refusalCode(people.create(wish))).toBe("invalid_fleet");
  expect(await refusalCode(people.create({ ...wish, email: "b@x", workspace: "none" }))).toBe("not_found");
  expect(await refusalCode(people.create({ ...wish, email: "no address" }))).toBe("invalid_request");
  expect(await people.info(user?.uid ?? 0)).toEqual({
    email: "ann@example.com",
    admin: false,
    passwordSet: null,
    secondFactor: false,
    recoveryCodes: 0,
    workspaces: [{ slug: "home", name: "Home", role: "member" }],
  });
});
