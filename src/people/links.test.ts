import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { auditOfPeople } from "./audit.ts";
import { HERE, makePeople, MINUTE, PASSWORD, withOwner } from "./people.testing.ts";
import { refusalCode } from "../base/refusal.testing.ts";

const OWNER = "owner@localhost";
const NEXT = "eight yellow bottles";

describe("the set-up link", () => {
  test("is for the first administrator, sets address and password, and works once", async () => {
    const { people, secretOf, owner, directory, store } = await makePeople();
    const { link, email } = await people.links.makeSetup(null);
    expect([email, link]).toEqual([OWNER, expect.stringMatching(/^https:\/\/cloud\.example\/link\/[0-9a-f]{64}$/)]);
    const secret = secretOf(link);
    expect(JSON.stringify(await store.links("setup"))).not.toContain(secret);
    expect(await people.links.look(secret)).toMatchObject({ kind: "setup", email: OWNER, workspace: null });
    expect(await people.links.setPassword(secret, { password: NEXT, email: "Me@Example.com" }, HERE)).toBe(
      "me@example.com",
    );
    expect(directory.user(owner)).toMatchObject({ email: "me@example.com", admin: true });
    expect((await people.signIn({ email: "me@example.com", password: NEXT }, HERE)).signedIn.user).toBe(owner);
    expect(await refusalCode(people.links.setPassword(secret, { password: PASSWORD }, HERE))).toBe("link_over");
    expect(await refusalCode(people.links.look(secret))).toBe("link_over");
  });
  test("works for 30 minutes, and not when a newer one was made", async () => {
    const { people, secretOf, time } = await makePeople();
    const old = secretOf((await people.links.makeSetup(OWNER)).link);
    const secret = secretOf((await people.links.makeSetup(null)).link);
    expect(await refusalCode(people.links.look(old))).toBe("link_over");
    time.now += 30 * MINUTE - 1;
    expect((await people.links.look(secret)).email).toBe(OWNER);
    time.now += 1;
    expect(await refusalCode(people.links.setPassword(secret, { password: NEXT }, HERE))).toBe("link_over");
  });
  test("does not take another account's address", async () => {
    const { people, secretOf } = await makePeople();
    await people.create({ email: "ann@x", admin: false, workspace: null, role: "member" });
    const secret = secretOf((await people.links.makeSetup(null)).link);
    expect(await refusalCode(people.links.setPassword(secret, { password: NEXT, email: "ann@x" }, HERE))).toBe(
      "invalid_request",
    );
    expect(await refusalCode(people.links.makeSetup("nobody@x"))).toBe("not_found");
  });
  test("used twice at the same time it works once", async () => {
    const { people, secretOf } = await makePeople();
    const secret = secretOf((await people.links.makeSetup(null)).link);
    const both = [PASSWORD, NEXT].map((password) =>
      people.links.setPassword(secret, { password }, HERE).then(
        () => "set",
        (error: unknown) => (error instanceof Refusal ? error.code : "?"),
      ),
    );
    expect((await Promise.all(both)).sort()).toEqual(["link_over", "set"]);
  });
});

