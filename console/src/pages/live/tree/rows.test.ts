import { expect, test } from "bun:test";
import type { Device, Field, Product } from "../../../api/fleet.ts";
import { filterOf, publishTopic, rowsOf, stepOf } from "./rows.ts";

// what the tree does not look at is left out
const product = { slug: "pump", name: "Pumps" } as Product;
const device = (id: string) => ({ id, name: `Pump ${id}`, product: "pump" }) as Device;
const field = { id: "TEMP", name: "Temperature" } as Field;
const tree = (...open: string[]) => ({
  prefix: "dtck",
  products: [product],
  devices: new Map([["pump", { items: [device("1"), device("2")], more: true }]]),
  fields: new Map([["pump", [field]]]),
  open: new Set(open),
});
const keys = (...open: string[]) => rowsOf(tree(...open)).map(({ key, level }) => `${level} ${key}`);

test("only what is open is listed, and that there are more", () => {
  expect(keys()).toEqual(["1 dtck"]);
  expect(keys("dtck", "dtck/pump/1")).toEqual(["1 dtck", "2 dtck/pump"]);
  expect(keys("dtck", "dtck/pump", "dtck/pump/1")).toEqual([
    "1 dtck",
    "2 dtck/pump",
    "3 dtck/pump/1",
    "4 dtck/pump/1/TEMP",
    "3 dtck/pump/2",
    "3 dtck/pump more",
  ]);
});
test("topics to publish on, and filters of all that is below", () => {
  const rows = rowsOf(tree("dtck", "dtck/pump", "dtck/pump/1"));
  expect(rows.slice(0, 4).map((row) => [publishTopic(row, "dtck"), filterOf(row)])).toEqual([
    [null, "dtck/#"],
    [null, "dtck/pump/#"],
    ["dtck-pub/pump/1", "dtck/pump/1/+"],
    ["dtck-pub/pump/1/TEMP", "dtck/pump/1/TEMP"],
  ]);
});
test("the keyboard goes as in every tree", () => {
  const rows = rowsOf(tree("dtck", "dtck/pump", "dtck/pump/1"));
  const go = (at: number, key: string) => stepOf(rows, at, key);
  expect([go(0, "ArrowDown"), go(0, "ArrowUp"), go(2, "End")]).toEqual([{ to: 1 }, { to: 0 }, { to: 5 }]);
  expect([go(4, "ArrowRight"), go(2, "ArrowRight"), go(3, "ArrowRight")]).toEqual([
    { toggle: "dtck/pump/2" },
    { to: 3 },
    null,
  ]);
  expect([go(2, "ArrowLeft"), go(3, "ArrowLeft"), go(0, "x")]).toEqual([{ toggle: "dtck/pump/1" }, { to: 2 }, null]);
  expect(go(-1, "ArrowDown")).toEqual({ to: 0 });
});
