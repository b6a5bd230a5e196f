import { describe, expect, test } from "bun:test";
import { hashToken } from "../../fleet/token.ts";
import type { FleetChange, Grant, Role } from "../../fleet/types.ts";
import { NOW, OPERATOR, OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { sessionOf } from "../compat/sessions.testing.ts";
import { ADMIN, FLEET_MANAGER, type Json, MANAGER, makeApi, OBSERVER } from "./api.testing.ts";

const USERS = "/workspaces/w/api-users";
const MEMBERS = "/workspaces/w/members";

describe("workspaces", () => {
  test("administrators of the instance make them; who makes one owns it", async () => {
    const it = makeApi();
    const made = await it.api("POST", "/workspaces", OWNER, { name: "Second Hall" });
    expect([made.status, made.body]).toMatchObject([201, { slug: "second-hall", name: "Second Hall" }]);
    expect((await it.api("GET", "/workspaces/second-hall/members")).body.items).toEqual([
      { member: 1, email: "owner@example.com", role: "owner" },
    ]);
    const other = await it.api("POST", "/workspaces", OPERATOR, { name: "x", owner: "Admin@example.com" });
    expect(other.status).toBe(201);
    expect((await it.api("GET", "/workspaces", ADMIN)).body.items.map((w: Json) => w.slug)).toEqual(["w", "x"]);
  });
  test("a workspace is renamed, and its slug stays", async () => {
    const it = makeApi();
    expect((await it.patch("/workspaces/w", { name: "Hall" })).body).toMatchObject({ slug: "w", name: "Hall" });
    expect((await it.api("PATCH", "/workspaces/w", OWNER, { slug: "v2" }, { "If-Match": "*" })).status).toBe(400);
  });
  test("an operator sees that there are others, and nothing inside them", async () => {
    const it = makeApi();
    expect((await it.api("GET", "/workspaces/v", OPERATOR)).status).toBe(200);
    expect((await it.api("GET", "/workspaces/v/members", OPERATOR)).status).toBe(403);
    expect((await it.api("POST", "/workspaces/v/products", OPERATOR, { name: "x" })).status).toBe(403);
    expect((await it.api("GET", "/products/z", OPERATOR)).status).toBe(404);
  });
  test.each([
    ["a name that is taken", OWNER, { name: "W" }, 409, "already_exists"],
    ["an owner who is nobody", OWNER, { name: "n", owner: "no@example.com" }, 400, "invalid_request"],
    ["an API user that names no owner", OPERATOR, { name: "n" }, 400, "invalid_request"],
    ["who does not administer", ADMIN, { name: "n" }, 403, "not_permitted"],
  ])("%s makes none", async (_, secret, body, status, code) => {
    const it = makeApi();
    const answer = await it.api("POST", "/workspaces", secret, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(it.fleetStore.commits).toBe(0);
  });
});

describe("members", () => {
  test("roles are changed and people removed, and live rights obey at once", async () => {
    const it = makeApi();
    const observer = it.authority.principalOf("u:12");
    expect([observer?.mayView(it.node(1)), observer?.mayRecord(it.node(1))]).toEqual([true, false]);
    expect((await it.patch(`${MEMBERS}/12`, { role: "member" })).body.role).toBe("member");
    expect(observer?.mayRecord(it.node(1))).toBe(true);
    expect((await it.api("DELETE", `${MEMBERS}/12`)).body).toMatchObject({ member: 12, role: "member" });
    expect(observer?.mayView(it.node(1))).toBe(false);
    expect((await it.api("GET", `${MEMBERS}/12`)).status).toBe(404);
  });

  test("the last owner is neither demoted nor removed, also by themselves; with another owner they are", async () => {
    const it = makeApi();
    const last = [await it.patch(`${MEMBERS}/1`, { role: "admin" }), await it.api("DELETE", `${MEMBERS}/1`)];
    for (const { status, body } of last) expect([status, body.code]).toEqual([409, "last_owner"]);
    expect(it.fleetStore.commits).toBe(0);
    expect((await it.patch(`${MEMBERS}/11`, { role: "owner" })).status).toBe(200);
    expect((await it.patch(`${MEMBERS}/1`, { role: "observer" })).status).toBe(200);
    expect((await it.api("DELETE", `${MEMBERS}/1`)).status).toBe(200);
    expect((await it.api("DELETE", `${MEMBERS}/11`, ADMIN)).body.code).toBe("last_owner");
  });

  test("two owners who leave at the same moment: one of them stays", async () => {
    const it = makeApi();
    await it.patch(`${MEMBERS}/11`, { role: "owner" });
    const both = await Promise.all([it.api("DELETE", `${MEMBERS}/1`), it.api("DELETE", `${MEMBERS}/11`, ADMIN)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(it.directory.membersOf(1).filter((m) => m.role === "owner")).toHaveLength(1);
  });

  test("everybody sees themselves and may leave", async () => {
    const it = makeApi();
    expect((await it.api("GET", `${MEMBERS}/12`, OBSERVER)).body.email).toBe("observer@example.com");
    expect((await it.api("GET", `${MEMBERS}/1`, OBSERVER)).status).toBe(403);
    expect((await it.api("DELETE", `${MEMBERS}/12`, OBSERVER)).status).toBe(200);
    expect((await it.api("GET", `${MEMBERS}/12`, OBSERVER)).status).toBe(404);
  });

  test.each<[string, string, string, Role]>([
    ["an admin makes themselves owner", ADMIN, "11", "owner"],
    ["an admin demotes the owner", ADMIN, "1", "observer"],
    ["who only manages members gives more than they have", MANAGER, "12", "member"],
    ["who only manages members takes an admin's role", MANAGER, "11", "observer"],
    ["an observer promotes themselves", OBSERVER, "12", "admin"],
    ["who manages devices", FLEET_MANAGER, "12", "member"],
  ])("%s: refused, and nothing happens", async (_, secret, member, role) => {
    const it = makeApi();
    const answer = await it.api("PATCH", `${MEMBERS}/${member}`, secret, { role }, { "If-Match": "*" });
    expect([answer.status, answer.body.code]).toEqual([403, "not_permitted"]);
    expect(it.fleetStore.commits).toBe(0);
  });
});

describe("API users and their tokens", () => {
  const ALL_GRANTS = [
    { scope: "all", can: ["view"] },
    { scope: "product", product: "p", can: ["record_measurements"] },
    { scope: "tag", tag: "line-1", can: ["record_only"] },
    { scope: "device", product: "q", device: "d3", can: ["edit_basics"] },
    { scope: "workspace", can: ["exports"] },
    { scope: "instance", can: ["operate"] },
    { scope: "free_topics", filters: ["plant/#"], except: ["plant/secret"], can: ["publish"] },
  ];

  test("an API user is made with its first token, which works at once and is shown once", async () => {
    const it = makeApi();
    const wish = { name: "gateway", grants: ALL_GRANTS, expires: "2030-01-01T00:00:00Z" };
    const made = await it.api("POST", USERS, OWNER, wish);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: "gateway", workspace: "w", mqtt: true, grants: ALL_GRANTS });
    const { secret } = made.body.token;
    expect([secret.length, made.body.token.expires]).toEqual([40, "2030-01-01T00:00:00Z"]);
    const shown = await it.api("GET", `${USERS}/${made.body.api_user}`);
    expect(shown.body.grants).toEqual(ALL_GRANTS);
    expect((await it.api("GET", "/products/p", secret)).status).toBe(200);
    const tokens = (await it.api("GET", `${USERS}/${made.body.api_user}/tokens`)).body;
    expect(tokens.items).toHaveLength(1);
    expect(JSON.stringify([tokens, it.logged, it.fleetStore.audited])).not.toContain(secret);
    expect(JSON.stringify(it.fleetStore.audited)).not.toContain(hashToken(secret));
  });

  test("changed rights are obeyed at once, by who is connected too; a deleted one is nobody", async () => {
    const it = makeApi();
    const viewer = it.authority.principalOf("a:2");
    const narrowed: boolean[] = [];
    it.authority.onRights((p, change) => p === viewer && narrowed.push(change.narrowed));
    expect(viewer?.mayView(it.node(3))).toBe(true);
    await it.patch(`${USERS}/2`, { name: "less", grants: [{ scope: "product", product: "p", can: ["view"] }] });
    expect([viewer?.mayView(it.node(1)), viewer?.mayView(it.node(3)), narrowed]).toEqual([true, false, [true]]);
    expect((await it.patch(`${USERS}/2`, { mqtt: false })).body).toMatchObject({ name: "less", mqtt: false });
    it.sessions.all = [sessionOf("a:2", "one", 1), sessionOf("a:1", "other", 2)];
    const dry = await it.api("DELETE", `${USERS}/2?dry_run=true`);
    expect(dry.body.takes).toMatchObject({ api_users: 1, tokens: 1, grants: 1, sessions: 1 });
    expect((await it.api("GET", "/products", VIEWER)).status).toBe(200);
    await it.api("DELETE", `${USERS}/2`);
    expect((await it.api("GET", "/products", VIEWER)).status).toBe(401);
    expect(viewer?.mayView(it.node(1))).toBe(false);
  });

  test("a token is rotated: both work for the grace period, then only the new one", async () => {
    const it = makeApi();
    const [old] = (await it.api("GET", `${USERS}/2/tokens`)).body.items;
    const path = `${USERS}/2/tokens/${old.token}`;
    const { body } = await it.api("POST", `${path}/rotate`, OWNER, { grace_seconds: 60 });
    const works = async (secret: string) => (await it.api("GET", "/products", secret)).status;
    expect([await works(VIEWER), await works(body.secret), body.expires]).toEqual([200, 200, null]);
    it.time.now = NOW + 60_000_000;
    expect([await works(VIEWER), await works(body.secret)]).toEqual([401, 200]);
    // once more, without a grace period
    const next = (await it.api("POST", `${USERS}/2/tokens/${body.token}/rotate`, OWNER, { grace_seconds: 0 })).body;
    expect([await works(body.secret), await works(next.secret)]).toEqual([401, 200]);
    expect((await it.api("DELETE", `${USERS}/2/tokens/${next.token}`)).body.hint).toBe(next.secret.slice(-4));
    expect(await works(next.secret)).toBe(401);
  });

  test("a token tells when and from where it was last used, over either way of HTTP", async () => {
    const it = makeApi();
    const last = async () => {
      const [row] = (await it.api("GET", `${USERS}/2/tokens`)).body.items;
      // the API user says the same of all its tokens together
      const { items } = (await it.api("GET", USERS)).body;
      expect(items.find((one: Json) => one.api_user === 2).last_used).toBe(row.last_used);
      return [row.last_used, row.last_address];
    };
    expect(await last()).toEqual([null, null]);
    await it.ask("GET", "/v1/devices/", VIEWER);
    expect(await last()).toEqual(["2026-03-01T12:00:00Z", "127.0.0.1"]);
    it.time.now += 3_600_000_000;
    await it.api("GET", "/products", VIEWER);
    expect(await last()).toEqual(["2026-03-01T13:00:00Z", "127.0.0.1"]);
    it.time.now += 3_600_000_000;
    await it.api("GET", "/products", "0".repeat(40));
    expect(await last()).toEqual(["2026-03-01T13:00:00Z", "127.0.0.1"]);
  });

  test("rotating never prolongs a token that ends earlier, and keeps the end of the old one for the new", async () => {
    const it = makeApi();
    const later = await it.api("POST", `${USERS}/2/tokens`, OWNER, { name: "later", expires: "90d" });
    expect([later.status, later.body.expires]).toEqual([201, "2026-05-30T12:00:00Z"]);
    const expires = "2026-03-01T12:01:00Z"; // a minute from now
    const made = (await it.api("POST", `${USERS}/2/tokens`, OWNER, { name: "short", expires })).body;
    const rotated = await it.api("POST", `${USERS}/2/tokens/${made.token}/rotate`, OWNER, { grace_seconds: 3600 });
    expect(rotated.body).toMatchObject({ name: "short", expires: made.expires });
    expect(it.directory.token(made.token)?.expires).toBe(NOW + 60_000_000);
  });

  test("rotating a token that has ended takes a new end: it does not live for ever by that", async () => {
    const it = makeApi();
    const expires = "2026-03-01T12:01:00Z"; // a minute from now
    const made = (await it.api("POST", `${USERS}/2/tokens`, OWNER, { name: "short", expires })).body;
    it.time.now += 60_000_000;
    const path = `${USERS}/2/tokens/${made.token}/rotate`;
    const silent = await it.api("POST", path, OWNER, {});
    expect([silent.status, silent.body.errors[0].path]).toEqual([400, "expires"]);
    expect((await it.api("GET", `${USERS}/2/tokens`)).body.items).toHaveLength(2);
    const said = await it.api("POST", path, OWNER, { expires: "2026-03-02T12:00:00Z" });
    expect([said.status, said.body.expires]).toEqual([201, "2026-03-02T12:00:00Z"]);
  });

  test.each<[string, string, string, unknown, number, string, string?]>([
    ["a name that is taken", OWNER, USERS, { name: "one" }, 409, "already_exists", "name"],
    [
      "a product of another workspace",
      OWNER,
      USERS,
      { name: "n", grants: [{ scope: "product", product: "z", can: ["view"] }] },
      400,
      "invalid_request",
      "grants[0].product",
    ],
    [
      "a device that is not there",
      OWNER,
      USERS,
      { name: "n", grants: [{ scope: "device", product: "p", device: "no", can: ["view"] }] },
      400,
      "invalid_request",
      "grants[0].device",
    ],
    [
      "a permission that is none",
      OWNER,
      USERS,
      { name: "n", grants: [{ scope: "all", can: ["everything"] }] },
      400,
      "invalid_request",
    ],
    [
      "an expiry that is over",
      OWNER,
      USERS,
      { name: "n", expires: "2020-01-01T00:00:00Z" },
      400,
      "invalid_request",
      "expires",
    ],
    [
      "a grace period of a year",
      OWNER,
      `${USERS}/2/tokens/2/rotate`,
      { grace_seconds: 31_536_000 },
      400,
      "invalid_request",
      "grace_seconds",
    ],
    ["another workspace's API user", OWNER, `${USERS}/4/tokens`, {}, 404, "not_found"],
    ["another API user's token", OWNER, `${USERS}/2/tokens/1/rotate`, {}, 404, "not_found"],
    ["a stranger", STRANGER, USERS, { name: "n" }, 404, "not_found"],
    ["a viewer", VIEWER, USERS, { name: "n" }, 403, "not_permitted"],
    [
      "more rights than one's own",
      MANAGER,
      USERS,
      { name: "n", grants: [{ scope: "device", product: "p", device: "d1", can: ["view"] }] },
      403,
      "not_permitted",
    ],
    [
      "the instance, given by an admin",
      ADMIN,
      USERS,
      { name: "n", grants: [{ scope: "instance", can: ["operate"] }] },
      403,
      "not_permitted",
    ],
    ["a token for one who may more", MANAGER, `${USERS}/1/tokens`, {}, 403, "not_permitted"],
    ["a rotation for one who may more", MANAGER, `${USERS}/1/tokens/1/rotate`, {}, 403, "not_permitted"],
  ])("%s is refused, and nothing happens", async (...row) => {
    const [, secret, path, body, status, code, at] = row;
    const it = makeApi();
    const answer = await it.api("POST", path, secret, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (at !== undefined) expect(answer.body.errors[0].path).toBe(at);
    expect([it.fleetStore.commits, it.fleetStore.audited]).toEqual([0, []]);
  });

  test("who manages members alone gives what they have: the right to manage members", async () => {
    const it = makeApi();
    const grants = [{ scope: "workspace", can: ["members"] }];
    expect((await it.api("POST", USERS, MANAGER, { name: "n", grants })).status).toBe(201);
  });
});

describe("rights", () => {
  const because = (answer: Json) => answer.because.map((line: Json) => line.because);

  test("a token is told what it may do, and why", async () => {
    const it = makeApi();
    const { body } = await it.api("GET", "/rights?product=p&device=d1", OWNER);
    expect(body.account).toEqual({ kind: "user", number: 1, name: "owner@example.com" });
    expect([body.operate, body.mqtt]).toEqual([true, true]);
    expect(body.workspaces[0].can).toContain("members");
    expect(body.lines.at(-1)).toMatchObject({ because: "administrator of the instance", workspace: null });
    expect(body.device.can).toEqual(["view", "record_only", "record_measurements", "edit_basics", "edit_product"]);
    expect(because(body.device)).toEqual(["role owner"]);
  });
  test("a manager is told the same of others, line by line", async () => {
    const it = makeApi();
    const grants: Grant[] = [
      { scope: "product", product: 2, can: ["view"] },
      { scope: "tag", tag: "t", can: ["record_only"] },
      { scope: "device", device: 1, can: ["view"] },
    ];
    it.directory.apply([
      {
        kind: "apiUser",
        op: "put",
        row: { uid: 30, workspace: 1, name: "x", mqtt: false, grants },
      } satisfies FleetChange,
    ]);
    const { body } = await it.api("GET", `${USERS}/30/rights?product=p&device=S1`, MANAGER);
    expect(body.code).toBe("unknown_product"); // one who manages members alone sees no devices
    const owner = (await it.api("GET", `${USERS}/30/rights?product=p&device=S1`)).body;
    expect(owner.device).toMatchObject({ product: "p", device: "d1", can: ["view", "record_only"] });
    expect(because(owner.device)).toEqual(["its grant on tag t", "its grant on device p/d1"]);
    expect([owner.product.can, owner.mqtt]).toEqual([[], false]);
    const member = (await it.api("GET", `${MEMBERS}/12/rights?product=q`)).body;
    expect([member.product.can, because(member.product)]).toEqual([["view"], ["role observer"]]);
  });
  test("what other workspaces give is nobody's business there", async () => {
    const it = makeApi();
    it.directory.apply([
      { kind: "membership", op: "put", row: { uid: 90, user: 12, workspace: 2, role: "owner" } } satisfies FleetChange,
    ]);
    expect(JSON.stringify((await it.api("GET", `${MEMBERS}/12/rights`)).body)).not.toContain('"v"');
    expect(JSON.stringify((await it.api("GET", "/rights", OBSERVER)).body)).toContain('"v"');
  });
  test("a device alone names no product", async () => {
    const it = makeApi();
    expect((await it.api("GET", "/rights?device=d1")).body.code).toBe("invalid_request");
    expect((await it.api("GET", "/rights?product=z", OWNER)).body.code).toBe("unknown_product");
  });
});
