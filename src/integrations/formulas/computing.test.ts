import { expect, test } from "bun:test";
import fc from "fast-check";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { Cursor } from "../../feed/row.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { readFormula } from "../../formulas/formula.ts";
import type { ComputedRow } from "../../ingest/computed.ts";
import type { StoreOp } from "../../store/ports.ts";
import { Computing } from "./computing.ts";
import { Evaluator } from "./evaluator.ts";
import { planned } from "./plan.ts";
import { Timelines } from "./timelines.ts";

/** What is durable, over lives of a server that is killed at any moment. */
interface Disk {
  readonly computed: ComputedRow[];
  place: number;
  /** The consumer's own position, which may be older. */
  position: number;
}
/** What becomes of a commit. */
type Fate = "done" | "refused" | "killed before" | "killed after";

const plan = planned([{ id: "SUM", formula: readFormula("A + 1", () => "number") }]);
// of nodes nothing else is asked here
const device = {
  deleted: false,
  product: { fields: new Map(), row: { slug: "p" } },
  row: { uid: 1, id: "d" },
} as unknown as DeviceNode;
const field = { product: device.product, row: { id: "A", uid: 1, type: "NUMERIC" } } as unknown as FieldNode;

/** A life: rows are handed over until it is killed, or all are computed. */
async function live(log: readonly number[], disk: Disk, sizes: Iterator<number>, fates: Iterator<Fate>): Promise<void> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  let handler: FeedHandler | null = null;
  let isDead = false;
  const waiting: (() => void)[] = [];
  const computing = new Computing(
    {
      directory: { epoch: 0, products: () => [{}].values() } as never, // as far as it is asked
      plans: { of: () => plan },
      evaluator: new Evaluator(
        new Timelines(
          { newest: async () => [], columns: async () => ({ times: new Float64Array(), values: [] }) },
          () => true,
        ),
        () => null,
      ),
      series: { device: () => device, field: () => field, idOf: () => undefined, current: () => null },
      consumers: {
        open: (_, given) => {
          handler = given;
          return {
            note: null,
            keep() {},
            close() {},
            handled: (upTo) => {
              if (!isDead) disk.position = Math.max(disk.position, upTo);
              if (upTo === log.length) end();
            },
          };
        },
        remove() {},
      },
      computed: {
        submit(rows: readonly ComputedRow[], [op]: readonly StoreOp[]) {
          const fate = fates.next().value ?? "done";
          const write = () => {
            disk.computed.push(...rows);
            if (op?.op === "journal_put") disk.place = Number(op.rows[0]?.body);
          };
          if (isDead) return new Promise<void>(() => {});
          if (fate === "refused") return Promise.reject(new Error("the store refuses"));
          if (fate !== "killed before") write();
          if (fate === "done") return Promise.resolve();
          isDead = true;
          end();
          return new Promise<void>(() => {});
        },
      },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      later: (fn) => void waiting.push(fn),
    },
    disk.place,
  );
  computing.look();
  let at = disk.position;
  const hand = (): void => {
    if (isDead || at >= log.length || handler === null) return;
    const to = Math.min(log.length, at + Math.max(1, sizes.next().value ?? 1));
    const rows = cursor(log, at, to);
    at = to;
    handler.rows(rows, () => queueMicrotask(hand));
  };
  if (at >= log.length) end();
  hand();
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 2000 && !isOver; turn++) {
    for (const fn of waiting.splice(0)) fn();
    await null;
  }
  expect(isOver).toBe(true);
  computing.stop();
}
function cursor(log: readonly number[], from: number, to: number): Cursor {
  let at = from - 1;
  const row = {
    next: () => ++at < to,
    get seq() {
      return at + 1;
    },
    get time() {
      return at + 1;
    },
    isStored: true,
    isMessage: false,
    isPublished: true,
    isHistorical: false,
    series: 1,
    value: () => log[at] ?? 0,
  };
  return row as unknown as Cursor; // of a row nothing else is read
}

test("property: each row is computed once and in order, whatever the store refuses and whenever the server is killed", async () => {
  const fate = fc.constantFrom<Fate>("done", "done", "refused", "killed before", "killed after");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer(), { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat({ max: 6 }), { maxLength: 40 }),
      fc.array(fate, { maxLength: 30 }),
      async (log, sizes, fates) => {
        const disk: Disk = { computed: [], place: 0, position: 0 };
        const [size, next] = [sizes.values(), fates.values()];
        for (let life = 0; life < 40 && disk.position < log.length; life++) await live(log, disk, size, next);
        expect(disk.computed.map(({ value, time }) => [time, value])).toEqual(
          log.map((value, i) => [i + 1, value + 1]),
        );
      },
    ),
    { numRuns: 150 },
  );
});