describe("a forgotten password", () => {
  test("is reset by a link that is mailed; all browsers are signed out", async () => {
    const { people, mails, cookie, secretOf } = await withOwner();
    people.links.askReset(" Owner@localhost", HERE);
    await people.links.settled();
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    expect(mail?.to).toBe(OWNER);
    const link = /https:\S+/.exec(mail?.text ?? "")?.[0] ?? "";
    await people.links.setPassword(secretOf(link), { password: NEXT, email: "thief@x" }, HERE);
    expect(people.session(cookie)).toBeNull();
    // the address stays: only who owns the data folder may change it by a link
    expect((await people.signIn({ email: OWNER, password: NEXT }, HERE)).cookie).not.toBe("");
    expect(await refusalCode(people.links.setPassword(secretOf(link), { password: NEXT }, HERE))).toBe("link_over");
  });
  test("of nobody is answered the same, and nothing is sent", async () => {
    const { people, mails, store } = await withOwner();
    people.links.askReset("nobody@x", HERE);
    await people.links.settled();
    expect(mails).toEqual([]);
    expect(await store.links("reset")).toEqual([]);
  });
  test("can be asked for a few times, then one has to wait, also for nobody's", async () => {
    const { people, mails } = await withOwner();
    for (const email of [OWNER, "nobody@x"]) {
      for (let i = 0; i < 5; i++) people.links.askReset(email, HERE);
      expect(() => people.links.askReset(email, HERE)).toThrow(Refusal);
    }
    await people.links.settled();
    expect(mails).toHaveLength(5);
  });
  test("without mail nothing happens, and the log says why; the failure of a mail server is logged", async () => {
    const silent = await makePeople({ mail: false });
    silent.people.links.askReset(OWNER, HERE);
    await silent.people.links.settled();
    expect(silent.logged.join("\n")).toContain("--smtp-url");
    const { people, outage, logged } = await withOwner();
    outage.mail = new Error("no route");
    people.links.askReset(OWNER, HERE);
    await people.links.settled();
    expect(logged.join("\n")).toContain("no route");
  });
  test("a second factor stays with a reset, and goes with a set-up link", async () => {
    const { people, store, owner, secretOf } = await withOwner();
    const login = await store.login(owner);
    if (!login) throw new Error("no login");
    await store.change([{ op: "login_put", login: { ...login, totpSecret: "ABCDEFGH", totpConfirmed: true } }]);
    const reset = await people.links.makeReset(owner, OWNER, HERE);
    await people.links.setPassword(secretOf(reset.link), { password: NEXT }, HERE);
    expect(await refusalCode(people.signIn({ email: OWNER, password: NEXT }, HERE))).toBe("second_factor_needed");
    const setup = await people.links.makeSetup(OWNER);
    await people.links.setPassword(secretOf(setup.link), { password: NEXT }, HERE);
    expect((await people.signIn({ email: OWNER, password: NEXT }, HERE)).cookie).not.toBe("");
  });
});

