import { expect, test } from "bun:test";
import { BLIND, OWNER, RECORDER, STRANGER } from "../http.testing.ts";
import { FLEET_MANAGER, makeApi } from "./api.testing.ts";

test("identifiers of fields over the products of a workspace: searched, bounded, of some products, and nothing that one may not see", async () => {
  const it = makeApi();
  const list = async (query: string, secret = OWNER) => {
    const { body } = await it.api("GET", `/workspaces/w/fields${query}`, secret);
    return body.items;
  };
  const ids = async (secret: string) => (await list("", secret)).map(({ id }: { id: string }) => id);
  expect(await ids(OWNER)).toEqual(["TEMPERATURE", "DOOR", "NOTE", "POSITION"]);
  // the same identifier in another product, of another type, is one name
  const row = { uid: 700, product: 2, id: "DOOR", type: "STRING", name: "Gate", unit: null } as const;
  it.directory.apply([{ kind: "field", op: "put", row }]);
  expect((await list(""))[0]).toMatchObject({ id: "DOOR", types: ["BOOL", "STRING"], products: 2 });
  expect(await list("?search=oo&limit=1")).toHaveLength(1);
  expect(await list("?search=gATE")).toEqual([
    { id: "DOOR", name: "Gate", types: ["STRING"], unit: null, products: 1 },
  ]);
  expect(await list("?search=nothing")).toEqual([]);
  expect(await list("?search=door&products=q,nope")).toMatchObject([{ types: ["STRING"], products: 1 }]);
  expect((await it.api("GET", "/workspaces/w/fields?limit=0")).body.code).toBe("invalid_request");
  expect((await it.api("GET", "/workspaces/w/fields", STRANGER)).status).toBe(404);
  it.directory.apply([{ kind: "field", op: "put", row: { ...row, uid: 701, id: "SECRET" } }]);
  expect(await ids(OWNER)).toContain("SECRET");
  expect(await ids(RECORDER)).toEqual(["DOOR", "NOTE", "POSITION", "TEMPERATURE"]);
});

test("tags of devices with how many have them, as far as one may see the devices", async () => {
  const it = makeApi();
  const tags = async (query = "", secret = FLEET_MANAGER) =>
    (await it.api("GET", `/workspaces/w/tags${query}`, secret)).body.items;
  for (const [uid, own] of [
    [1, ["cold store", "Hall 1"]],
    [3, ["cold store"]],
  ] as const) {
    const device = it.directory.deviceByUid(uid)?.row;
    if (device !== undefined) it.directory.apply([{ kind: "device", op: "put", row: { ...device, tags: own } }]);
  }
  // d2 and both that are called twice have the tag t; the other workspace's has it, too
  expect(await tags()).toEqual([
    { tag: "t", devices: 3 },
    { tag: "cold store", devices: 2 },
    { tag: "Hall 1", devices: 1 },
  ]);
  expect(await tags("?search=COLD&limit=1")).toEqual([{ tag: "cold store", devices: 2 }]);
  expect(await tags("?search=hall")).toEqual([{ tag: "Hall 1", devices: 1 }]);
  expect(await tags("", BLIND)).toEqual([
    { tag: "Hall 1", devices: 1 },
    { tag: "cold store", devices: 1 },
  ]);
});
