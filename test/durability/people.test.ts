import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { oneClock } from "../../src/base/clock.ts";
import { Directory } from "../../src/fleet/directory.ts";
import { FleetService } from "../../src/fleet/service.ts";
import { auditOfPeople } from "../../src/people/audit.ts";
import { People } from "../../src/people/people.ts";
import { HERE, MINUTE, NOW, PASSWORD, QuickHasher } from "../../src/people/people.testing.ts";
import type { AccountStore } from "../../src/store/ports.ts";
import { SqliteFleetStore } from "../../src/store/sqlite/fleet/store.ts";

/**
 * One act of a person is one transaction: a crash at any commit leaves either nothing of it or all of it, and its line in the audit
 * log is a part of it.
 */

const OWNER = "owner@localhost";
const ANN = "ann@x";
const NEXT = "eight yellow bottles";
const IDENTITY = { issuer: "https://login.example", subject: "ann", email: ANN, verified: true };
const CRASH = "the process was killed here";

/** People on a file. After `commits` of them nothing more reaches it: the process is gone. */
async function open(path: string, commits = Number.POSITIVE_INFINITY) {
  let left = commits;
  const store = new SqliteFleetStore(path);
  const directory = new Directory();
  directory.apply(await store.open());
  const reach = <T>(commit: () => Promise<T>): Promise<T> => {
    if (left <= 0) throw new Error(CRASH);
    left--;
    return commit();
  };
  const { accounts } = store;
  const people: AccountStore = {
    login: (user) => accounts.login(user),
    signIns: () => accounts.signIns(),
    link: (hash) => accounts.link(hash),
    links: (kind) => accounts.links(kind),
    identity: (issuer, subject) => accounts.identity(issuer, subject),
    identities: (user) => accounts.identities(user),
    preferences: (user) => accounts.preferences(user),
    change: async (changes, audit) => reach(() => accounts.change(changes, audit)),
  };
  const micros = () => NOW;
  const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
  const fleet = new FleetService({
    store: { commit: async (...commit) => reach(() => store.commit(...commit)) },
    directory,
    micros,
    random,
  });
  await fleet.firstRun();
  const room = new People({
    store: people,
    fleet,
    directory,
    hasher: new QuickHasher(),
    mailer: null,
    settings: { idle: 60 * MINUTE, longest: 600 * MINUTE, mostSignIns: 3, mostInvitations: 4, publicUrl: null },
    micros,
    clock: oneClock(micros),
    random,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    note: (event) => auditOfPeople(event, NOW),
    tell() {},
  });
  await room.open();
  const uid = (email: string) => directory.userByEmail(email)?.uid ?? 0;
  return {
    people: room,
    directory,
    uid,
    close: () => store.close(),
    signIn: (email: string, password: string, code?: string) => room.signIn({ email, password, code }, HERE),
    async canSignIn(email: string, password: string, code?: string): Promise<boolean> {
      return room.signIn({ email, password, code }, HERE).then(
        () => true,
        () => false,
      );
    },
    roles: (email: string) => directory.membershipsOf(uid(email)).map(({ role }) => role),
    /** How often this stands in the audit log. */
    async noted(action: string): Promise<number> {
      return (await store.readAudit({ visible: null, action: `account.${action}`, limit: 100 })).length;
    },
    async invite(email: string, workspace = "home"): Promise<string> {
      const to = directory.workspaceBySlug(workspace)?.uid ?? 0;
      return secretOf(await room.links.invite(uid(OWNER), { email, workspace: to, role: "member" }, HERE));
    },
    async workspace(slug: string): Promise<void> {
      await fleet.edit((draft) => {
        const made = draft.temporary();
        draft.drafts.push({ kind: "workspace", op: "put", row: { uid: made, slug, name: slug } });
        const row = { uid: 0, user: uid(OWNER), workspace: made, role: "owner" } as const;
        draft.drafts.push({ kind: "membership", op: "put", row });
      });
    },
  };
}
type World = Awaited<ReturnType<typeof open>>;
const secretOf = ({ link }: { link: string }) => link.slice(link.lastIndexOf("/") + 1);

/**
 * Lets the process die after each commit of an act in turn, and looks at what the next start finds.
 * @returns how many commits the act takes
 */
