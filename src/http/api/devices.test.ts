import { describe, expect, test } from "bun:test";
import type { FleetChange } from "../../fleet/types.ts";
import { BLIND, NOW, OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { ADMIN, EDITOR, FLEET_MANAGER, type Json, MANAGER, makeApi, OBSERVER } from "./api.testing.ts";

const ids = (body: Json): string[] => body.items.map((d: { id: string }) => d.id);

describe("devices", () => {
  test("a device is made with everything, shown by id and serial, changed and deleted", async () => {
    const it = makeApi();
    const wish = {
      id: "pump-1",
      name: "Pump 1",
      serial: "BR-1",
      tags: ["line-1", "line-1", "indoor"],
      location: "hall 3",
      metadata: { floor: 3, inside: { of: ["a", null] } },
      online_timeout: 60,
    };
    const made = await it.api("POST", "/products/p/devices", OWNER, wish);
    expect([made.status, made.headers.get("Location")]).toEqual([201, "/api/v1/products/p/devices/pump-1"]);
    const shown = { ...wish, tags: ["line-1", "indoor"], product: "p", workspace: "w" };
    const silent = { online: false, last_heard: null, connected: false, created: made.body.created };
    expect(made.body).toEqual({ ...shown, ...silent });
    expect((await it.api("GET", "/products/p/devices/BR-1")).body).toEqual(made.body);
    const path = "/products/p/devices/pump-1";
    const bare = await it.patch(path, { serial: null, location: null, metadata: {}, tags: [], online_timeout: null });
    expect(bare.body).toMatchObject({ serial: null, location: null, metadata: {}, tags: [], online_timeout: null });
    expect((await it.api("GET", "/products/p/devices/BR-1")).body.code).toBe("unknown_device");
    expect((await it.api("DELETE", path)).body.takes).toMatchObject({ devices: 1, series: 0, grants: 0 });
    expect((await it.api("GET", path)).status).toBe(404);
  });

  test("without an id a device gets a random UUID, and its name is its id", async () => {
    const { api } = makeApi();
    const { body } = await api("POST", "/products/p/devices", OWNER, {});
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([body.name, body.serial]).toEqual([body.id, null]);
  });

  test("online follows the timeout of the device, then of its product, then of the instance", async () => {
    const it = makeApi();
    const path = "/products/p/devices/d1";
    const online = async () => (await it.api("GET", path)).body.online;
    it.data.put(1, 1, NOW - 100_000_000, 20); // 100 s ago
    expect(await online()).toBe(true);
    await it.patch("/products/p", { online_timeout: 60 });
    expect(await online()).toBe(false);
    expect(ids((await it.api("GET", "/devices?online=true")).body)).toEqual([]);
    await it.patch(path, { online_timeout: 120 });
    expect(await online()).toBe(true);
    expect(ids((await it.api("GET", "/devices?online=true")).body)).toEqual(["d1"]);
    expect(ids((await it.api("GET", "/devices?online=false&product=p")).body)).toEqual(["d2", "twice"]);
    const compatible = (await (await it.ask("GET", "/v1/devices/d1/", OWNER)).json()) as Json;
    expect(compatible.online).toBe(true);
    it.time.now = NOW + 20_000_001;
    expect(await online()).toBe(false);
  });

  test("lists come by name or by when they were heard, in pages, with how many there are and their values", async () => {
    const it = makeApi();
    it.data.put(1, 1, NOW - 100_000_000, 20); // d1, 100 s ago
    it.data.put(2, 1, NOW - 5_000_000_000, 21); // d2, more than an hour ago
    const list = async (query: string, secret = OWNER) => (await it.api("GET", `/devices?${query}`, secret)).body;
    const heard = await list("product=p&sort=-heard&values=true");
    expect([ids(heard), heard.total, heard.next]).toEqual([["d1", "d2", "twice"], 3, null]);
    const values = await it.api("GET", "/products/p/devices/d1/values");
    expect(heard.items[0].values).toEqual(values.body.values);
    expect(ids(await list("product=p&sort=heard"))).toEqual(["d2", "d1", "twice"]);
    const down = await list("product=p&sort=-name&limit=2");
    const rest = await list(`product=p&sort=-name&limit=2&cursor=${down.next}`);
    expect([ids(down), down.total, ids(rest), rest.next]).toEqual([["twice", "d2"], 3, ["d1"], null]);
    // who may see that there is a device, but not read it, learns neither when it was heard nor its values
    const blind = await list("product=p&sort=-heard&values=true", BLIND);
    for (const one of blind.items) expect([one.last_heard, one.values]).toEqual([null, undefined]);
    expect((await list("product=none&sort=name")).total).toBe(0);
    for (const bad of ["sort=size", "sort=name&cursor=x", "sort=name&cursor=MQ"])
      expect((await it.api("GET", `/devices?${bad}`)).body.code).toBe("invalid_request");
    const counts = async (query: string, secret = OWNER) =>
      (await it.api("GET", `/device-counts?${query}`, secret)).body;
    expect(await counts("product=p")).toEqual({ devices: 3, online: 1, silent: 1, never_heard: 1 });
    expect(await counts("product=p&online=true")).toEqual({ devices: 1, online: 1, silent: 0, never_heard: 0 });
    expect(await counts("workspace=none")).toEqual({ devices: 0, online: 0, silent: 0, never_heard: 0 });
    const unread = await counts("product=p", BLIND);
    expect(unread).toEqual({ devices: blind.items.length, online: 0, silent: 0, never_heard: 0 });
    expect((await counts("", STRANGER)).devices).toBe((await list("sort=name", STRANGER)).total);
  });

  test("being heard does not change the state that a change must name", async () => {
    const it = makeApi();
    const { headers } = await it.api("GET", "/products/p/devices/d1");
    it.data.put(1, 1, NOW, 20);
    const state = { "If-Match": headers.get("ETag") ?? "" };
    expect((await it.api("PATCH", "/products/p/devices/d1", OWNER, { name: "x" }, state)).status).toBe(200);
  });

  test("who sees what: readers all, a recorder without the right to read nothing of what it measured", async () => {
    const it = makeApi();
    it.data.put(1, 1, NOW, 20);
    const seen = async (secret: string) => ids((await it.api("GET", "/devices", secret)).body);
    expect(await seen(OWNER)).toEqual(["d1", "d2", "d3", "twice", "twice"]);
    expect(await seen(FLEET_MANAGER)).toEqual(["d1", "d2", "d3", "twice", "twice"]);
    expect(await seen(BLIND)).toEqual(["d1"]);
    expect(await seen(STRANGER)).toEqual(["hidden"]);
    expect(await seen(MANAGER)).toEqual([]);
    const blind = (await it.api("GET", "/products/p/devices/d1", BLIND)).body;
    expect([blind.online, blind.last_heard, blind.connected]).toEqual([null, null, null]);
  });

  test("devices are searched and filtered, by pages in which nothing is twice or missing", async () => {
    const it = makeApi();
    const many = Array.from({ length: 2500 }, (_, i): FleetChange => {
      const row = { uid: 5000 + i, product: 2, id: `n${i}`, name: `Node ${i}`, serial: `SN${i}`, tags: [`t${i % 2}`] };
      return { kind: "device", op: "put", row };
    });
    it.directory.apply(many);
    // a row that changed stands elsewhere in the directory, and at the same place in the list
    const [first] = many;
    if (first?.op === "put" && first.kind === "device")
      it.directory.apply([{ ...first, row: { ...first.row, name: "Node zero" } }]);
    const all: string[] = [];
    let pages = 0;
    for (let next: string | null = ""; next !== null && pages < 10; pages++) {
      const { body } = await it.api("GET", `/devices?product=q&limit=1000${next && `&cursor=${next}`}`);
      all.push(...ids(body));
      next = body.next;
    }
    expect([pages, all.length, new Set(all).size, all[2]]).toEqual([3, 2502, 2502, "n0"]);
    const found = async (query: string) => ids((await it.api("GET", `/devices?${query}`)).body);
    expect(await found("search=node%20zero")).toEqual(["n0"]);
    expect(await found("search=SN2499")).toEqual(["n2499"]);
    expect(await found("search=T1&product=q&limit=2")).toEqual(["n1", "n3"]);
    const name = it.directory.product("p")?.row.name.toUpperCase() ?? "";
    expect(await found(`search=${encodeURIComponent(name)}&product=p`)).toEqual(["d1", "d2", "twice"]);
    expect(await found("serial=SN7")).toEqual(["n7"]);
    expect((await found("tag=t1&limit=1000")).length).toBe(1000);
    expect(await found("product=z")).toEqual([]);
    expect(await found("product=nothing")).toEqual([]);
  });

  test("the answer before a device goes counts what goes with it", async () => {
    const it = makeApi();
    it.data.put(1, 1, 1000, 20);
    it.data.put(1, 2, 1000, true);
    it.data.put(2, 1, 1000, 20);
    const { body } = await it.api("DELETE", "/products/p/devices/d1?dry_run=true");
    expect(body.takes).toMatchObject({ devices: 1, series: 2, measurements: 2, grants: 2 });
    expect(it.fleetStore.commits).toBe(0);
  });

  const refused: [string, string, string, string, unknown, number, string, string?][] = [
    ["an id that is taken", "POST", "/products/p/devices", OWNER, { id: "d1" }, 409, "already_exists", "id"],
    ["an id that is a serial", "POST", "/products/p/devices", OWNER, { id: "S1" }, 409, "already_exists", "id"],
    [
      "a serial that is taken",
      "PATCH",
      "/products/p/devices/d2",
      OWNER,
      { serial: "S1" },
      409,
      "already_exists",
      "serial",
    ],
    [
      "a serial that is an id",
      "PATCH",
      "/products/p/devices/d2",
      OWNER,
      { serial: "d1" },
      409,
      "already_exists",
      "serial",
    ],
    ["an id with a slash", "POST", "/products/p/devices", OWNER, { id: "a/b" }, 400, "invalid_request", "id"],
    ["another id", "PATCH", "/products/p/devices/d1", OWNER, { id: "d9" }, 400, "invalid_request", "id"],
    ["another product", "PATCH", "/products/p/devices/d1", OWNER, { product: "q" }, 400, "invalid_request", "product"],
    [
      "a timeout of 1 s",
      "PATCH",
      "/products/p/devices/d1",
      OWNER,
      { online_timeout: 1 },
      400,
      "invalid_request",
      "online_timeout",
    ],
    [
      "metadata that is a list",
      "PATCH",
      "/products/p/devices/d1",
      OWNER,
      { metadata: [] },
      400,
      "invalid_request",
      "metadata",
    ],
    [
      "too much metadata",
      "PATCH",
      "/products/p/devices/d1",
      OWNER,
      { metadata: { a: "x".repeat(17_000) } },
      400,
      "invalid_request",
      "metadata",
    ],
    [
      "a tag with a line break",
      "PATCH",
      "/products/p/devices/d1",
      OWNER,
      { tags: ["ok", "a\nb"] },
      400,
      "invalid_request",
      "tags[1]",
    ],
    ["a viewer", "PATCH", "/products/p/devices/d1", VIEWER, { name: "x" }, 403, "not_permitted"],
    ["an observer", "POST", "/products/p/devices", OBSERVER, {}, 403, "not_permitted"],
    ["an editor of another device", "PATCH", "/products/p/devices/d2", EDITOR, { name: "x" }, 404, "unknown_device"],
    ["an editor who deletes", "DELETE", "/products/p/devices/d1", EDITOR, undefined, 403, "not_permitted"],
    ["a recorder", "PATCH", "/products/p/devices/d1", BLIND, { name: "x" }, 403, "not_permitted"],
    ["a stranger", "DELETE", "/products/p/devices/d1", STRANGER, undefined, 404, "unknown_product"],
  ];
  test.each(refused)("%s is refused, and nothing happens", async (...row) => {
    const [, method, path, secret, body, status, code, at] = row;
    const it = makeApi();
    const answer = await it.api(method, path, secret, body, method === "PATCH" ? { "If-Match": "*" } : {});
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (at !== undefined) expect(answer.body.errors[0].path).toBe(at);
    expect([it.fleetStore.commits, it.fleetStore.audited]).toEqual([0, []]);
  });

  test("an editor of a device may change what it is called and where it is", async () => {
    const it = makeApi();
    const changed = await it.patch("/products/p/devices/d1", { name: "renamed", tags: ["t", "new"] }, EDITOR);
    expect(changed.body).toMatchObject({ name: "renamed", tags: ["t", "new"] });
  });

  test("a tag that rights are given on is a right: an editor, and who manages devices alone, may not move devices by it", async () => {
    const it = makeApi();
    const grants = [{ scope: "tag", tag: "t", can: ["view"] } as const];
    it.directory.apply([{ kind: "apiUser", op: "put", row: { uid: 30, workspace: 1, name: "x", mqtt: true, grants } }]);
    for (const secret of [EDITOR, FLEET_MANAGER])
      for (const tags of [[], ["other"]])
        expect((await it.patch("/products/p/devices/d1", { tags }, secret)).body.code).toBe("not_permitted");
    expect((await it.patch("/products/p/devices/d1", { tags: ["t", "free"] }, EDITOR)).status).toBe(200);
    expect((await it.patch("/products/p/devices/d1", { tags: [] }, ADMIN)).status).toBe(200);
    expect((await it.patch("/products/p/devices/d1", { tags: ["t"] }, EDITOR)).body.code).toBe("not_permitted");
  });
});

describe("devices from a table", () => {
  const path = "/products/p/devices/import";
  test("every row becomes a device, with all that a table can say", async () => {
    const it = makeApi();
    const table = [
      "id,name,serial,tags,location,metadata,online_timeout",
      'n1,"One, the first",SN1,a; b ,"hall ""3""","{""floor"": 3}",60',
      "n2,,,,,,",
      "",
      "n3,Three",
    ].join("\r\n");
    const { body } = await it.api("POST", path, OWNER, table);
    expect(body).toEqual({ dry_run: false, created: 3, ids: ["n1", "n2", "n3"] });
    expect((await it.api("GET", "/products/p/devices/n1")).body).toMatchObject({
      name: "One, the first",
      serial: "SN1",
      tags: ["a", "b"],
      location: 'hall "3"',
      metadata: { floor: 3 },
      online_timeout: 60,
    });
    expect((await it.api("GET", "/products/p/devices/n2")).body).toMatchObject({ name: "n2", serial: null, tags: [] });
    expect(it.fleetStore.commits).toBe(1);
  });

  test("every bad row is named, and then nothing is made", async () => {
    const it = makeApi();
    const table = ["id,serial,online_timeout,metadata", "ok,A", "a/b", "d1", "x,A", "ok", "y,,soon,{", "z"].join("\n");
    const { status, body } = await it.api("POST", path, OWNER, table);
    expect([status, body.code, body.rows_total]).toEqual([400, "invalid_request", 5]);
    expect(body.rows.map((r: Json) => [r.row, r.field, r.code])).toEqual([
      [1, "id", "invalid_request"],
      [2, "id", "already_exists"],
      [3, "serial", "already_exists"],
      [4, "id", "already_exists"],
      [5, "metadata", "invalid_request"],
      [5, "online_timeout", "invalid_request"],
    ]);
    expect(body.message).toContain("5 of 7 rows");
    expect(it.fleetStore.commits).toBe(0);
  });

  test.each([
    ["id;name\nn1;x", "The cells are divided by semicolons"],
    ["id\tname\nn1\tx", "The cells are divided by tabs"],
    ["id,nmae\nn1,x", 'not "nmae". Did you mean name?'],
    ["id,id\nn1,x", 'not "id".'],
    ["number;other\n1;2", 'not "number;other".'],
  ])("a head that is none says what is the matter with it: %j", async (table, why) => {
    const { status, body } = await makeApi().api("POST", path, OWNER, table);
    expect([status, body.code]).toEqual([400, "invalid_request"]);
    expect(body.message).toContain(why);
  });

  test("a dry run checks everything and makes nothing", async () => {
    const it = makeApi();
    const good = await it.api("POST", `${path}?dry_run=true`, OWNER, "id\nn1");
    expect(good.body).toEqual({ dry_run: true, created: 0, ids: ["n1"] });
    const bad = await it.api("POST", `${path}?dry_run=true`, OWNER, "id\nd1");
    expect([bad.status, bad.body.code]).toEqual([409, "already_exists"]);
    expect(it.fleetStore.commits).toBe(0);
  });

  test.each([
    ["nothing", ""],
    ["a head alone", "id,name\n"],
    ["an unknown column", "id,colour\nn1,red"],
    ["a column twice", "id,id\nn1,n2"],
    ["a quote that stays open", 'id\n"n1'],
    ["text behind a quote", 'id\n"n1"x'],
    ["more cells than columns", "id\nn1,n2"],
  ])("%s is no table", async (_, table) => {
    const it = makeApi();
    const answer = await it.ask("POST", `/api/v1${path}`, OWNER, table, { "Content-Type": "text/csv" });
    expect([answer.status, ((await answer.json()) as Json).code]).toEqual([400, "invalid_request"]);
    expect(it.fleetStore.commits).toBe(0);
  });

  test.each([
    ['id,name\n\nn1,"two\nlines"\nn2,"x"y\n', "Line 5: Something stands behind a closing quote."],
    ['id,name\r\nn1,"two\r\nlines"\r\nn2,a,b\r\n', "Line 4 has 3 cells, the head 2."],
  ])("%j: the line is named as editors count", async (table, message) => {
    const answer = await makeApi().ask("POST", `/api/v1${path}`, OWNER, table, { "Content-Type": "text/csv" });
    expect(JSON.stringify(await answer.json())).toContain(message);
  });

  test("a table that is too large is refused", async () => {
    const it = makeApi({ maxBody: 100 });
    const answer = await it.api("POST", path, OWNER, `id\n${"n,".repeat(100)}`);
    expect([answer.status, answer.body.code]).toEqual([413, "value_too_large"]);
  });
});
