import { expect, test } from "bun:test";
import fc from "fast-check";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { Cursor } from "../../feed/row.ts";
import { Directory } from "../../fleet/directory.ts";
import { PLAIN_DOWNLINK } from "../../fleet/edit/downlinks.ts";
import type { FleetChange } from "../../fleet/types.ts";
import type { Value } from "../../measure/types.ts";
import { MemoryDataStore } from "../../store/memory/store.ts";
import { Triggers } from "./triggers.ts";
import { makeDownlinks } from "./world.testing.ts";

const PRODUCT = { workspace: 1, slug: "p", name: "P", retainLastValues: false, publishBackfill: false } as const;
const SET = { ...PLAIN_DOWNLINK, product: 1, source: "hex", content: "01" } as const;
const FLEET: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "W" } },
  { kind: "product", op: "put", row: { uid: 1, ...PRODUCT, boolText: "true" } },
  ...["T", "MODE"].map(
    (id, i): FleetChange => ({
      kind: "field",
      op: "put",
      row: { uid: i + 1, product: 1, id, type: id === "T" ? "NUMERIC" : "STRING", name: id, unit: null },
    }),
  ),
  { kind: "device", op: "put", row: { uid: 1, product: 1, id: "d1", name: "D", serial: null, tags: [] } },
  { kind: "downlink", op: "put", row: { uid: 1, ...SET, name: "set", triggers: ["T"] } },
  { kind: "downlink", op: "put", row: { uid: 2, ...SET, name: "other", triggers: ["T", "MODE"] } },
  { kind: "downlink", op: "put", row: { uid: 3, ...SET, name: "off", triggers: ["T"], active: false } },
];

interface Row {
  readonly seq: number;
  /** Of the field with this uid. */
  readonly series: number;
  readonly value: Value;
  readonly time?: number;
  readonly isPublished?: boolean;
}

async function world(store = new MemoryDataStore()) {
  const directory = new Directory();
  directory.apply(FLEET);
  const it = makeDownlinks({ directory, store, hold: true });
  await it.ready;
  const feed = { handler: null as FeedHandler | null, removed: 0 };
  const triggers = new Triggers({
    directory,
    series: { device: () => directory.deviceByUid(1) ?? null, field: (id) => directory.field(id) ?? null },
    consumers: {
      open(_, handler) {
        feed.handler = handler;
        return { close() {} };
      },
      remove: () => void feed.removed++,
    },
    intake: it.downlinks.intake,
    keeper: it.keeper,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    later: (fn, ms) => void it.due.push({ fn, ms }),
  });
  triggers.look();
  /** Hands rows over as the feed does. Answers whether they were called handled. */
  const come = async (...rows: readonly Row[]): Promise<boolean> => {
    let at = -1;
    const current = () => rows[at] as Row; // after next() was true
    const cursor = {
      next: () => ++at < rows.length,
      isMessage: false,
      get isPublished() {
        return current().isPublished ?? true;
      },
      get seq() {
        return current().seq;
      },
      get series() {
        return current().series;
      },
      get time() {
        return current().time ?? current().seq;
      },
      value: () => current().value,
    };
    let isDone = false;
    feed.handler?.rows(cursor as unknown as Cursor, () => {
      isDone = true;
    });
    // all of it, unless the store refuses
    for (let i = 0; i < 50 && !isDone && it.commits.failing === null; i++) await it.settle();
    await it.settle();
    return isDone;
  };
  const names = async () => (await it.downlinks.list(1, undefined, 1000)).map(({ name }) => name).reverse();
  return { ...it, directory, triggers, feed, come, names };
}

test("a change of a trigger field queues each downlink that it triggers; the same value again queues none", async () => {
  const it = await world();
  expect(await it.come({ seq: 1, series: 1, value: 20 })).toBe(true);
  expect(await it.names()).toEqual(["set", "other"]);
  const [newest] = await it.downlinks.list(1, undefined, 1);
  expect(newest).toMatchObject({ by: "", state: "queued", content: { form: "values", values: { T: 20 } } });
  await it.come(
    { seq: 2, series: 1, value: 20 },
    { seq: 3, series: 2, value: "eco" },
    { seq: 4, series: 2, value: "eco" },
  );
  expect(await it.names()).toEqual(["set", "other", "other"]);
  await it.come({ seq: 5, series: 1, value: 21 }, { seq: 6, series: 1, value: 20 });
  expect(await it.names()).toHaveLength(7);
});

test("what was only stored, or is older than the current value, is no change", async () => {
  const it = await world();
  await it.come({ seq: 1, series: 1, value: 20, time: 100 });
  await it.come({ seq: 2, series: 1, value: 30, time: 50 });
  await it.come({ seq: 3, series: 1, value: 30, time: 200, isPublished: false });
  expect(await it.names()).toHaveLength(2);
});

test("while the store refuses nothing is called handled, and then each change is queued once", async () => {
  const it = await world();
  it.commits.failing = new Error("full");
  let done = false;
  const coming = it.come({ seq: 1, series: 1, value: 20 }).then((is) => {
    done = is;
  });
  await coming;
  expect(done).toBe(false);
  it.commits.failing = null;
  await it.wake();
  expect(await it.names()).toEqual(["set", "other"]);
});

test("the feed is read while something is triggered by it", async () => {
  const it = await world();
  expect(it.triggers.fields).toEqual([1, 2]);
  it.directory.apply([1, 2].map((uid): FleetChange => ({ kind: "downlink", op: "delete", uid })));
  it.triggers.look();
  expect([it.triggers.fields, it.feed.removed]).toEqual([[], 1]);
});

test("however often rows come again, and wherever the server ended: each change queues its downlinks once", async () => {
  const value = fc.nat(3);
  const history = fc.array(value, { minLength: 1, maxLength: 30 });
  /** Where the consumer begins again, as a part of what it had, and after how many rows. */
  const restarts = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(history, restarts, fc.integer({ min: 1, max: 7 }), async (values, again, piece) => {
      const rows = values.map((one, i): Row => ({ seq: i + 1, series: 1, value: one }));
      const store = new MemoryDataStore();
      let it = await world(store);
      let at = 0;
      const run = async (upTo: number) => {
        while (at < upTo) {
          const next = Math.min(upTo, at + piece);
          await it.come(...rows.slice(at, next));
          at = next;
        }
      };
      for (const [end, back] of again) {
        await run(Math.min(rows.length, end));
        at = Math.max(0, at - back);
        it = await world(store);
      }
      await run(rows.length);
      const changes = values.filter((one, i) => one !== values[i - 1]).length;
      expect(await it.names()).toHaveLength(changes * 2);
    }),
    { numRuns: 60 },
  );
});