async function diesAnywhere<P>(
  prepare: (world: World) => Promise<P>,
  act: (world: World, prepared: P) => Promise<unknown>,
  look: (world: World, prepared: P, done: boolean) => Promise<void>,
): Promise<number> {
  for (let commits = 0; commits < 10; commits++) {
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-people-"));
    const path = join(folder, "fleet.db");
    const within = async <T>(most: number, work: (world: World) => Promise<T>): Promise<T> => {
      const world = await open(path, most);
      try {
        return await work(world);
      } finally {
        await world.close();
      }
    };
    try {
      const prepared = await within(Number.POSITIVE_INFINITY, prepare);
      const done = await within(commits, (world) =>
        act(world, prepared).then(
          () => true,
          (error: unknown) => {
            if (error instanceof Error && error.message === CRASH) return false;
            throw error;
          },
        ),
      );
      await within(Number.POSITIVE_INFINITY, (world) => look(world, prepared, done));
      if (done) return commits;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  throw new Error("the act never came to its end");
}

describe("a crash at any commit of what a person does", () => {
  test("an accepted invitation: they can sign in, or use the link again", async () => {
    const commits = await diesAnywhere(
      (world) => world.invite(ANN),
      ({ people }, secret) => people.joining.accept(secret, PASSWORD, null, HERE),
      async (world, secret, done) => {
        const joined = await world.canSignIn(ANN, PASSWORD);
        expect(world.uid(ANN) > 0).toBe(joined);
        expect(await world.noted("joined")).toBe(joined ? 1 : 0);
        if (done) expect(joined).toBe(true);
        if (!joined) await world.people.joining.accept(secret, PASSWORD, null, HERE);
        expect(await world.canSignIn(ANN, PASSWORD)).toBe(true);
        expect(world.roles(ANN)).toEqual(["member"]);
      },
    );
    expect(commits).toBe(1);
  });

  test("an invitation that somebody accepts who is signed in", async () => {
    const commits = await diesAnywhere(
      async (world) => {
        await world.people.create({ email: ANN, admin: false, workspace: null, role: "member" });
        return world.invite(ANN);
      },
      ({ people, uid }, secret) => people.joining.accept(secret, null, uid(ANN), HERE),
      async (world, secret) => {
        const joined = world.roles(ANN).length === 1;
        expect(await world.noted("joined")).toBe(joined ? 1 : 0);
        // not used up before they are in
        const look = world.people.links.look(secret).then(
          () => true,
          () => false,
        );
        expect(await look).toBe(!joined);
      },
    );
    expect(commits).toBe(1);
  });

  test("an invitation that is accepted with a recovery code: it is used up if and only if they are in", async () => {
    const commits = await diesAnywhere(
      async (world) => {
        const { people } = world;
        const first = { password: PASSWORD };
        await people.create({ email: ANN, admin: false, workspace: null, role: "member", first });
        const user = world.uid(ANN);
        const { hash } = (await world.signIn(ANN, PASSWORD)).signedIn;
        const { secret } = await people.factor.begin(user, PASSWORD, HERE);
        const app = new TOTP({ secret: Secret.fromBase32(secret) });
        const codes = await people.factor.confirm(user, app.generate({ timestamp: NOW / 1000 }), hash, HERE);
        return { link: await world.invite(ANN), codes };
      },
      ({ people }, { link, codes }) => people.joinAs(link, { email: ANN, password: PASSWORD, code: codes[0] }, HERE),
      async (world, { codes }) => {
        const joined = world.roles(ANN).length === 1;
        const { recoveryCodes } = await world.people.info(world.uid(ANN));
        expect(recoveryCodes).toBe(codes.length - (joined ? 1 : 0));
        expect(await world.noted("joined")).toBe(joined ? 1 : 0);
        // it signed no browser in
        expect(await world.noted("signed_in")).toBe(1);
      },
    );
    expect(commits).toBe(1);
  });

  test("a first sign-in at another service, with invitations to two workspaces", async () => {
    const commits = await diesAnywhere(
      async (world) => {
        await world.workspace("second");
        return [await world.invite(ANN), await world.invite(ANN, "second")];
      },
      ({ people }) => people.elsewhere.signIn(IDENTITY, HERE),
      async (world) => {
        const before = world.roles(ANN).length;
        expect([0, 2]).toContain(before);
        expect(await world.noted("joined")).toBe(before);
        expect(await world.noted("identity_linked")).toBe(before / 2);
        await world.people.elsewhere.signIn(IDENTITY, HERE);
        expect(world.roles(ANN)).toEqual(["member", "member"]);
        expect(await world.noted("identity_linked")).toBe(1);
      },
    );
    // who they are, then the session: that can be had again
    expect(commits).toBe(2);
  });

  test("a set-up link with another address: both are as before, or both are new", async () => {
    const commits = await diesAnywhere(
      async ({ people }) => {
        await people.setPassword(OWNER, PASSWORD);
        return secretOf(await people.links.makeSetup(OWNER));
      },
      ({ people }, secret) => people.links.setPassword(secret, { password: NEXT, email: ANN }, HERE),
      async (world, secret) => {
        const moved = world.uid(ANN) > 0;
        expect(world.uid(OWNER) > 0).toBe(!moved);
        expect(await world.canSignIn(ANN, NEXT)).toBe(moved);
        expect(await world.canSignIn(OWNER, PASSWORD)).toBe(!moved);
        const look = world.people.links.look(secret).then(
          () => true,
          () => false,
        );
        expect(await look).toBe(!moved);
        // the first is of the preparation
        expect(await world.noted("set_up")).toBe(moved ? 2 : 1);
      },
    );
    expect(commits).toBe(1);
  });

  test.each([{ password: NEXT }, "link"] as const)(
    "an account that a command makes with %j: it has that, or is not there",
    async (first) => {
      const commits = await diesAnywhere(
        async () => {},
        ({ people }) => people.create({ email: ANN, admin: false, workspace: "home", role: "member", first }),
        async (world, _, done) => {
          const there = world.uid(ANN) > 0;
          expect(there).toBe(done);
          expect(world.roles(ANN)).toEqual(there ? ["member"] : []);
          expect(await world.canSignIn(ANN, NEXT)).toBe(there && first !== "link");
          expect(await world.noted(first === "link" ? "link_made" : "set_up")).toBe(there ? 1 : 0);
        },
      );
      expect(commits).toBe(1);
    },
  );

  test("a changed password, a second factor, a sign-in and a sign-out are in the audit log if and only if they are done", async () => {
    const enter = async (world: World) => {
      await world.people.setPassword(OWNER, PASSWORD);
      return (await world.signIn(OWNER, PASSWORD)).signedIn.hash;
    };
    const acts = [
      diesAnywhere(
        enter,
        ({ people, uid }, hash) => people.changePassword(uid(OWNER), { current: PASSWORD, next: NEXT }, hash, HERE),
        async (world) => {
          const changed = await world.canSignIn(OWNER, NEXT);
          expect(await world.canSignIn(OWNER, PASSWORD)).toBe(!changed);
          expect(await world.noted("password_changed")).toBe(changed ? 1 : 0);
        },
      ),
      diesAnywhere(
        async (world) => {
          const hash = await enter(world);
          const { secret } = await world.people.factor.begin(world.uid(OWNER), PASSWORD, HERE);
          return { hash, code: new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: NOW / 1000 }) };
        },
        ({ people, uid }, { hash, code }) => people.factor.confirm(uid(OWNER), code, hash, HERE),
        async (world) => {
          const { secondFactor, recoveryCodes } = await world.people.info(world.uid(OWNER));
          expect(recoveryCodes > 0).toBe(secondFactor);
          expect(await world.noted("second_factor_on")).toBe(secondFactor ? 1 : 0);
        },
      ),
      diesAnywhere(
        enter,
        (world) => world.signIn(OWNER, PASSWORD),
        async ({ people, uid, noted }) => {
          const sessions = people.sessions(uid(OWNER)).length;
          expect(await noted("signed_in")).toBe(sessions);
        },
      ),
      diesAnywhere(
        enter,
        ({ people, uid }, hash) => people.signOut(uid(OWNER), hash, HERE),
        async ({ people, uid, noted }) => {
          expect(await noted("signed_out")).toBe(people.sessions(uid(OWNER)).length === 0 ? 1 : 0);
        },
      ),
    ];
    expect(await Promise.all(acts)).toEqual([1, 1, 1, 1]);
  });
});