describe("invitations", () => {
  const world = async (given: Parameters<typeof withOwner>[0] = {}) => {
    const made = await withOwner(given);
    const home = made.directory.workspaceBySlug("home")?.uid ?? 0;
    const invite = (email: string, role: "owner" | "admin" | "member" | "observer" = "member", by = made.owner) =>
      made.people.links.invite(by, { email, workspace: home, role }, HERE);
    const roleOf = (email: string) =>
      made.directory.membershipsOf(made.directory.userByEmail(email)?.uid ?? 0).map((one) => one.role);
    return { ...made, home, invite, roleOf };
  };

  test("an address without an account gets one, with the password that it chooses", async () => {
    const { people, invite, roleOf, mails, secretOf } = await world();
    const made = await invite("Ann@x", "observer");
    expect(made).toMatchObject({ email: "ann@x", mailed: true });
    expect(mails[0]?.text).toContain(made.link);
    const secret = secretOf(made.link);
    expect(await people.links.look(secret)).toMatchObject({
      kind: "invitation",
      email: "ann@x",
      role: "observer",
      workspace: { slug: "home" },
    });
    expect(await refusalCode(people.joining.accept(secret, null, null, HERE))).toBe("weak_password");
    expect(await refusalCode(people.joining.accept(secret, "short", null, HERE))).toBe("weak_password");
    expect(await people.joining.accept(secret, NEXT, null, HERE)).toBe("ann@x");
    expect(roleOf("ann@x")).toEqual(["observer"]);
    expect((await people.signIn({ email: "ann@x", password: NEXT }, HERE)).cookie).not.toBe("");
    expect(await refusalCode(people.joining.accept(secret, NEXT, null, HERE))).toBe("link_over");
  });

  test("an address with an account joins signed in, and keeps its password: a link alone opens no account", async () => {
    const { people, invite, roleOf, secretOf, directory } = await world();
    await people.create({ email: "bob@x", admin: false, workspace: null, role: "member" });
    const bob = directory.userByEmail("bob@x")?.uid ?? 0;
    const secret = secretOf((await invite("bob@x")).link);
    expect(await refusalCode(people.joining.accept(secret, NEXT, null, HERE))).toBe("sign_in_needed");
    expect(await people.hasPassword(bob)).toBe(false);
    await people.setPassword("bob@x", PASSWORD);
    await people.joining.accept(secret, NEXT, bob, HERE);
    expect(roleOf("bob@x")).toEqual(["member"]);
    expect(await refusalCode(people.signIn({ email: "bob@x", password: NEXT }, HERE))).toBe("sign_in_failed");
    expect(await refusalCode(invite("bob@x"))).toBe("invalid_request");
  });

  test("somebody else who is signed in cannot accept it", async () => {
    const { people, invite, secretOf, owner } = await world();
    await people.create({ email: "bob@x", admin: false, workspace: null, role: "member" });
    const secret = secretOf((await invite("bob@x")).link);
    expect(await refusalCode(people.joining.accept(secret, null, owner, HERE))).toBe("sign_in_needed");
  });

  test.each([
    ["admin", "admin", "invited"],
    ["admin", "owner", "not_permitted"],
    ["member", "observer", "not_permitted"],
    ["observer", "observer", "not_permitted"],
  ] as const)("by a person with the role %s as %s: %s", async (role, wished, expected) => {
    const { people, directory, invite } = await world();
    await people.create({ email: "ann@x", admin: false, workspace: "home", role });
    const ann = directory.userByEmail("ann@x")?.uid ?? 0;
    const result = await invite("carl@x", wished, ann).then(
      () => "invited",
      (error: unknown) => (error instanceof Refusal ? error.code : "?"),
    );
    expect(result).toBe(expected);
  });

  test("is void when who invited may not invite any more", async () => {
    const { people, directory, invite, secretOf, home } = await world();
    await people.create({ email: "ann@x", admin: false, workspace: "home", role: "admin" });
    const ann = directory.userByEmail("ann@x")?.uid ?? 0;
    const secret = secretOf((await invite("carl@x", "admin", ann)).link);
    const [membership] = directory.membershipsOf(ann).filter((one) => one.workspace === home);
    if (!membership) throw new Error("no membership");
    directory.apply([{ kind: "membership", op: "put", row: { ...membership, role: "member" } }]);
    expect(await refusalCode(people.joining.accept(secret, NEXT, null, HERE))).toBe("link_over");
    expect(directory.userByEmail("carl@x")).toBeUndefined();
  });

  test("waits for 7 days; a newer one replaces it; it can be withdrawn", async () => {
    const { people, invite, secretOf, home, time, owner } = await world();
    const first = secretOf((await invite("carl@x")).link);
    const second = secretOf((await invite("carl@x", "admin")).link);
    expect(await refusalCode(people.links.look(first))).toBe("link_over");
    expect(await people.links.invitations(home)).toMatchObject([{ email: "carl@x", role: "admin" }]);
    expect(await people.links.invitations(home + 1)).toEqual([]);
    await people.links.withdraw(owner, home, "CARL@x", HERE);
    expect(await refusalCode(people.links.look(second))).toBe("link_over");
    expect(await refusalCode(people.links.withdraw(owner, home, "carl@x", HERE))).toBe("not_found");
    const third = secretOf((await invite("carl@x")).link);
    time.now += 7 * 24 * 60 * MINUTE;
    expect(await refusalCode(people.links.look(third))).toBe("link_over");
    expect(await people.links.invitations(home)).toEqual([]);
  });

  test("one address is mailed a few times, then whoever invites it has to wait; others are not concerned", async () => {
    const { people, invite, mails, directory, time } = await world();
    await people.create({ email: "ann@x", admin: false, workspace: "home", role: "admin" });
    const ann = directory.userByEmail("ann@x")?.uid ?? 0;
    for (let i = 0; i < 5; i++) await invite("carl@x");
    expect(await refusalCode(invite("carl@x"))).toBe("too_many_attempts");
    expect(await refusalCode(invite("carl@x", "member", ann))).toBe("too_many_attempts");
    expect(mails).toHaveLength(5);
    await invite("dora@x");
    time.now += 60 * MINUTE;
    await invite("carl@x");
    expect(mails).toHaveLength(7);
    // what is handed over floods nobody
    const silent = await world({ mail: false });
    for (let i = 0; i < 20; i++) await silent.invite("carl@x");
  });

  test("only so many wait at a time; one that is replaced does not count", async () => {
    const { people, invite, home, mails, owner } = await world();
    for (let i = 0; i < 4; i++) await invite(`guest${i}@x`);
    expect(await refusalCode(invite("guest4@x"))).toBe("quota_exceeded");
    expect(mails).toHaveLength(4);
    await invite("guest3@x", "admin");
    await people.links.withdraw(owner, home, "guest0@x", HERE);
    await invite("guest4@x");
    // nor when they are made at the same time
    for (const n of [1, 2, 3, 4]) await people.links.withdraw(owner, home, `guest${n}@x`, HERE);
    await Promise.allSettled(Array.from({ length: 20 }, (_, n) => invite(`other${n}@x`)));
    expect(await people.links.invitations(home)).toHaveLength(4);
  });

  test("the audit log has it in its workspace, done by who did it, and not whether the address has an account", async () => {
    const { people, invite, events, owner, home, directory, secretOf } = await world();
    await people.create({ email: "bob@x", admin: false, workspace: null, role: "member" });
    const bob = directory.userByEmail("bob@x")?.uid ?? 0;
    await invite("carl@x");
    await people.links.withdraw(owner, home, "carl@x", HERE);
    const { link } = await invite("bob@x");
    await people.joining.accept(secretOf(link), null, bob, HERE);
    await people.links.makeReset(owner, "bob@x", HERE);
    const lines = events
      .map((event) => auditOfPeople(event, 0))
      .map(({ by, action, workspace, target, name }) => [by.key, by.name, action, workspace, target, name]);
    const me = [`u:${owner}`, OWNER];
    expect(lines.slice(-5)).toEqual([
      [...me, "account.invited", home, 0, "carl@x"],
      [...me, "account.invitation_withdrawn", home, 0, "carl@x"],
      [...me, "account.invited", home, 0, "bob@x"],
      [`u:${bob}`, "bob@x", "account.joined", home, bob, "bob@x"],
      [...me, "account.link_made", null, bob, "bob@x"],
    ]);
  });

  test("is handed over when it cannot be mailed", async () => {
    const { invite, outage } = await world();
    outage.mail = new Error("no route");
    expect(await invite("carl@x")).toMatchObject({ mailed: false, link: expect.stringContaining("/link/") });
    const silent = await world({ mail: false, publicUrl: null });
    expect((await silent.invite("carl@x")).link).toMatch(/^\/link\/[0-9a-f]{64}$/);
  });

  test("a link of one kind does nothing of another", async () => {
    const { people, invite, secretOf } = await world();
    const invitation = secretOf((await invite("carl@x")).link);
    const setup = secretOf((await people.links.makeSetup(null)).link);
    expect(await refusalCode(people.joining.accept(setup, NEXT, null, HERE))).toBe("link_over");
    expect(await refusalCode(people.links.setPassword(invitation, { password: NEXT }, HERE))).toBe("link_over");
    expect(await refusalCode(people.links.look("0".repeat(64)))).toBe("link_over");
    expect(await refusalCode(people.links.look("../../etc"))).toBe("link_over");
  });
});
