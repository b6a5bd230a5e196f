import { expect, test } from "bun:test";
import { batchOf } from "../data.model.ts";
import type { AlertQuery, StoredAlert, StoredTask } from "../ports.ts";
import type { World } from "./world.contract.ts";

const ALERT: StoredAlert = {
  id: 1,
  workspace: 1,
  rule: 5,
  device: 10,
  severity: "warning",
  state: "open",
  opened: 100,
  changed: 100,
  body: '{"text":"zu heiß"}',
};
const alert = (id: number, more: Partial<StoredAlert> = {}): StoredAlert => ({
  ...ALERT,
  id,
  opened: id * 100,
  ...more,
});
const task = (id: number): StoredTask => ({ id, rule: 5, time: id * 10, body: `{"tries":${id}}` });

/** AlertStore. */
export function alertsContract(world: World): void {
  const put = (...rows: StoredAlert[]) => world.store.commit(batchOf([], [{ op: "alerts_put", rows }]));
  const idsOf = async (query: Partial<AlertQuery> = {}) =>
    (await world.store.readAlerts({ limit: 100, ...query })).map(({ id }) => id);

  test("alerts come back as they were put, the newest first, after a crash too; one that is put again is replaced", async () => {
    await put(alert(1), alert(3, { device: 0 }), alert(2));
    await put(alert(2, { state: "acknowledged", severity: "critical", changed: 900, body: "{}" }));
    await world.reopen("crash");
    const second = alert(2, { state: "acknowledged", severity: "critical", changed: 900, body: "{}" });
    expect(await world.store.readAlerts({ limit: 10 })).toEqual([alert(3, { device: 0 }), second, alert(1)]);
    expect([await world.store.readAlert(2), await world.store.readAlert(9)]).toEqual([second, null]);
  });

  test("each filter, and several together", async () => {
    await put(
      alert(1, { workspace: 2 }),
      alert(2, { rule: 6, severity: "info" }),
      alert(3, { device: 11, severity: "error" }),
      alert(4, { state: "acknowledged", severity: "critical" }),
      alert(5, { state: "closed" }),
    );
    const cases: readonly [Partial<AlertQuery>, readonly number[]][] = [
      [{}, [5, 4, 3, 2, 1]],
      [{ workspace: 2 }, [1]],
      [{ rule: 6 }, [2]],
      [{ device: 11 }, [3]],
      [{ states: ["open", "acknowledged"] }, [4, 3, 2, 1]],
      [{ states: [] }, []],
      [{ least: "info" }, [5, 4, 3, 2, 1]],
      [{ least: "error" }, [4, 3]],
      [{ since: 200, until: 400 }, [3, 2]],
      [{ before: 4, limit: 2 }, [3, 2]],
      [{ workspace: 1, states: ["open"], least: "warning" }, [3]],
      [{ workspace: 3 }, []],
    ];
    for (const [query, ids] of cases) expect([query, await idsOf(query)]).toEqual([query, [...ids]]);
  });

  test("closed ones go when they are old, or too many; open ones stay whatever their age", async () => {
    const closed = { state: "closed" } as const;
    await put(
      alert(1, { changed: 5 }),
      alert(2, { ...closed, changed: 5 }),
      alert(3, { ...closed, changed: 50 }),
      alert(4, { ...closed, changed: 60 }),
      alert(5, { state: "acknowledged", changed: 1 }),
      alert(6, { ...closed, changed: 70 }),
    );
    await world.store.commit(batchOf([], [{ op: "alerts_trim", before: 50, most: 10 }]));
    expect(await idsOf()).toEqual([6, 5, 4, 3, 1]);
    await world.store.commit(batchOf([], [{ op: "alerts_trim", before: 0, most: 2 }]));
    await world.reopen("crash");
    expect(await idsOf()).toEqual([6, 5, 4, 1]);
  });

  test("those of devices that are gone are forgotten, open or not", async () => {
    await put(alert(1), alert(2, { device: 11, state: "closed" }), alert(3, { device: 12 }), alert(4, { device: 0 }));
    await world.store.commit(batchOf([], [{ op: "alerts_forget", devices: [11, 12, 99] }]));
    await world.reopen("crash");
    expect(await idsOf()).toEqual([4, 1]);
  });

  test("what is to be done stays until it is deleted, in order", async () => {
    await world.store.commit(batchOf([], [{ op: "tasks_put", rows: [task(2), task(1), task(3)] }]));
    await world.store.commit(
      batchOf(
        [],
        [
          { op: "tasks_put", rows: [{ ...task(3), body: "again" }] },
          { op: "tasks_delete", ids: [1, 77] },
        ],
      ),
    );
    await world.reopen("crash");
    expect(await world.store.readTasks(0, 10)).toEqual([task(2), { ...task(3), body: "again" }]);
    expect(await world.store.readTasks(2, 10)).toEqual([{ ...task(3), body: "again" }]);
    expect(await world.store.readTasks(0, 1)).toEqual([task(2)]);
  });
}
