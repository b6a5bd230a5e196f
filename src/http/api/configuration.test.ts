import { describe, expect, test } from "bun:test";
import { OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { EDITOR, makeApi } from "./api.testing.ts";

const FIELDS = "/products/p/configuration";
const DEVICE = "/products/p/devices/d1/configuration";

describe("configuration fields", () => {
  test("made, listed, changed and deleted; a device has its own values, else the defaults", async () => {
    const it = makeApi();
    const wish = { id: "label", type: "text", default: "", description: "what is written on it" };
    const made = await it.api("POST", FIELDS, OWNER, wish);
    expect([made.status, made.headers.get("Location")]).toEqual([201, "/api/v1/products/p/configuration/label"]);
    expect(made.body).toEqual({ ...wish, name: "label", unit: null });
    expect((await it.api("GET", FIELDS)).body.items.map((one: { id: string }) => one.id)).toEqual(["depth", "label"]);
    expect((await it.api("GET", DEVICE)).body).toEqual({ device: "d1", values: { depth: 1, label: "" }, own: [] });
    const set = await it.patch(DEVICE, { values: { depth: 2.5, label: "A" } }, EDITOR);
    expect(set.body).toEqual({ device: "d1", values: { depth: 2.5, label: "A" }, own: ["depth", "label"] });
    expect((await it.patch(`${FIELDS}/depth`, { default: 7, name: "Depth below" })).body).toMatchObject({ default: 7 });
    expect((await it.patch(DEVICE, { values: { depth: null } })).body).toMatchObject({
      ...{ values: { depth: 7, label: "A" }, own: ["label"] },
    });
    expect((await it.api("DELETE", `${FIELDS}/label`)).body).toEqual({ ok: true });
    expect((await it.api("GET", DEVICE)).body.values).toEqual({ depth: 7 });
    // the value went with its field: another one of that name begins anew
    await it.api("POST", FIELDS, OWNER, { ...wish, default: "B" });
    expect((await it.api("GET", DEVICE)).body).toMatchObject({ values: { label: "B" }, own: [] });
  });

  test("a change says which state it changes", async () => {
    const it = makeApi();
    const stale = (await it.api("GET", DEVICE)).headers.get("ETag") ?? "";
    await it.patch(DEVICE, { values: { depth: 2 } });
    const late = await it.api("PATCH", DEVICE, OWNER, { values: { depth: 3 } }, { "If-Match": stale });
    expect([late.status, late.body.code]).toEqual([412, "changed_meanwhile"]);
  });

  const refused: [string, string, string, string, unknown, number, string][] = [
    ["a field that is there", "POST", FIELDS, OWNER, { id: "depth", type: "text" }, 409, "already_exists"],
    ["an identifier with a hyphen", "POST", FIELDS, OWNER, { id: "a-b", type: "text" }, 400, "invalid_request"],
    ["a name that JavaScript knows", "POST", FIELDS, OWNER, { id: "__proto__", type: "text" }, 400, "invalid_request"],
    [
      "a default of another type",
      "POST",
      FIELDS,
      OWNER,
      { id: "x", type: "number", default: "1" },
      400,
      "invalid_request",
    ],
    ["another type", "PATCH", `${FIELDS}/depth`, OWNER, { type: "text" }, 400, "invalid_request"],
    ["a value of another type", "PATCH", DEVICE, OWNER, { values: { depth: true } }, 400, "invalid_request"],
    ["a value of no field", "PATCH", DEVICE, OWNER, { values: { height: 1 } }, 404, "not_found"],
    ["a field that is not there", "GET", `${FIELDS}/height`, OWNER, undefined, 404, "not_found"],
    ["a viewer", "PATCH", DEVICE, VIEWER, { values: { depth: 2 } }, 403, "not_permitted"],
    ["a viewer who makes fields", "POST", FIELDS, VIEWER, { id: "x", type: "text" }, 403, "not_permitted"],
    ["who may edit the device alone", "DELETE", `${FIELDS}/depth`, EDITOR, undefined, 403, "not_permitted"],
    ["a stranger", "GET", DEVICE, STRANGER, undefined, 404, "unknown_product"],
  ];
  test.each(refused)("%s is refused, and nothing happens", async (_, method, path, secret, body, status, code) => {
    const it = makeApi();
    const answer = await it.api(method, path, secret, body, { "If-Match": "*" });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(it.fleetStore.commits).toBe(0);
  });

  test("a product has at most a hundred", async () => {
    const it = makeApi();
    for (let n = 1; n < 100; n++)
      expect((await it.api("POST", FIELDS, OWNER, { id: `f${n}`, type: "number" })).status).toBe(201);
    expect((await it.api("POST", FIELDS, OWNER, { id: "more", type: "number" })).status).toBe(400);
  });
});
