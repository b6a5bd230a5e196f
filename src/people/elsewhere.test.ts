import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { HERE, makePeople, MINUTE } from "./people.testing.ts";
import { refusalCode } from "../base/refusal.testing.ts";

const OWNER = "owner@localhost";
const ISSUER = "https://login.example";
const flow = { state: "s", nonce: "n", verifier: "v" };
const ada = { issuer: ISSUER, subject: "ada", email: OWNER, verified: true };

describe("signing in with another service", () => {
  test("what a browser began is taken once, within ten minutes", async () => {
    const { people, time } = await makePeople();
    const secret = people.elsewhere.begun(flow);
    expect(await people.elsewhere.take(secret)).toEqual(flow);
    await expect(people.elsewhere.take(secret)).rejects.toThrow(Refusal);
    const late = people.elsewhere.begun(flow);
    time.now += 10 * MINUTE;
    await expect(people.elsewhere.take(late)).rejects.toThrow(Refusal);
    for (const none of ["", "0".repeat(64)]) await expect(people.elsewhere.take(none)).rejects.toThrow(Refusal);
  });
  test("strangers who begin and never come back push nobody out", async () => {
    const { people } = await makePeople();
    const mine = people.elsewhere.begun(flow);
    for (let i = 0; i < 3000; i++) people.elsewhere.begun({ ...flow, state: `stranger ${i}` });
    expect(await people.elsewhere.take(mine)).toEqual(flow);
  });
  test("what was changed on the way, or sealed by another server, is nothing that began here", async () => {
    const { people } = await makePeople();
    const mine = people.elsewhere.begun(flow);
    for (let at = 0; at < mine.length; at += 7) {
      const other = mine[at] === "A" ? "B" : "A";
      await expect(people.elsewhere.take(mine.slice(0, at) + other + mine.slice(at + 1))).rejects.toThrow(Refusal);
    }
    await expect(people.elsewhere.take(mine.slice(0, -1))).rejects.toThrow(Refusal);
    expect(await people.elsewhere.take(mine)).toEqual(flow);
  });
  test("the account is found by a verified address once, then by the subject of this issuer", async () => {
    const { people, owner } = await makePeople();
    expect((await people.elsewhere.signIn(ada, HERE)).signedIn.user).toBe(owner);
    const moved = { ...ada, email: "new@x", verified: false };
    expect((await people.elsewhere.signIn(moved, HERE)).signedIn.user).toBe(owner);
    expect(await refusalCode(people.elsewhere.signIn({ ...moved, issuer: "https://other.example" }, HERE))).toBe(
      "not_permitted",
    );
  });
  test.each([[{ ...ada, verified: false }], [{ ...ada, email: null }], [{ ...ada, email: "eve@x" }]])(
    "%j is nobody here, and nothing is kept of it",
    async (identity) => {
      const { people, store, events, directory } = await makePeople();
      expect(await refusalCode(people.elsewhere.signIn(identity, HERE))).toBe("not_permitted");
      expect(await store.identity(ISSUER, "ada")).toBeNull();
      expect(await store.signIns()).toEqual([]);
      expect([...directory.users()]).toHaveLength(1);
      expect(events.map(({ what }) => what)).toEqual(["sign_in_refused"]);
    },
  );
  test("an invitation is void when who invited loses the right while the acceptance waits for its turn", async () => {
    const { people, owner, directory, store, fleet } = await makePeople();
    const home = directory.workspaceBySlug("home")?.uid ?? 0;
    await people.links.invite(owner, { email: "ann@x", workspace: home, role: "member" }, HERE);
    const hold = Promise.withResolvers<void>();
    const losing = fleet.edit(async (draft) => {
      await hold.promise;
      const [membership] = directory.membershipsOf(owner);
      if (!membership) throw new Error("no membership");
      draft.drafts.push({ kind: "membership", op: "put", row: { ...membership, role: "member" } });
    });
    const read = Promise.withResolvers<void>();
    const links = store.links.bind(store);
    store.links = async (kind) => {
      const found = await links(kind);
      read.resolve();
      return found;
    };
    const entering = people.elsewhere.signIn({ ...ada, subject: "ann", email: "ann@x" }, HERE);
    await read.promise;
    // what follows the reading is done when the event loop has come round
    await new Promise<void>((resolve) => setImmediate(resolve));
    hold.resolve();
    await losing;
    expect(await refusalCode(entering)).toBe("link_over");
    expect(directory.userByEmail("ann@x")).toBeUndefined();
    expect(await store.identity(ISSUER, "ann")).toBeNull();
  });
  test("all invitations of a verified address are accepted, but for those that are void", async () => {
    const { people, owner, directory, store, time } = await makePeople();
    const home = directory.workspaceBySlug("home")?.uid ?? 0;
    await people.links.invite(owner, { email: "bob@x", workspace: home, role: "observer" }, HERE);
    await people.links.invite(owner, { email: "carl@x", workspace: home, role: "owner" }, HERE);
    const bob = { ...ada, subject: "bob", email: "bob@x" };
    const { user } = (await people.elsewhere.signIn(bob, HERE)).signedIn;
    expect(directory.membershipsOf(user).map(({ role }) => role)).toEqual(["observer"]);
    expect((await store.links("invitation")).map(({ email }) => email)).toEqual(["carl@x"]);
    time.now += 8 * 24 * 60 * MINUTE;
    expect(await refusalCode(people.elsewhere.signIn({ ...bob, subject: "carl", email: "carl@x" }, HERE))).toBe(
      "not_permitted",
    );
  });
});
