import { describe, expect, test } from "bun:test";
import { hashToken } from "../../fleet/token.ts";
import { OPERATIONS, HANDLED } from "../api/index.ts";
import { type Json, makeApi } from "../api/api.testing.ts";
import type { LiveTap } from "../../fanout/live-taps.ts";
import { EventReader } from "../events/events.testing.ts";
import { NOW, OWNER, VIEWER } from "../http.testing.ts";

const [D1, D2] = [1, 2];
const [TEMPERATURE, DOOR, NOTE, POSITION] = [1, 2, 3, 4];
const LIST = "/workspaces/w/dashboards";
const place = { x: 0, y: 0, w: 3, h: 2 };
/** May view d1 and d2, and share. */
const SHARER = "7".repeat(40);

/** A dashboard of d1's temperature, d2's place, and a switch of d1's door, shared by somebody who may view all of the product. */
async function world(wish: object = {}, limits: Parameters<typeof makeApi>[0] = {}) {
  const it = makeApi(limits);
  const account = (can: readonly ("view" | "record_measurements")[], dashboards = true) =>
    it.directory.apply([
      {
        kind: "apiUser",
        op: "put",
        row: {
          ...{ uid: 60, workspace: 1, name: "sharer", mqtt: true },
          grants: [
            ...(can.length > 0 ? [{ scope: "product" as const, product: 1, can }] : []),
            ...(dashboards ? [{ scope: "workspace" as const, can: ["dashboards" as const] }] : []),
          ],
        },
      },
    ]);
  account(["view"]);
  const token = {
    uid: 60,
    hash: hashToken(SHARER),
    hint: "",
    name: "",
    user: null,
    apiUser: 60,
    created: 0,
    expires: null,
  };
  it.directory.apply([{ kind: "token", op: "put", row: token }]);
  for (const device of [D1, D2])
    for (const field of [TEMPERATURE, DOOR, NOTE, POSITION])
      it.data.put(
        device,
        field,
        NOW - 10 + device,
        field === POSITION ? { lat: 1, lng: 2 } : field === NOTE ? "hidden note" : field,
      );
  const widgets = [
    { id: "t", type: "value", place, source: { product: "p", device: "d1", field: "TEMPERATURE" } },
    { id: "m", type: "map", place, devices: { product: "p", devices: ["d2"] }, field: "POSITION" },
    { id: "s", type: "switch", place, source: { product: "p", device: "d1", field: "DOOR" } },
    { id: "x", type: "text", place, markdown: "Hello" },
  ];
  const content = { version: 1, widgets, phone: [{ id: "s" }, { id: "m" }] };
  const made = await it.api("POST", LIST, SHARER, { name: "Shared", content });
  expect(made.status).toBe(201);
  const path = `${LIST}/${made.body.dashboard}`;
  const shared = await it.api("POST", `${path}/shares`, SHARER, wish);
  expect([shared.status, shared.body]).toEqual([201, expect.anything()]);
  const { secret } = shared.body as { secret: string };
  const open = (password?: string, of = secret) =>
    it.api("POST", "/shared/open", null, { secret: of, ...(password !== undefined && { password }) });
  const by = (key: string, address = "/shared", method = "GET", body?: unknown) =>
    it.api(method, address, null, body, { Authorization: `Share ${key}` });
  const history = (key: string, query: string) => by(key, `/shared/history?from=2026-01-01&${query}`);
  return { ...it, account, path, secret, share: shared.body as Json, open, by, history };
}

