import { Ids } from "../store/ids.ts";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { DeviceNode, Directory, FieldNode, ProductNode } from "../fleet/directory.ts";
import type { FieldType, Value } from "../measure/types.ts";
import { goneWith } from "./gone-series.ts";
import { SeriesTable } from "./series.ts";

const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false } as const;
const product = new ProductNode({ ...row, boolText: "true" }, { uid: 1, slug: "w", name: "" });
const device = (uid: number): DeviceNode =>
  new DeviceNode({ uid, product: 1, id: `d${uid}`, name: "", serial: null, tags: [] }, uid, product);
const field = (uid: number, type: FieldType): FieldNode =>
  new FieldNode({ uid, product: 1, id: `F${uid}`, type, name: "", unit: null }, product);
const TYPES = ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"] as const;

interface Known {
  readonly device: DeviceNode;
  readonly field: FieldNode;
  time: number;
  value: Value | null;
  ahead: number;
}
type Step =
  | { readonly do: "create"; readonly device: number; readonly type: number }
  | { readonly do: "ahead" | "revert" | "remove"; readonly which: number; readonly time: number }
  | { readonly do: "commit"; readonly which: number; readonly time: number; readonly num: number };
const time = fc.integer({ min: 1, max: 4e15 });
const which = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("create" as const), device: fc.integer({ min: 1, max: 2 ** 31 - 1 }), type: fc.nat(5) }),
  fc.record({ do: fc.constantFrom("ahead" as const, "revert" as const, "remove" as const), which, time }),
  fc.record({ do: fc.constant("commit" as const), which, time, num: fc.integer({ min: -90, max: 90 }) }),
);
function madeOf(type: FieldType, num: number): Value {
  if (type === "BOOL") return num % 2 !== 0;
  if (type === "STRING") return `text ${num}`;
  return type === "GEO" ? { lat: num, lng: num / 2 } : num;
}

test("property: the table is a list of series; what could not be committed leaves no trace but a used arrival stamp", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new SeriesTable(Ids.from(1), 2);
      const model = new Map<number, Known>();
      const at = (n: number): [number, Known] | undefined => [...model][n % Math.max(1, model.size)];
      for (const s of steps) {
        if (s.do === "create") {
          const type = TYPES[s.type] ?? "NUMERIC";
          const d = device(s.device);
          const f = field(s.type + 1, type);
          if (table.idOf(d.row.uid, f.row.uid) !== undefined) continue;
          const { end } = table;
          const id = table.create(d, f);
          expect([id, table.end]).toEqual([end, end + 1]);
          model.set(id, {
            device: d,
            field: f,
            time: Number.NEGATIVE_INFINITY,
            value: null,
            ahead: Number.NEGATIVE_INFINITY,
          });
          continue;
        }
        const found = at(s.which);
        if (!found) continue;
        const [id, known] = found;
        if (s.do === "ahead") {
          table.time[id] = s.time;
          known.ahead = s.time;
        } else if (s.do === "revert") {
          table.revert(id);
          known.ahead = known.time;
        } else if (s.do === "remove") {
          table.remove(id);
          model.delete(id);
          expect([table.device(id), table.field(id), table.current(id)]).toEqual([null, null, null]);
        } else if (s.do === "commit") {
          const { type } = known.field.row;
          const num = type === "BOOL" ? (s.num % 2 !== 0 ? 1 : 0) : s.num;
          table.commit(id, s.time, num, s.num / 2, type === "STRING" ? `text ${s.num}` : null);
          known.time = s.time;
          known.value = madeOf(type, s.num);
        }
      }
      for (const [id, known] of model) {
        expect(table.idOf(known.device.row.uid, known.field.row.uid)).toBe(id);
        expect(table.current(id)).toEqual(known.value === null ? null : { time: known.time, value: known.value });
        expect(table.time[id]).toBe(known.ahead);
      }
      expect(Array.from(table.refs(), ({ id }) => id)).toEqual([...model.keys()]);
    }),
  );
});

