import { expect, test } from "bun:test";
import { batchOf } from "../data.model.ts";
import type { JournalRow, StoreOp } from "../ports.ts";
import type { World } from "./world.contract.ts";

const row = (key: number, body = `row ${key}`): JournalRow => ({ key, time: key * 10, body });
const put = (journal: string, ...rows: JournalRow[]): StoreOp => ({ op: "journal_put", journal, rows });

/** JournalStore. */
export function journalContract(world: World): void {
  const keysOf = async (journal: string, limit = 100, before?: number): Promise<number[]> =>
    (await world.store.readJournal({ journal, limit, before })).map(({ key }) => key);

  test("rows come back with the highest keys first, after a crash too; a key that is put again is replaced", async () => {
    await world.store.commit(batchOf([], [put("calls", row(1), row(3), row(2)), put("other", row(9))]));
    await world.store.commit(batchOf([], [put("calls", row(2, "ü again"))]));
    await world.reopen("crash");
    expect(await world.store.readJournal({ journal: "calls", limit: 10 })).toEqual([row(3), row(2, "ü again"), row(1)]);
    expect(await keysOf("calls", 2)).toEqual([3, 2]);
    expect(await keysOf("calls", 2, 3)).toEqual([2, 1]);
    expect(await keysOf("nobody's")).toEqual([]);
  });

  test("what belongs to numbers that are gone is forgotten: a journal of each, and their rows in others", async () => {
    const rows = [
      put("of 1", row(1), row(2)),
      put("of 12", row(3)),
      put("of 2", row(4)),
      put("all", row(1), row(2), row(12)),
    ];
    await world.store.commit(batchOf([], rows));
    await world.store.commit(
      batchOf([], [{ op: "journal_forget", of: [1, 2, 99], own: "of ", others: ["all", "none"] }]),
    );
    await world.reopen("crash");
    expect([await keysOf("of 1"), await keysOf("of 2"), await keysOf("of 12"), await keysOf("all")]).toEqual([
      [],
      [],
      [3],
      [12],
    ]);
  });

  test("rows go by their keys, below a key, or all of a journal; others stay", async () => {
    await world.store.commit(batchOf([], [put("a", row(1), row(2), row(3), row(4), row(-5)), put("b", row(1))]));
    await world.store.commit(batchOf([], [{ op: "journal_delete", journal: "a", keys: [2, 77] }]));
    expect(await keysOf("a")).toEqual([4, 3, 1, -5]);
    await world.store.commit(batchOf([], [{ op: "journal_trim", journal: "a", below: 3 }]));
    expect(await keysOf("a")).toEqual([4, 3]);
    await world.store.commit(batchOf([], [{ op: "journal_trim", journal: "a", below: null }]));
    await world.reopen("close");
    expect([await keysOf("a"), await keysOf("b")]).toEqual([[], [1]]);
  });
}