describe("a link that shows a dashboard", () => {
  test("shows its widgets with their values and nothing else; nothing that changes something", async () => {
    const { open, by, secret, share } = await world();
    expect(share).toMatchObject({
      link: `/console/shared#${secret}`,
      password: false,
      state: "active",
      account: "sharer@w",
    });
    const opened = await open();
    expect(opened.body).toEqual({ key: secret, name: "Shared", expires: expect.any(String) });
    const { status, body } = await by(secret);
    expect(status).toBe(200);
    expect(body.content.widgets.map(({ id }: Json) => id)).toEqual(["t", "m", "x"]);
    expect(body.content.phone).toEqual([{ id: "m" }]);
    expect(body.products).toEqual([
      {
        ...{ product: "p", name: "p", online_timeout: null },
        fields: [
          { field: "TEMPERATURE", name: "temperature", type: "NUMERIC", unit: "°C", decimals: null },
          { field: "POSITION", name: "position", type: "GEO", unit: null, decimals: null },
        ],
      },
    ]);
    const [one, two] = body.devices;
    expect(one).toEqual({
      ...{ product: "p", device: "d1", name: "Device 1", tags: [], last_heard: null, online_timeout: null },
      values: [{ field: "TEMPERATURE", value: 1, time: "2026-03-01T11:59:59.999991Z" }],
    });
    expect(two).toMatchObject({ device: "d2", last_heard: "2026-03-01T11:59:59.999992Z", tags: ["t"] });
    expect(body.devices).toHaveLength(2);
    expect(JSON.stringify(body)).not.toMatch(/hidden note|DOOR|S1|SAME|twice/);
  });

  const all = [...OPERATIONS, ...HANDLED.map(({ described }) => described)].map(
    ({ method, path }) =>
      [
        method.toUpperCase(),
        path
          .replace("{workspace}", "w")
          .replace("{product}", "p")
          .replace("{device}", "d1")
          .replace("{field}", "TEMPERATURE")
          .replaceAll(/\{\w+\}/g, "1"),
      ] as const,
  );
  test.each(all)("its key is none for %s %s, in whatever header", async (method, path) => {
    const { secret, ask, fleetStore } = await world();
    const before = fleetStore.commits;
    for (const header of [`Share ${secret}`, `Token ${secret}`, `Bearer ${secret}`, secret]) {
      const body = method === "GET" || method === "DELETE" ? undefined : "{}";
      const headers = { Authorization: header, "Content-Type": "application/json", "If-Match": "*" };
      const answer = await ask(method, `/api/v1${path}`, null, body, headers);
      expect([header.split(" ")[0], answer.status]).toEqual([header.split(" ")[0] ?? "", 401]);
    }
    expect(fleetStore.commits).toBe(before);
  });
  test.each([
    ...["/v1/devices", "/v1/devices/d1", "/v1/history?devices=d1", "/v1/export?devices=d1", "/v1/log", "/v1/sessions"],
    ...["/v1/devices/d1/historic_data?fields=TEMPERATURE", "/v1/devices/d1/log"],
  ])("its key is none for %s", async (path) => {
    const { secret, ask } = await world();
    for (const scheme of ["Share", "Token", "Bearer"])
      expect((await ask("GET", path, null, undefined, { Authorization: `${scheme} ${secret}` })).status).toBe(401);
  });

  test("histories are those of its series alone", async () => {
    const { history, secret } = await world();
    const good = await history(secret, "products=p&devices=d1&fields=TEMPERATURE");
    expect([good.status, good.body.rows.length]).toEqual([200, 1]);
    expect((await history(secret, "products=p&devices=d1&fields=temperature:AVG&resolution=1h")).status).toBe(200);
    for (const [query, code] of [
      ["products=p&devices=d1&fields=DOOR", "unknown_field"],
      ["products=p&devices=d1&fields=TEMPERATURE,NOTE", "unknown_field"],
      ["products=p&devices=d1", "unknown_field"],
      ["products=p&devices=d2&fields=TEMPERATURE", "unknown_field"],
      ["products=p&fields=TEMPERATURE", "unknown_field"],
      ["products=p&devices=twice&fields=TEMPERATURE", "unknown_device"],
      ["devices=d3&fields=TEMPERATURE", "unknown_device"],
      ["products=q&devices=d3&fields=TEMPERATURE", "unknown_product"],
      ["products=z&fields=TEMPERATURE", "unknown_product"],
    ] as const)
      expect([query, (await history(secret, query)).body.code]).toEqual([query, code]);
  });

  test("the stream tells of its series alone, and ends when the link is revoked", async () => {
    const it = await world();
    const { secret, ask, live, node, api, path, share } = it;
    const taps: LiveTap[] = [];
    const add = live.taps.add.bind(live.taps);
    live.taps.add = (tap) => add(taps[taps.push(tap) - 1] ?? tap);
    const answer = await ask("GET", "/api/v1/shared/live", null, undefined, { Authorization: `Share ${secret}` });
    expect(answer.status).toBe(200);
    const reader = new EventReader(answer);
    const product = node(D1).product;
    const hears = (device: number, id: string) => {
      const field = product.fields.get(id);
      return field && taps[0]?.hears(node(device), field);
    };
    expect([hears(D1, "TEMPERATURE"), hears(D2, "POSITION")]).toEqual([true, true]);
    expect([hears(D1, "DOOR"), hears(D1, "NOTE"), hears(D2, "TEMPERATURE"), hears(4, "TEMPERATURE")]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    // who shared loses the device: in the same turn nothing of it is told
    it.account([]);
    expect(hears(D1, "TEMPERATURE")).toBe(false);
    it.account(["view"]);
    expect((await api("DELETE", `${path}/shares/${share.share}`, SHARER)).status).toBe(200);
    let last = await reader.next();
    while (last !== null && last.event !== "end") last = await reader.next();
    expect(last?.data).toContain("link_over");
    expect((await it.by(secret)).body.code).toBe("link_over");
  });

  test("it never shows more than who shared may view now, and nothing when they may not share any more", async () => {
    const it = await world();
    it.account([]);
    const { body } = await it.by(it.secret);
    expect(body.devices).toEqual([]);
    expect((await it.history(it.secret, "products=p&devices=d1&fields=TEMPERATURE")).status).toBe(404);
    it.account(["view"], false);
    expect((await it.by(it.secret)).body.code).toBe("link_over");
    it.account(["view"]);
    expect((await it.by(it.secret)).status).toBe(200);
    it.directory.apply([{ kind: "apiUser", op: "delete", uid: 60 }]);
    expect((await it.by(it.secret)).body.code).toBe("link_over");
    expect((await it.api("GET", `${it.path}/shares`)).body.items[0]).toMatchObject({ state: "closed" });
  });

  test("who changes the dashboard of somebody else's link adds nothing that they may not view themselves", async () => {
    const it = await world();
    const BOB = "8".repeat(40);
    const grants = [
      { scope: "device" as const, device: D1, can: ["view" as const] },
      { scope: "workspace" as const, can: ["dashboards" as const] },
    ];
    it.directory.apply([
      { kind: "apiUser", op: "put", row: { uid: 61, workspace: 1, name: "bob", mqtt: true, grants } },
      {
        ...{ kind: "token", op: "put" },
        row: { uid: 61, hash: hashToken(BOB), hint: "", name: "", user: null, apiUser: 61, created: 0, expires: null },
      },
    ]);
    const { content } = (await it.api("GET", it.path, BOB)).body;
    const added = (device: string) => ({
      content: {
        ...content,
        widgets: [
          ...content.widgets,
          { id: "n", type: "value", place, source: { product: "p", device, field: "NOTE" } },
        ],
      },
      allow_missing: true,
    });
    for (const device of ["d2", "d9"]) {
      const { body } = await it.patch(it.path, added(device), BOB);
      expect([device, body.code]).toEqual([device, "not_permitted"]);
    }
    expect((await it.patch(it.path, added("d1"), BOB)).status).toBe(200);
    expect((await it.patch(it.path, { content, allow_missing: true }, BOB)).status).toBe(200);
  });

  test("a link with a password asks for it, and gives a key that ends with it", async () => {
    const it = await world({ password: "seven bottles", expires_in: 3600 });
    expect(it.share).toMatchObject({ password: true, expires: "2026-03-01T13:00:00Z" });
    expect((await it.open()).body.code).toBe("password_needed");
    expect((await it.by(it.secret)).body.code).toBe("password_needed");
    expect((await it.open("wrong")).body.code).toBe("sign_in_failed");
    const { key } = (await it.open("seven bottles")).body;
    expect((await it.by(key)).status).toBe(200);
    for (const bad of [`${it.secret}.${"0".repeat(64)}`, `${key}x`, `${it.secret}.`, key.split(".")[1] ?? ""])
      expect((await it.by(bad)).status).not.toBe(200);
    const tries = [];
    for (let n = 0; n < 8; n++) tries.push((await it.open("wrong")).body.code);
    expect(tries.at(-1)).toBe("too_many_attempts");
    it.time.now += 3600 * 1e6;
    expect((await it.by(key)).body.code).toBe("link_over");
    const { items } = (await it.api("GET", `${it.path}/shares`)).body;
    expect(items[0]).toMatchObject({ state: "expired", last_used: "2026-03-01T12:00:00Z" });
    expect(JSON.stringify(items)).not.toMatch(/quick:|[0-9a-f]{64}/);
  });

  test("guessing is counted by address, and reading by link", async () => {
    const it = await world({}, { maxRequestRate: 5 });
    const codes = [];
    for (let n = 0; n < 12; n++) codes.push((await it.open(undefined, "0".repeat(64))).body.code);
    expect(codes).toContain("rate_limited");
    expect(codes[0]).toBe("link_over");
    const reads = [];
    for (let n = 0; n < 12; n++) reads.push((await it.by(it.secret)).body.code);
    expect(reads).toContain("rate_limited");
  });

  test("a product's dashboard is shown for one device", async () => {
    const it = await world();
    const path = `${LIST}/1/shares`;
    expect((await it.api("POST", path, OWNER, {})).body.errors[0].path).toBe("device");
    expect((await it.api("POST", path, OWNER, { device: "d9" })).status).toBe(404);
    expect((await it.api("POST", `${it.path}/shares`, OWNER, { device: "d1" })).body.errors[0].path).toBe("device");
    expect((await it.api("POST", path, VIEWER, { device: "d1" })).status).toBe(403);
    const made = await it.api("POST", path, OWNER, { device: "d1", expires_in: null });
    expect(made.body.expires).toBe(null);
    const { body } = await it.by(made.body.secret);
    expect(body).toMatchObject({
      product: "p",
      device: "d1",
      devices: [{ device: "d1", values: [{ field: "DOOR", value: 2 }] }],
    });
    expect((await it.history(made.body.secret, "products=p&devices=d2&fields=DOOR")).status).toBe(404);
  });
});
