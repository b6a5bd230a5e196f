import { describe, expect, test } from "bun:test";
import type {
  AccountStore,
  FleetDraft,
  FleetStore,
  StoredIdentity,
  StoredLink,
  StoredLogin,
  StoredSignIn,
} from "./ports.ts";
import { refusalCode } from "../base/refusal.testing.ts";

/** A store with two accounts and a workspace. */
interface AccountPlace {
  store(): AccountStore;
  readonly users: readonly [number, number];
  readonly workspace: number;
  /** Of the fleet store that it belongs to. */
  readonly commit: FleetStore["commit"];
  /** The account goes, as the fleet store deletes it. */
  removeUser(uid: number): Promise<void>;
  /** So does the workspace. */
  removeWorkspace(uid: number): Promise<void>;
  /** Closes and opens what is durable. */
  again(): Promise<void>;
  clean(): Promise<void>;
}

const login = (user: number, more: Partial<StoredLogin> = {}): StoredLogin => ({
  user,
  password: "$argon2id$x",
  passwordSet: 1_700_000_000_123_456,
  totpSecret: "ABC",
  totpConfirmed: true,
  totpStep: 57_000_000,
  recoveryCodes: ["r1", "r2"],
  ...more,
});
const signIn = (hash: string, user: number, created = 10, expires = 1_700_000_000_123_456): StoredSignIn => ({
  hash,
  user,
  created,
  lastUsed: created,
  expires,
  address: "192.0.2.1",
  agent: "a browser",
});
const link = (hash: string, more: Partial<StoredLink>): StoredLink => ({
  hash,
  kind: "reset",
  created: 10,
  expires: 20,
  user: null,
  email: null,
  workspace: null,
  role: null,
  by: null,
  ...more,
});
const identity = (subject: string, user: number, created = 5): StoredIdentity => ({
  issuer: "https://issuer.example",
  subject,
  user,
  created,
});

