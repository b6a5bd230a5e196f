import { describe, expect, test } from "bun:test";
import { hashToken } from "../../fleet/token.ts";
import type { Grant } from "../../fleet/types.ts";
import { OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";
import { makeApi } from "./api.testing.ts";

const LIST = "/workspaces/w/dashboards";
const place = { x: 0, y: 0, w: 3, h: 2 };
const value = (device: string, id = device) => ({
  ...{ id, type: "value", place },
  source: { product: "p", device, field: "TEMPERATURE" },
});
const content = (...widgets: object[]) => ({ version: 1, widgets });
/** May view d1 of the first product alone, and change dashboards. */
const NARROW = "7".repeat(40);
const NARROW_VIEWER = "8".repeat(40);

function world() {
  const it = makeApi();
  const account = (uid: number, secret: string, grants: Grant[]) =>
    it.directory.apply([
      { kind: "apiUser", op: "put", row: { uid, workspace: 1, name: `narrow ${uid}`, mqtt: true, grants } },
      {
        kind: "token",
        op: "put",
        row: { uid, hash: hashToken(secret), hint: "", name: "", user: null, apiUser: uid, created: 0, expires: null },
      },
    ]);
  const d1: Grant = { scope: "device", device: 1, can: ["view"] };
  account(50, NARROW, [d1, { scope: "workspace", can: ["dashboards"] }]);
  account(51, NARROW_VIEWER, [d1]);
  return it;
}

describe("dashboards", () => {
  test("what is created is listed, shown, exported, and imported again under another name", async () => {
    const { api } = world();
    const wish = { name: "Plant", description: "all of it", content: content(value("d1"), value("d2")) };
    const made = await api("POST", LIST, OWNER, wish);
    expect([made.status, made.headers.get("Location")]).toEqual([201, "/api/v1/workspaces/w/dashboards/1000"]);
    expect(made.body).toMatchObject({ ...wish, product: null, hidden: 0, missing: [], links: 0 });
    expect((await api("GET", LIST)).body.items).toMatchObject([
      { name: "door", product: "p", widgets: 1 },
      { name: "Plant", product: null, widgets: 2 },
    ]);
    expect((await api("GET", `${LIST}?product=p`)).body.items).toHaveLength(1);
    const { body: file } = await api("GET", `${LIST}/1000/export`);
    expect(Object.keys(file).sort()).toEqual(["content", "description", "name", "product"]);
    expect((await api("POST", LIST, OWNER, file)).body.code).toBe("already_exists");
    const again = await api("POST", LIST, OWNER, { ...file, name: "Plant 2" });
    expect(again.body.content).toEqual(made.body.content);
  });
  test("a change needs the state that it changes", async () => {
    const { api, patch } = world();
    expect((await api("PATCH", `${LIST}/1`, OWNER, { name: "x" })).body.code).toBe("precondition_required");
    const stale = await api("PATCH", `${LIST}/1`, OWNER, { name: "x" }, { "If-Match": '"old"' });
    expect(stale.body.code).toBe("changed_meanwhile");
    expect((await patch(`${LIST}/1`, { name: "x", description: null })).body.name).toBe("x");
  });
  test("what is not here is refused with its place, or told beside it when that is asked for; what may not be seen is not here", async () => {
    const { api } = world();
    const wish = { name: "n", content: content(value("d1"), value("d9"), value("twice")) };
    const refused = await api("POST", LIST, OWNER, wish);
    expect(refused.body.errors).toEqual([
      {
        ...{ path: "content.widgets[1].source", message: 'the device "d9" of p is not there' },
        pointer: expect.any(String),
      },
    ]);
    const narrow = await api("POST", LIST, NARROW, { name: "n", content: content(value("d2"), value("d9")) });
    expect(narrow.body.errors.map(({ message }: { message: string }) => message)).toEqual([
      'the device "d2" of p is not there',
      'the device "d9" of p is not there',
    ]);
    const made = await api("POST", LIST, OWNER, { ...wish, allow_missing: true });
    expect(made.body.missing).toEqual([{ path: "widgets[1].source", message: 'the device "d9" of p is not there' }]);
  });
  test.each([
    ["nowhere", "unknown_product"],
    ["z", "unknown_product"],
  ])("it may not be of the product %s", async (product, code) => {
    const { api } = world();
    expect((await api("POST", LIST, OWNER, { name: "n", product, content: content() })).body.code).toBe(code);
  });
  test("who may view one device alone gets the widgets of that one, whole or in part; who may change it gets all", async () => {
    const { api } = world();
    const both = {
      ...{ id: "both", type: "chart", place },
      sources: [value("d1").source, value("d2").source],
    };
    const table = {
      ...{ id: "table", type: "table", place, fields: ["TEMPERATURE"] },
      devices: { product: "p", devices: ["d1", "d2"] },
    };
    const wish = {
      name: "n",
      content: { ...content(value("d1"), value("d2"), both, table), phone: [{ id: "d2" }, { id: "d1" }] },
    };
    await api("POST", LIST, OWNER, wish);
    const narrow = (await api("GET", `${LIST}/1000`, NARROW_VIEWER)).body;
    expect(narrow.hidden).toBe(1);
    expect(narrow.content.widgets.map(({ id }: { id: string }) => id)).toEqual(["d1", "both", "table"]);
    expect(JSON.stringify(narrow)).not.toContain("d2");
    expect((await api("GET", `${LIST}/1000`, NARROW)).body.content.widgets).toHaveLength(4);
    for (const [secret, status] of [
      [VIEWER, 200],
      [RECORDER, 200],
      [STRANGER, 404],
    ] as const)
      expect((await api("GET", `${LIST}/1000`, secret)).status).toBe(status);
    // of a product that one does not see
    await api("POST", LIST, OWNER, { name: "of q", product: "q", content: content() });
    expect((await api("GET", `${LIST}/1001`, NARROW_VIEWER)).status).toBe(404);
    expect((await api("GET", LIST, NARROW_VIEWER)).body.items.map(({ name }: { name: string }) => name)).toEqual([
      "door",
      "n",
    ]);
  });
  test("what is no content is refused with words", async () => {
    const { api } = world();
    const asked = async (wrong: object) => (await api("POST", LIST, OWNER, { name: "n", content: wrong })).body.errors;
    const lamp = await asked(content({ id: "a", type: "lamp", place }));
    expect(lamp[0].path).toBe("content.widgets[0].type");
    expect(lamp[0].message).toContain("value, gauge, chart, bar");
    expect((await asked(content({ ...value("d1"), place: { x: 10, y: 0, w: 3, h: 2 } })))[0].message).toContain(
      "at most 12",
    );
    expect((await asked(content(value("d1"), value("d1"))))[0].message).toContain("another widget has this id");
    const many = Array.from({ length: 61 }, (_, i) => value("d1", `w${i}`));
    expect((await asked(content(...many)))[0].message).toBe("at most 60 widgets");
    const long = Array.from({ length: 40 }, (_, i) => ({
      id: `t${i}`,
      type: "text",
      place,
      markdown: "x".repeat(19_000),
    }));
    expect((await asked(content(...long)))[0].message).toContain("together at most 600000 characters");
  });
});
