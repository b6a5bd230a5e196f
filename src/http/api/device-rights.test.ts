import { expect, test } from "bun:test";
import type { FleetChange, Grant } from "../../fleet/types.ts";
import { OWNER } from "../http.testing.ts";
import { type Json, makeApi, MANAGER } from "./api.testing.ts";

const RIGHTS = "/workspaces/w/api-users/30/device-rights";

function world() {
  const it = makeApi();
  const grants: Grant[] = [
    { scope: "tag", tag: "t", can: ["record_only"] },
    { scope: "device", device: 1, can: ["view"] },
  ];
  const row = { uid: 30, workspace: 1, name: "x", mqtt: false, grants };
  it.directory.apply([{ kind: "apiUser", op: "put", row } satisfies FleetChange]);
  const all = async (path: string, secret = OWNER) => {
    const items: Json[] = [];
    let next: string | null = "";
    while (next !== null) {
      const { body } = await it.api("GET", `${path}${path.includes("?") ? "&" : "?"}limit=2&cursor=${next}`, secret);
      items.push(...body.items);
      next = body.next;
    }
    return items;
  };
  return { ...it, all };
}

test("of every device what an API user may do, and why, page by page; as one question about one of them says it", async () => {
  const { all, api } = world();
  const items = await all(RIGHTS);
  expect(items.length).toBeGreaterThan(2);
  expect(new Set(items.map(({ product, device }) => `${product}/${device}`)).size).toBe(items.length);
  const d1 = items.find(({ product, device }) => product === "p" && device === "d1");
  expect(d1).toMatchObject({
    can: ["view", "record_only"],
    because: ["its grant on tag t", "its grant on device p/d1"],
  });
  for (const { product, device, can } of items) {
    const one = await api("GET", `/workspaces/w/api-users/30/rights?product=${product}&device=${device}`);
    expect([device, can]).toEqual([device, one.body.device.can]);
  }
});

test("searched, and of one product; another workspace's devices are not among them", async () => {
  const { all, directory } = world();
  expect((await all(`${RIGHTS}?search=D1`)).every(({ device, name }) => /d1/i.test(device + name))).toBe(true);
  expect(new Set((await all(`${RIGHTS}?product=p`)).map(({ product }) => product))).toEqual(new Set(["p"]));
  expect(await all(`${RIGHTS}?product=nothing`)).toEqual([]);
  const others = [...directory.products()].filter(({ row }) => row.workspace !== 1).map(({ row }) => row.slug);
  expect(others.length).toBeGreaterThan(0);
  for (const { product } of await all(RIGHTS)) expect(others).not.toContain(product);
});

test("of a member by the role; who sees no devices is told of none", async () => {
  const { all } = world();
  const members = await all("/workspaces/w/members/1/device-rights");
  expect(members.every(({ because }) => because.includes("role owner"))).toBe(true);
  expect(await all(RIGHTS, MANAGER)).toEqual([]);
});
