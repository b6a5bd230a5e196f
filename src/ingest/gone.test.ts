import { expect, test } from "bun:test";
import { type AppliedChange, Directory } from "../fleet/directory.ts";
import { GoneNumbers } from "./gone.ts";

const product = (uid: number) => ({
  ...{ uid, workspace: 1, slug: `p${uid}`, name: "", retainLastValues: false, publishBackfill: false },
  boolText: "true" as const,
});
const device = (uid: number, id: string, of = 1) => ({ uid, product: of, id, name: "", serial: null, tags: [] });

test("an id keeps the highest number of those who had it; one that nobody had begins at 0", () => {
  const directory = new Directory();
  const gone = new GoneNumbers();
  const numbers = new Map([
    [1, 12],
    [2, 30],
    [3, 0],
  ]);
  const ops: unknown[] = [];
  directory.onChange((changes: readonly AppliedChange[]) => {
    ops.push(...gone.follow(changes, ({ row }) => numbers.get(row.uid) ?? 0));
  });
  const kept = () => ops.splice(0);
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    ...[1, 2].map((uid) => ({ kind: "product", op: "put", row: product(uid) }) as const),
    ...[device(1, "a"), device(2, "b"), device(3, "c"), device(9, "a", 2)].map(
      (row) => ({ kind: "device", op: "put", row }) as const,
    ),
  ]);
  directory.apply([{ kind: "device", op: "put", row: { ...device(1, "a"), name: "another name" } }]);
  expect(kept()).toEqual([]);
  directory.apply([{ kind: "device", op: "delete", uid: 1 }]);
  expect(kept()).toEqual([{ op: "seen_put", rows: [{ product: 1, device: "a", number: 12 }] }]);
  // whoever comes under a's id, and has not been measured, goes as it came
  directory.apply([{ kind: "device", op: "put", row: device(4, "a") }]);
  directory.apply([{ kind: "device", op: "delete", uid: 4 }]);
  directory.apply([{ kind: "device", op: "delete", uid: 3 }]);
  expect(kept()).toEqual([]);
  directory.apply([{ kind: "device", op: "put", row: device(2, "renamed") }]);
  expect(kept()).toEqual([{ op: "seen_put", rows: [{ product: 1, device: "b", number: 30 }] }]);
  expect(["a", "b", "c", "renamed"].map((id) => gone.of(1, id))).toEqual([12, 30, 0, 0]);
  expect(gone.of(2, "a")).toBe(0);
  directory.apply([{ kind: "product", op: "delete", uid: 1 }]);
  expect(kept()).toEqual([{ op: "seen_drop", products: [1] }]);
  directory.apply([{ kind: "product", op: "delete", uid: 2 }]);
  expect([kept(), gone.of(1, "a")]).toEqual([[], 0]);
  gone.load([{ product: 7, device: "x", number: 5 }]);
  expect(gone.of(7, "x")).toBe(5);
});