test("what the store recovered is taken over; series whose device or field is gone are named", () => {
  const directory = new Directory();
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    { kind: "product", op: "put", row: product.row },
    { kind: "device", op: "put", row: device(7).row },
    { kind: "field", op: "put", row: field(1, "STRING").row },
    { kind: "field", op: "put", row: field(2, "GEO").row },
  ]);
  const table = new SeriesTable(Ids.from(50));
  const geo = { lat: 1, lng: 2 };
  const orphans = table.load(
    [
      { id: 3, device: 7, field: 1, type: "STRING", time: 5, value: "x", lastArrival: 9, lastSeq: 12 },
      { id: 900, device: 7, field: 2, type: "GEO", time: 6, value: geo, lastArrival: 6, lastSeq: 11 },
      { id: 4, device: 8, field: 1, type: "STRING", time: 5, value: "y", lastArrival: 5, lastSeq: 99 },
      { id: 5, device: 7, field: 9, type: "BOOL", time: null, value: null, lastArrival: 0, lastSeq: 0 },
    ],
    directory,
  );
  expect(orphans).toEqual([4, 5]);
  expect(table.current(3)).toEqual({ time: 5, value: "x" });
  expect(table.current(900)).toEqual({ time: 6, value: geo });
  expect([table.arrival[3], table.time[3]]).toEqual([9, 5]);
  expect(table.end).toBe(901);
  const node = directory.deviceByUid(7);
  if (!node) throw new Error("there is no device");
  expect(table.seen(node)).toEqual({ time: 6, number: 12 });
});

test("seen: the newest time and number of a device's fields; a field that goes takes neither number back", () => {
  const directory = new Directory();
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    { kind: "product", op: "put", row: product.row },
    { kind: "device", op: "put", row: device(7).row },
    { kind: "device", op: "put", row: { ...device(8).row, id: "other" } },
    { kind: "field", op: "put", row: field(1, "INT").row },
    { kind: "field", op: "put", row: field(2, "INT").row },
  ]);
  const [seven, eight] = [directory.deviceByUid(7), directory.deviceByUid(8)];
  const fields = [directory.field(1), directory.field(2)];
  if (!seven || !eight || !fields[0] || !fields[1]) throw new Error("there is no such row");
  const table = new SeriesTable();
  expect(table.seen(seven)).toEqual({ time: null, number: 0 });
  const one = table.create(seven, fields[0]);
  const two = table.create(seven, fields[1]);
  const other = table.create(eight, fields[0]);
  table.commit(one, 100, 1, 0, null);
  table.seq[one] = 5;
  table.commit(two, 90, 1, 0, null);
  table.seq[two] = 9; // an older time, written later
  table.seq[other] = 3; // not current: stored all the same
  expect([table.seen(seven), table.seen(eight)]).toEqual([
    { time: 100, number: 9 },
    { time: null, number: 3 },
  ]);
  table.remove(two);
  expect(table.seen(seven)).toEqual({ time: 100, number: 9 });
  table.seq[one] = 10;
  expect(table.seen(seven)).toEqual({ time: 100, number: 10 });
  directory.apply([{ kind: "device", op: "delete", uid: 7 }]);
  table.remove(one);
  expect(table.seen(eight).number).toBe(9); // a device that goes is no reason for others' numbers to grow
});

test("property: deletions take exactly the series along of which the device or the field is gone, looking at these alone", () => {
  const looked = { count: 0 };
  class Counted extends SeriesTable {
    override idOf(device: number, field: number): number | undefined {
      looked.count++;
      return super.idOf(device, field);
    }
  }
  const deletion = fc.oneof(
    fc.record({ kind: fc.constant("product" as const), uid: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ kind: fc.constant("field" as const), uid: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant("device" as const), uid: fc.integer({ min: 1, max: 40 }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(deletion, { maxLength: 4 }), { maxLength: 4 }), (rounds) => {
      const directory = new Directory();
      directory.apply([{ kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } }]);
      for (const uid of [1, 2])
        directory.apply([{ kind: "product", op: "put", row: { ...product.row, uid, slug: `p${uid}` } }]);
      for (let uid = 1; uid <= 4; uid++)
        directory.apply([{ kind: "field", op: "put", row: { ...field(uid, "INT").row, product: 1 + (uid % 2) } }]);
      for (let uid = 1; uid <= 40; uid++)
        directory.apply([{ kind: "device", op: "put", row: { ...device(uid).row, product: 1 + (uid % 2) } }]);
      const table = new Counted(Ids.from(1));
      for (const node of directory.devices()) for (const f of node.product.fields.values()) table.create(node, f);
      const found: number[] = [];
      directory.onChange((changes) => {
        for (const ref of table.refs()) expect([ref.device.deleted, ref.field.deleted]).toEqual([false, false]);
        for (const id of goneWith(table, changes)) {
          found.push(id);
          table.remove(id);
        }
      });
      for (const round of rounds) {
        const before = [...table.refs()];
        looked.count = 0;
        directory.apply(round.map((one) => ({ ...one, op: "delete" })));
        const gone = before.filter((ref) => ref.device.deleted || ref.field.deleted).map(({ id }) => id);
        expect(found.splice(0).toSorted((a, b) => a - b)).toEqual(gone);
        expect(looked.count).toBe(gone.length);
      }
    }),
  );
});
