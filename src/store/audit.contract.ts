import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { errorText } from "../base/errors.ts";
import { refusalCode } from "../base/refusal.testing.ts";
import type { AuditEntry } from "../fleet/audit.ts";
import type { FleetPlace } from "./fleet.contract.ts";
import { MemoryAudit } from "./memory/audit.ts";
import type { AuditQuery, FleetStore } from "./ports.ts";

const entry = (time: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  time,
  by: { key: "u:1", name: "a@example.com", from: "192.0.2.1" },
  action: "device.update",
  workspace: 1,
  target: 7,
  name: "p/d",
  before: { name: "x" },
  after: { name: "y", tags: ["a"] },
  ...more,
});

/** What every body of AuditStore must do; run by each body's own test. */
export function auditStoreContract(body: string, place: () => FleetPlace): void {
  const withStore = async (work: (store: FleetStore, again: () => Promise<FleetStore>) => Promise<void>) => {
    const where = place();
    let open = where.make();
    try {
      await open.open();
      await work(open, async () => {
        await open.close();
        open = where.make();
        await open.open();
        return open;
      });
    } finally {
      await open.close();
      await where.clean();
    }
  };
  const all: AuditQuery = { visible: null, limit: 1000 };

  describe(`AuditStore contract: ${body}`, () => {
    test("what was noted is there after opening again, newest first, exactly", () =>
      withStore(async (store, again) => {
        const first = entry(1_700_000_000_123_456);
        const second = entry(5, { by: { key: "first_start", name: "it", from: null }, workspace: null, before: null });
        await store.addAudit([first, second]);
        await store.addAudit([]);
        expect(await store.readAudit(all)).toEqual([
          { id: 2, ...second },
          { id: 1, ...first },
        ]);
        expect(await (await again()).readAudit(all)).toHaveLength(2);
      }));

    test("what is noted of a change is in its transaction: both, or neither", () =>
      withStore(async (store) => {
        const row = { uid: 0, slug: "acme", name: "Acme" };
        const audit = (changes: readonly { op: string; row?: object }[]) =>
          changes.map((c) => entry(1, { name: JSON.stringify(c.row) }));
        await store.commit([{ kind: "workspace", op: "put", row }], audit as never); // a row as text is enough here
        expect(await store.readAudit(all)).toMatchObject([{ name: '{"uid":1,"slug":"acme","name":"Acme"}' }]);
        const again = store.commit([{ kind: "workspace", op: "put", row }], audit as never);
        expect(await refusalCode(again)).toBe("invalid_fleet");
        const failing = store.commit([{ kind: "workspace", op: "put", row: { ...row, slug: "other" } }], () => {
          throw new Error("no");
        });
        expect(await failing.catch(errorText)).toBe("no");
        expect(await store.readAudit(all)).toHaveLength(1);
        expect(await store.firstFree("workspace")).toBe(2);
      }));

    test("every question is answered as the model answers it", () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anEntry, { maxLength: 30 }),
          fc.array(aQuery, { maxLength: 10 }),
          (entries, queries) =>
            withStore(async (store) => {
              const model = new MemoryAudit();
              await store.addAudit(entries);
              await model.addAudit(entries);
              for (const query of queries)
                expect(await store.readAudit(query)).toEqual([...(await model.readAudit(query))]);
              const times = (found: readonly AuditEntry[]) => found.map((e) => e.time).sort((a, b) => a - b);
              expect(await store.trimAudit(5, 3)).toBe(await model.trimAudit(5, 3));
              expect(times(await store.readAudit(all))).toEqual(times(await model.readAudit(all)));
              expect(await store.trimAudit(8, 100)).toBe(await model.trimAudit(8, 100));
              expect(await store.readAudit(all)).toEqual([...(await model.readAudit(all))]);
            }),
        ),
        { numRuns: 25 },
      ));

    test("a number is never given twice, also when the newest entry was forgotten", () =>
      withStore(async (store, again) => {
        await store.addAudit([entry(1)]);
        expect(await store.trimAudit(2, 10)).toBe(1);
        const reopened = await again();
        await reopened.addAudit([entry(3)]);
        expect(await reopened.readAudit(all)).toMatchObject([{ id: 2 }]);
      }));
  });
}

const small = fc.integer({ min: 1, max: 3 });
const anEntry = fc
  .record({
    time: fc.integer({ min: 0, max: 10 }),
    actor: fc.constantFrom("u:1", "u:10", "a:1", "command_line"),
    action: fc.constantFrom("device.update", "device.delete", "devices", "device", "sign_in", "token.create"),
    workspace: fc.option(small),
    target: small,
  })
  .map(({ time, actor, action, workspace, target }) =>
    entry(time, { by: { key: actor, name: "", from: null }, action, workspace, target }),
  );
const aQuery: fc.Arbitrary<AuditQuery> = fc.record(
  {
    visible: fc.option(
      fc.record({ workspaces: fc.uniqueArray(small), actor: fc.constantFrom("u:1", "a:1", "nobody") }),
    ),
    workspace: small,
    actor: fc.constantFrom("u:1", "a:1", "x"),
    action: fc.constantFrom("device", "device.update", "sign_in", "d"),
    target: small,
    from: fc.integer({ min: 0, max: 10 }),
    to: fc.integer({ min: 0, max: 10 }),
    before: fc.integer({ min: 0, max: 30 }),
    after: fc.integer({ min: 0, max: 30 }),
    limit: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: ["visible", "limit"] },
);
