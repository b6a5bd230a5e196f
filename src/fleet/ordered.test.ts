import { expect, test } from "bun:test";
import { DeviceNode, ProductNode } from "./nodes.ts";
import { OrderedDevices } from "./ordered.ts";

const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false } as const;
const product = new ProductNode({ ...row, boolText: "true" }, { uid: 1, slug: "w", name: "" });
const node = (uid: number) =>
  new DeviceNode({ uid, product: 1, id: `d${uid}`, name: "", serial: null, tags: [] }, uid, product);
const uids = (list: OrderedDevices, after = 0) => [...list.after(after)].map(({ row }) => row.uid);

test("devices come in the order of their numbers, from any of them on", () => {
  const list = new OrderedDevices();
  for (const uid of [2, 5, 9, 4, 1]) list.add(node(uid));
  expect(uids(list)).toEqual([1, 2, 4, 5, 9]);
  expect(uids(list, 2)).toEqual([4, 5, 9]);
  expect(uids(list, 3)).toEqual([4, 5, 9]);
  expect(uids(list, 9)).toEqual([]);
});

test("what is deleted is left out, also of a walk that has begun, and its place is freed", () => {
  const list = new OrderedDevices();
  const nodes = Array.from({ length: 200 }, (_, i) => node(i + 1));
  for (const one of nodes) list.add(one);
  const walk = list.after(0);
  expect(walk.next().value?.row.uid).toBe(1);
  for (const one of nodes.slice(1, 199)) {
    one.deleted = true;
    list.lost();
  }
  expect(walk.next().value?.row.uid).toBe(200);
  expect(uids(list)).toEqual([1, 200]);
});
