import { describe, expect, test } from "bun:test";
import { OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { EDITOR, FLEET_MANAGER, makeApi, OBSERVER } from "./api.testing.ts";

describe("products", () => {
  test("a product is made, shown, changed and deleted; its slug is made from its name", async () => {
    const it = makeApi();
    const made = await it.api("POST", "/workspaces/w/products", OWNER, { name: "Wärmepumpe Nr. 5" });
    expect([made.status, made.body.slug]).toEqual([201, "warmepumpe-nr-5"]);
    expect(made.headers.get("Location")).toBe("/api/v1/products/warmepumpe-nr-5");
    const again = await it.api("POST", "/workspaces/w/products", OWNER, { name: "Wärmepumpe Nr. 5" });
    expect(again.body.slug).toBe("warmepumpe-nr-5-2");
    const path = "/products/warmepumpe-nr-5";
    const changed = await it.patch(path, { name: "Pump", bool_text: "True", online_timeout: 60 });
    expect(changed.body).toMatchObject({ name: "Pump", bool_text: "True", online_timeout: 60, workspace: "w" });
    expect((await it.patch(path, { online_timeout: null })).body).toMatchObject({ name: "Pump", online_timeout: null });
    expect((await it.api("DELETE", `${path}?confirm=warmepumpe-nr-5`)).body.takes.products).toBe(1);
    expect((await it.api("GET", path)).body.code).toBe("unknown_product");
  });

  test("what a list shows is what the caller may see, by pages, searched", async () => {
    const it = makeApi();
    const slugs = async (secret: string, query = "") =>
      (await it.api("GET", `/products${query}`, secret)).body.items.map((p: { slug: string }) => p.slug);
    expect(await slugs(OWNER)).toEqual(["p", "q"]);
    expect(await slugs(STRANGER)).toEqual(["z"]);
    expect(await slugs(EDITOR)).toEqual(["p", "q"]);
    expect(await slugs(FLEET_MANAGER)).toEqual(["p", "q"]);
    expect(await slugs(OWNER, "?search=Q")).toEqual(["q"]);
    expect(await slugs(OWNER, "?workspace=v")).toEqual([]);
    const first = await it.api("GET", "/products?limit=1");
    expect(first.body.next).toBeString();
    const second = await it.api("GET", `/products?limit=1&cursor=${first.body.next}`);
    expect([second.body.items[0].slug, second.body.next]).toEqual(["q", null]);
  });

  const refused: [string, string, string, string, unknown, number, string][] = [
    ["a slug that is taken", "POST", "/workspaces/w/products", OWNER, { name: "x", slug: "p" }, 409, "already_exists"],
    [
      "a slug taken elsewhere",
      "POST",
      "/workspaces/w/products",
      OWNER,
      { name: "x", slug: "z" },
      409,
      "already_exists",
    ],
    ["a name without a slug", "POST", "/workspaces/w/products", OWNER, { name: "水" }, 400, "invalid_request"],
    ["no name", "POST", "/workspaces/w/products", OWNER, {}, 400, "invalid_request"],
    ["a key that is not there", "POST", "/workspaces/w/products", OWNER, { name: "x", uid: 7 }, 400, "invalid_request"],
    ["a workspace in the body", "PATCH", "/products/p", OWNER, { workspace: "v" }, 400, "invalid_request"],
    ["another slug", "PATCH", "/products/p", OWNER, { slug: "pp" }, 400, "invalid_request"],
    ["a workspace that is not seen", "POST", "/workspaces/v/products", FLEET_MANAGER, { name: "x" }, 404, "not_found"],
    ["a viewer", "POST", "/workspaces/w/products", VIEWER, { name: "x" }, 403, "not_permitted"],
    ["an observer", "PATCH", "/products/p", OBSERVER, { name: "x" }, 403, "not_permitted"],
    ["a stranger", "PATCH", "/products/p", STRANGER, { name: "x" }, 404, "unknown_product"],
    ["an editor of another product", "PATCH", "/products/p", EDITOR, { name: "x" }, 403, "not_permitted"],
    ["an editor who deletes", "DELETE", "/products/q", EDITOR, undefined, 403, "not_permitted"],
  ];
  test.each(refused)("%s is refused, and nothing happens", async (_, method, path, secret, body, status, code) => {
    const it = makeApi();
    const answer = await it.api(method, path, secret, body, method === "PATCH" ? { "If-Match": "*" } : {});
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect([it.fleetStore.commits, it.fleetStore.audited]).toEqual([0, []]);
  });

  test("a change says which state it changes: 428 without If-Match, 412 when it was changed meanwhile", async () => {
    const it = makeApi();
    expect((await it.api("PATCH", "/products/p", OWNER, { name: "x" })).status).toBe(428);
    const { headers } = await it.api("GET", "/products/p");
    const state = { "If-Match": headers.get("ETag") ?? "" };
    const [one, two] = await Promise.all([
      it.api("PATCH", "/products/p", OWNER, { name: "one" }, state),
      it.api("PATCH", "/products/p", OWNER, { name: "two" }, state),
    ]);
    expect([one.status, two.status, two.body.code]).toEqual([200, 412, "changed_meanwhile"]);
    expect(one.headers.get("ETag")).not.toBe(headers.get("ETag"));
    expect((await it.api("GET", "/products/p")).body.name).toBe("one");
    const late = await it.api("DELETE", "/products/p?confirm=p", OWNER, undefined, state);
    expect([late.status, it.directory.product("p") !== undefined]).toEqual([412, true]);
  });

  test("before a product goes it is told what goes with it", async () => {
    const it = makeApi();
    it.data.put(1, 1, 1000, 20);
    it.data.put(1, 1, 2000, 21);
    it.data.put(2, 2, 1000, true);
    const { body } = await it.api("DELETE", "/products/p?dry_run=true");
    expect(body).toEqual({
      dry_run: true,
      takes: {
        products: 1,
        fields: 4,
        devices: 3,
        series: 2,
        measurements: 3,
        grants: 3, // of the recorder, of one device, of the editor
        api_users: 0,
        tokens: 0,
        sessions: 0,
      },
    });
    expect([it.fleetStore.commits, it.directory.product("p") !== undefined]).toEqual([0, true]);
    await it.api("DELETE", "/products/p?dry_run=false&confirm=p");
    expect(it.directory.product("p")).toBeUndefined();
  });
});

describe("fields", () => {
  test("a field is made, shown, changed, switched off and deleted; its identifier is in upper case", async () => {
    const it = makeApi();
    const made = await it.api("POST", "/products/p/fields", OWNER, {
      id: "rpm",
      type: "INT",
      unit: "1/min",
      decimals: 0,
    });
    expect([made.status, made.headers.get("Location")]).toEqual([201, "/api/v1/products/p/fields/RPM"]);
    const plain = {
      ...{ id: "RPM", type: "INT", name: "RPM", unit: "1/min", decimals: 0, description: null, active: true },
      ...{ role: null, semantic: null, settable: null, formula: null, formula_problem: null, uuid: made.body.uuid },
    };
    expect(made.body).toEqual(plain);
    const off = await it.patch("/products/p/fields/rpm", { active: false, description: "of the\nmotor" });
    expect(off.body).toMatchObject({ active: false, description: "of the\nmotor", unit: "1/min" });
    const ids = async (query: string) =>
      (await it.api("GET", `/products/p/fields${query}`)).body.items.map((f: { id: string }) => f.id);
    expect(await ids("?active=false")).toEqual(["RPM"]);
    expect(await ids("?active=true")).not.toContain("RPM");
    const on = await it.patch("/products/p/fields/RPM", {
      active: true,
      description: null,
      decimals: null,
      unit: null,
    });
    expect(on.body).toEqual({ ...plain, unit: null, decimals: null });
    it.data.put(1, it.directory.product("p")?.fields.get("RPM")?.row.uid ?? 0, 1000, 5);
    const gone = await it.api("DELETE", "/products/p/fields/RPM");
    expect(gone.body.takes).toMatchObject({ fields: 1, devices: 0, series: 1, measurements: 1 });
    expect((await it.api("GET", "/products/p/fields/RPM")).body.code).toBe("unknown_field");
  });

  test("an editor of the whole product may change its fields", async () => {
    const it = makeApi();
    expect((await it.api("POST", "/products/q/fields", EDITOR, { id: "X", type: "BOOL" })).status).toBe(201);
    expect((await it.patch("/products/q/fields/X", { name: "door" }, EDITOR)).body.name).toBe("door");
    expect(it.fleetStore.audited.map(({ action, by, name }) => [action, by.key, name])).toEqual([
      ["field.create", "a:22", "q/X"],
      ["field.update", "a:22", "q/X"],
    ]);
  });

  const refused: [string, string, string, string, unknown, number, string][] = [
    [
      "an identifier that is taken",
      "POST",
      "/products/p/fields",
      OWNER,
      { id: "door", type: "BOOL" },
      409,
      "already_exists",
    ],
    [
      "an identifier with a space",
      "POST",
      "/products/p/fields",
      OWNER,
      { id: "a b", type: "BOOL" },
      400,
      "invalid_request",
    ],
    ["a type that is none", "POST", "/products/p/fields", OWNER, { id: "A", type: "FLOAT64" }, 400, "invalid_request"],
    ["another type", "PATCH", "/products/p/fields/DOOR", OWNER, { type: "INT" }, 400, "invalid_request"],
    ["17 decimals", "PATCH", "/products/p/fields/DOOR", OWNER, { decimals: 17 }, 400, "invalid_request"],
    [
      "a name that reverses text",
      "PATCH",
      "/products/p/fields/DOOR",
      OWNER,
      { name: "a\u202eb" },
      400,
      "invalid_request",
    ],
    ["a field that is not there", "PATCH", "/products/p/fields/NO", OWNER, { name: "x" }, 404, "unknown_field"],
    ["a viewer", "POST", "/products/p/fields", VIEWER, { id: "A", type: "INT" }, 403, "not_permitted"],
    ["a stranger", "DELETE", "/products/p/fields/DOOR", STRANGER, undefined, 404, "unknown_product"],
  ];
  test.each(refused)("%s is refused, and nothing happens", async (_, method, path, secret, body, status, code) => {
    const it = makeApi();
    const answer = await it.api(method, path, secret, body, method === "PATCH" ? { "If-Match": "*" } : {});
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect([it.fleetStore.commits, it.fleetStore.audited]).toEqual([0, []]);
  });
});
