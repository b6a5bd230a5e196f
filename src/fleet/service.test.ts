import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Directory } from "./directory.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";
import { hashToken } from "./token.ts";

function make() {
  let n = 0;
  const directory = new Directory();
  const store = new MemoryFleet();
  const random = (size: number) => new Uint8Array(size).fill(++n);
  const service = new FleetService({ store, directory, micros: () => 1000 + n, random });
  return { directory, store, service };
}
async function code(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  return error instanceof Refusal ? error.code : String(error);
}
const FILE = `
workspaces:
  - slug: acme
    products:
      - { slug: p, fields: [{ id: T, type: INT }], devices: [{ id: a, serial: S1 }, { id: b }] }
    api_users: [{ name: x, rights: [{ device_ids: [a], can: [view] }] }, { name: y@acme }]
  - slug: other
    api_users: [{ name: x }]
users: [{ email: me@example.com }]
`;

describe("FleetService", () => {
  test("the first run makes an owner, a workspace and a token, once", async () => {
    const { service, directory } = make();
    const first = await service.firstRun();
    expect(first?.token).toMatch(/^[0-9a-f]{40}$/);
    const token = directory.tokenByHash(hashToken(first?.token ?? ""));
    expect(directory.user(token?.user ?? 0)).toMatchObject({ email: "owner@localhost", admin: true });
    expect(directory.workspaceBySlug("home")?.name).toBe("Home");
    expect(directory.membershipsOf(token?.user ?? 0)).toMatchObject([{ role: "owner" }]);
    expect(await service.firstRun()).toBeNull();
  });

  test("the first run makes a product to try things with, but not beside those of a fleet file", async () => {
    const { service, directory } = make();
    await service.firstRun();
    const product = directory.product("my-product");
    expect([...(product?.fields.keys() ?? [])]).toEqual(["TEMPERATURE", "DOOR", "NOTE", "POSITION"]);
    expect(product?.device("000001")?.row.name).toBe("First device");
    expect(product?.workspace.slug).toBe("home");

    const other = make();
    await other.service.applyFile(FILE.slice(0, FILE.indexOf("\nusers:")));
    const first = await other.service.firstRun();
    expect(first?.workspace).toBe("acme");
    expect(other.directory.product("my-product")).toBeUndefined();
    expect(other.directory.workspaceBySlug("home")).toBeUndefined();
    const owner = other.directory.userByEmail("owner@localhost");
    expect(other.directory.membershipsOf(owner?.uid ?? 0).map((m) => m.role)).toEqual(["owner", "owner"]);
  });

  test("a dry run changes nothing; a failed commit changes nothing; operations follow each other", async () => {
    const { service, directory, store } = make();
    expect((await service.applyFile(FILE, { dryRun: true })).drafts.length).toBeGreaterThan(0);
    expect(store.commits).toBe(0);
    store.failure = new Refusal("storage_unavailable", "full");
    const [first, second] = await Promise.allSettled([service.applyFile(FILE), service.applyFile(FILE)]);
    expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
    expect([...directory.workspaces()]).toHaveLength(2);
    expect((await service.applyFile(FILE)).drafts).toEqual([]);
  });

  test("tokens are created, listed without secrets, and revoked", async () => {
    const { service, directory } = make();
    await service.applyFile(FILE);
    const { token, info } = await service.createToken("ME@example.com", { name: "laptop", expires: 5000 });
    expect(directory.tokenByHash(hashToken(token))).toMatchObject({ name: "laptop", expires: 5000 });
    expect(info).toMatchObject({ owner: "me@example.com", hint: token.slice(-4) });
    const other = await service.createToken("x@acme");
    expect(other.info.owner).toBe("x@acme");
    expect((await service.createToken("y@acme")).info.owner).toBe("y@acme@acme");
    expect(await code(service.createToken("x"))).toBe("invalid_request");
    expect(await code(service.createToken("nobody"))).toBe("not_found");
    for (const name of ["me@example.com", "x@acme", "y@acme@acme"])
      expect(service.accountName(service.accountKey(name))).toBe(name);
    expect(() => service.accountKey("nobody")).toThrow("There is no user and no API user");
    expect([service.accountName("u:99"), service.accountName("a:99")]).toEqual(["u:99", "a:99"]);
    const list = service.listTokens();
    expect(list).toHaveLength(7);
    expect(JSON.stringify(list)).not.toContain(token);
    expect(service.listTokens("me@example.com").map((t) => t.name)).toEqual(["fleet file", "laptop"]);

    expect((await service.revokeToken(token)).uid).toBe(info.uid);
    expect(directory.tokenByHash(hashToken(token))).toBeUndefined();
    expect(await code(service.revokeToken(token))).toBe("not_found");
    expect((await service.revokeToken(`#${other.info.uid}`)).owner).toBe("x@acme");
    expect(await code(service.revokeToken("zzzz"))).toBe("not_found");
    const left = service.listTokens();
    await service.revokeToken(left[0]?.hint ?? "");
    expect(service.listTokens()).toHaveLength(left.length - 1);
  });
});
