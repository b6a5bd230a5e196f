import { describe, expect, test } from "bun:test";
import { OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { ADMIN, type Json, MANAGER, makeApi, OBSERVER } from "./api.testing.ts";

const emails = ({ body }: { body: Json }) => (body.items as Json[]).map(({ email }) => email as string).sort();

describe("people of the instance", () => {
  test('who may see whom: administrators all, who has "members" those of the workspace, others themselves', async () => {
    const it = makeApi();
    const all = [...it.directory.users()].map(({ email }) => email).sort();
    const own = it.directory.membersOf(1).map(({ user }) => it.directory.user(user)?.email ?? "");
    expect(all.length).toBeGreaterThanOrEqual(own.length);
    expect(emails(await it.api("GET", "/users", OWNER))).toEqual(all);
    for (const secret of [ADMIN, MANAGER]) expect(emails(await it.api("GET", "/users", secret))).toEqual(own.sort());
    expect(emails(await it.api("GET", "/users", OBSERVER))).toEqual(["observer@example.com"]);
    expect(emails(await it.api("GET", "/users", VIEWER))).toEqual([]);
    for (const email of own) expect(emails(await it.api("GET", "/users", STRANGER))).not.toContain(email);
  });
  test("only the workspaces whose members one may see are told", async () => {
    const it = makeApi();
    it.directory.apply([
      { kind: "workspace", op: "put", row: { uid: 900, slug: "hidden", name: "Hidden" } },
      { kind: "membership", op: "put", row: { uid: 901, user: 11, workspace: 900, role: "owner" } },
    ]);
    expect((await it.api("GET", "/users/11", MANAGER)).body.workspaces).toEqual([{ slug: "w", role: "admin" }]);
    expect((await it.api("GET", "/users/11", ADMIN)).body.workspaces).toHaveLength(2);
    expect((await it.api("GET", "/users/12", OBSERVER)).status).toBe(200);
    expect((await it.api("GET", "/users/11", OBSERVER)).body.code).toBe("not_permitted");
  });
  test("an administrator removes one: the tokens end at once, and nobody else may", async () => {
    const it = makeApi();
    for (const secret of [ADMIN, MANAGER, OBSERVER])
      expect((await it.api("DELETE", "/users/11", secret)).body.code).toBe("not_permitted");
    expect((await it.api("DELETE", "/users/11", OWNER, undefined, { "If-Match": '"old"' })).status).toBe(412);
    expect((await it.api("GET", "/products", ADMIN)).status).toBe(200);
    const { headers } = await it.api("GET", "/users/11");
    const gone = await it.api("DELETE", "/users/11", OWNER, undefined, { "If-Match": headers.get("ETag") ?? "" });
    expect([gone.status, gone.body.email]).toEqual([200, "admin@example.com"]);
    expect((await it.api("GET", "/products", ADMIN)).body.code).toBe("unknown_token");
    expect(it.directory.membershipsOf(11)).toEqual([]);
    expect((await it.api("DELETE", "/users/11")).body.code).toBe("not_found");
  });
  test("the last owner of a workspace stays, and the last administrator", async () => {
    const it = makeApi();
    const owner = it.directory.membersOf(1).find(({ role }) => role === "owner");
    const user = it.directory.user(owner?.user ?? 0);
    if (!owner || !user) throw new Error("no owner");
    for (const other of it.directory.users())
      if (other.uid !== user.uid && other.admin)
        it.directory.apply([{ kind: "user", op: "put", row: { ...other, admin: false } }]);
    it.directory.apply([{ kind: "user", op: "put", row: { ...user, admin: true } }]);
    expect((await it.api("DELETE", `/users/${user.uid}`)).body.code).toBe("last_owner");
    it.directory.apply([{ kind: "membership", op: "delete", uid: owner.uid }]);
    const last = await it.api("DELETE", `/users/${user.uid}`);
    expect([last.status, last.body.code]).toEqual([403, "not_permitted"]);
    expect(it.directory.user(user.uid)).toBeDefined();
  });
});