/** What every body of AccountStore must do; run by each body's own test. */
export function accountStoreContract(body: string, place: () => Promise<AccountPlace>): void {
  const within = async (work: (place: AccountPlace) => Promise<void>) => {
    const where = await place();
    try {
      await work(where);
    } finally {
      await where.clean();
    }
  };

  describe(`AccountStore contract: ${body}`, () => {
    test("everything is there after opening again, as it was put", () =>
      within(async (at) => {
        const [a, b] = at.users;
        const invitation = {
          kind: "invitation",
          email: "c@x",
          workspace: at.workspace,
          role: "member",
          by: a,
        } as const;
        const links = [link("l1", { user: a }), link("l2", invitation), link("l3", { kind: "setup", user: b })];
        await at
          .store()
          .change([
            { op: "login_put", login: login(a) },
            { op: "login_put", login: login(b, { password: null, totpSecret: null, recoveryCodes: [] }) },
            { op: "sign_in_put", signIn: signIn("s1", a) },
            { op: "sign_in_put", signIn: signIn("s2", b, 11) },
            ...links.map((one) => ({ op: "link_put" as const, link: one })),
            { op: "identity_put", identity: identity("me", a) },
          ]);
        await at.again();
        const store = at.store();
        expect(await store.login(a)).toEqual(login(a));
        expect(await store.login(b)).toEqual(login(b, { password: null, totpSecret: null, recoveryCodes: [] }));
        expect(await store.login(a + b + 1)).toBeNull();
        expect(await store.signIns()).toEqual([signIn("s1", a), signIn("s2", b, 11)]);
        for (const one of links) expect(await store.link(one.hash)).toEqual(one);
        expect(await store.link("l4")).toBeNull();
        expect(await store.links("invitation")).toEqual([link("l2", invitation)]);
        expect(await store.identity("https://issuer.example", "me")).toEqual(identity("me", a));
        expect(await store.identity("https://other.example", "me")).toBeNull();
        expect(await store.identities(a)).toEqual([identity("me", a)]);
        expect(await store.identities(b)).toEqual([]);
      }));

    test("a commit of the fleet takes along how people sign in, also those whom it makes", () =>
      within(async (at) => {
        const [a] = at.users;
        await at.store().change([
          { op: "link_put", link: link("used", { kind: "invitation", email: "c@x", workspace: at.workspace }) },
          { op: "sign_in_put", signIn: signIn("old", a) },
        ]);
        const c = -7;
        const drafts: FleetDraft[] = [
          { kind: "workspace", op: "put", row: { uid: -3, slug: "new", name: "New" } },
          { kind: "user", op: "put", row: { uid: c, email: "c@x", admin: false } },
          { kind: "membership", op: "put", row: { uid: 0, user: c, workspace: -3, role: "member" } },
        ];
        const made = await at.commit(drafts, undefined, [
          { op: "link_take", hash: "used" },
          { op: "login_put", login: login(c) },
          { op: "sign_in_put", signIn: signIn("s", c) },
          { op: "identity_put", identity: identity("me", c) },
          { op: "link_put", link: link("own", { user: c, by: a }) },
          { op: "link_put", link: link("next", { kind: "invitation", email: "d@x", workspace: -3, by: a }) },
          { op: "sign_ins_delete", user: a, except: null },
        ]);
        const [workspace = 0, uid = 0] = made.map((change) => (change.op === "put" ? change.row.uid : 0));
        expect(uid).toBeGreaterThan(0);
        await at.again();
        const store = at.store();
        expect(await store.link("used")).toBeNull();
        expect(await store.login(uid)).toEqual(login(uid));
        expect(await store.signIns()).toEqual([signIn("s", uid)]);
        expect(await store.identity("https://issuer.example", "me")).toEqual(identity("me", uid));
        expect(await store.link("own")).toEqual(link("own", { user: uid, by: a }));
        expect(await store.link("next")).toMatchObject({ workspace, by: a });
      }));

    test("and not one of the two alone; a commit may also hold nothing else", () =>
      within(async (at) => {
        const [a] = at.users;
        await at.store().change([{ op: "link_put", link: link("l", { user: a }) }]);
        const user: FleetDraft = { kind: "user", op: "put", row: { uid: -1, email: "c@x", admin: false } };
        const taken = [
          { op: "login_put", login: login(-1) },
          { op: "link_take", hash: "gone" },
        ] as const;
        expect(await refusalCode(at.commit([user], undefined, taken))).toBe("link_over");
        expect(await at.commit([], undefined, [{ op: "link_take", hash: "l" }])).toEqual([]);
        expect(await refusalCode(at.commit([], undefined, [{ op: "link_take", hash: "l" }]))).toBe("link_over");
        // the address is free still
        const [made] = await at.commit([user], undefined, [{ op: "login_put", login: login(-1) }]);
        expect(made).toMatchObject({ kind: "user", row: { email: "c@x" } });
      }));

    test("a put replaces what has the same key", () =>
      within(async (at) => {
        const [a, b] = at.users;
        const store = at.store();
        await store.change([
          { op: "login_put", login: login(a) },
          { op: "sign_in_put", signIn: signIn("s", a) },
          { op: "identity_put", identity: identity("me", a) },
        ]);
        await store.change([
          { op: "login_put", login: login(a, { password: "other" }) },
          { op: "sign_in_put", signIn: { ...signIn("s", a), lastUsed: 99 } },
          { op: "identity_put", identity: identity("me", b) },
        ]);
        expect((await store.login(a))?.password).toBe("other");
        expect(await store.signIns()).toEqual([{ ...signIn("s", a), lastUsed: 99 }]);
        expect((await store.identity("https://issuer.example", "me"))?.user).toBe(b);
      }));

    test("a link is taken once; a second taking undoes everything of its commit", () =>
      within(async (at) => {
        const [a] = at.users;
        const store = at.store();
        await store.change([
          { op: "login_put", login: login(a) },
          { op: "link_put", link: link("l", { user: a }) },
        ]);
        await store.change([{ op: "link_take", hash: "l" }]);
        expect(await store.link("l")).toBeNull();
        const second = store.change([
          { op: "login_put", login: login(a, { password: "stolen" }) },
          { op: "link_take", hash: "l" },
        ]);
        expect(await refusalCode(second)).toBe("link_over");
        expect((await store.login(a))?.password).toBe("$argon2id$x");
      }));

    test("sign-ins end one by one, or all of an account but one", () =>
      within(async (at) => {
        const [a, b] = at.users;
        const store = at.store();
        const hashes = async () => (await store.signIns()).map((s) => s.hash);
        await store.change(
          (["s1", "s2", "s3"] as const).map((hash, i) => ({ op: "sign_in_put", signIn: signIn(hash, a, i) })),
        );
        await store.change([{ op: "sign_in_put", signIn: signIn("s4", b, 9) }]);
        await store.change([{ op: "sign_in_delete", hash: "s1" }]);
        expect(await hashes()).toEqual(["s2", "s3", "s4"]);
        await store.change([{ op: "sign_ins_delete", user: a, except: "s3" }]);
        expect(await hashes()).toEqual(["s3", "s4"]);
        await store.change([{ op: "sign_ins_delete", user: a, except: null }]);
        expect(await hashes()).toEqual(["s4"]);
      }));

    test("links go by account and kind, invitations by workspace and address", () =>
      within(async (at) => {
        const [a, b] = at.users;
        const store = at.store();
        const invite = (email: string) =>
          ({ kind: "invitation", email, workspace: at.workspace, role: "observer" }) as const;
        await store.change(
          [
            link("l1", { user: a }),
            link("l2", { user: a, kind: "setup" }),
            link("l3", { user: b }),
            link("l4", invite("c@x")),
            link("l5", invite("d@x")),
          ].map((one) => ({ op: "link_put", link: one })),
        );
        await store.change([
          { op: "links_delete", user: a, kind: "reset" },
          { op: "invitations_delete", workspace: at.workspace, email: "c@x" },
        ]);
        const left = await Promise.all(["l1", "l2", "l3", "l4", "l5"].map((hash) => store.link(hash)));
        expect(left.map((one) => one?.hash ?? null)).toEqual([null, "l2", "l3", null, "l5"]);
      }));

    test("a sign-in that is used keeps the latest time, and one that is gone does not come back", () =>
      within(async (at) => {
        const [a] = at.users;
        const store = at.store();
        const one = signIn("s", a, 1);
        await store.change([
          { op: "sign_in_put", signIn: one },
          { op: "sign_in_used", hash: "s", lastUsed: one.lastUsed + 7 },
          { op: "sign_in_used", hash: "s", lastUsed: one.lastUsed + 5 },
          { op: "sign_in_used", hash: "gone", lastUsed: one.lastUsed + 9 },
        ]);
        expect(await store.signIns()).toEqual([{ ...one, lastUsed: one.lastUsed + 7 }]);
      }));

    test("what has expired leaves", () =>
      within(async (at) => {
        const [a] = at.users;
        const store = at.store();
        await store.change([
          { op: "sign_in_put", signIn: signIn("old", a, 1, 99) },
          { op: "sign_in_put", signIn: signIn("new", a, 2, 100) },
          { op: "link_put", link: link("l1", { user: a, expires: 99 }) },
          { op: "link_put", link: link("l2", { user: a, expires: 100 }) },
        ]);
        await store.change([{ op: "expire", before: 100 }]);
        expect((await store.signIns()).map((s) => s.hash)).toEqual(["new"]);
        expect((await store.links("reset")).map((l) => l.hash)).toEqual(["l2"]);
      }));

    test("an identity is given up", () =>
      within(async (at) => {
        const [a] = at.users;
        const store = at.store();
        await store.change([{ op: "identity_put", identity: identity("me", a) }]);
        await store.change([{ op: "identity_delete", issuer: "https://issuer.example", subject: "me" }]);
        expect(await store.identities(a)).toEqual([]);
      }));

    test("preferences are kept under account, workspace and name, and go with either", () =>
      within(async (at) => {
        const [a, b] = at.users;
        const one = (user: number, name: string, workspace: number | null, value: unknown) =>
          ({ user, workspace, name, value: JSON.stringify(value), changed: 1_700_000_000_123_456 }) as const;
        const put = (...some: ReturnType<typeof one>[]) =>
          at.store().change(some.map((preference) => ({ op: "preference_put", preference })));
        expect(await at.store().preferences(a)).toEqual([]);
        await put(one(a, "views", at.workspace, [1]), one(a, "views", null, "first"), one(b, "views", null, 1));
        await put(one(a, "views", null, { second: "ü" }), one(a, "theme", null, "dark"));
        await at.again();
        expect(await at.store().preferences(a)).toEqual([
          one(a, "theme", null, "dark"),
          one(a, "views", null, { second: "ü" }),
          one(a, "views", at.workspace, [1]),
        ]);
        await at.store().change([
          { op: "preference_delete", user: a, workspace: null, name: "views" },
          { op: "preference_delete", user: a, workspace: null, name: "never" },
        ]);
        expect((await at.store().preferences(a)).map(({ name, workspace }) => [name, workspace])).toEqual([
          ["theme", null],
          ["views", at.workspace],
        ]);
        expect(await refusalCode(put(one(a, "views", at.workspace + 1, 1)))).toBe("not_found");
        await at.removeWorkspace(at.workspace);
        expect(await at.store().preferences(a)).toEqual([one(a, "theme", null, "dark")]);
        await at.removeUser(a);
        expect(await at.store().preferences(a)).toEqual([]);
        expect(await at.store().preferences(b)).toEqual([one(b, "views", null, 1)]);
        expect(await refusalCode(put(one(a, "views", null, 1)))).toBe("not_found");
      }));

    test("everything of an account goes with it, and nothing comes for one that is gone", () =>
      within(async (at) => {
        const [a, b] = at.users;
        const store = at.store();
        const invitation = {
          kind: "invitation",
          email: "c@x",
          workspace: at.workspace,
          role: "member",
          by: a,
        } as const;
        await store.change([
          { op: "login_put", login: login(a) },
          { op: "login_put", login: login(b) },
          { op: "sign_in_put", signIn: signIn("s1", a) },
          { op: "link_put", link: link("l1", { user: a }) },
          { op: "link_put", link: link("l2", invitation) },
          { op: "identity_put", identity: identity("me", a) },
        ]);
        await at.removeUser(a);
        expect(await store.login(a)).toBeNull();
        expect(await store.login(b)).not.toBeNull();
        expect(await store.signIns()).toEqual([]);
        expect(await store.link("l1")).toBeNull();
        expect(await store.link("l2")).toBeNull();
        expect(await store.identity("https://issuer.example", "me")).toBeNull();
        expect(await refusalCode(store.change([{ op: "sign_in_put", signIn: signIn("s2", a) }]))).toBe("not_found");
        const elsewhere = link("l3", { ...invitation, by: null, workspace: at.workspace + 1 });
        expect(await refusalCode(store.change([{ op: "link_put", link: elsewhere }]))).toBe("not_found");
      }));
  });
}
