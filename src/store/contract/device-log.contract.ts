import { expect, test } from "bun:test";
import { batchOf } from "../data.model.ts";
import type { InspectorEvent, EventQuery, StoredPresence, StoredRefusal, StoreOp } from "../ports.ts";
import type { World } from "./world.contract.ts";

const refusal = (n: number, device: number, principal: string): StoredRefusal => ({
  device,
  principal,
  time: n,
  code: "invalid_value",
  message: `m${n}`,
  topic: "dt/a/b/c",
  payload: "AP8=",
  base64: true,
  count: 2,
});

/** DeviceLogStore. */
export function deviceLogContract(world: World): void {
  test("events are kept by age and number, and found by all that they have", async () => {
    const event = (time: number, more: Partial<InspectorEvent> = {}): InspectorEvent => ({
      kind: "opened",
      time,
      principal: "a:1",
      workspace: 1,
      device: 0,
      client: `c${time}`,
      remote: "192.0.2.1",
      code: null,
      message: null,
      topic: null,
      payload: "\u0001é",
      base64: false,
      bytes: 3,
      commit: null,
      delivered: null,
      count: 2,
      ...more,
    });
    const put = (rows: readonly InspectorEvent[], before = 0, most = 1000): StoreOp => ({
      op: "events_put",
      rows,
      before,
      most,
    });
    const first = [
      event(1),
      event(2, { kind: "refused", principal: "u:1", device: 7 }),
      event(3, { workspace: 2, principal: "a:2" }),
      event(4, { kind: "login_refused", principal: "", workspace: 0 }),
    ];
    await world.store.commit(batchOf([], [put(first)]));
    await world.reopen("crash");
    const all = { visible: null, limit: 100 };
    const times = async (more: Partial<EventQuery>) =>
      (await world.store.readEvents({ ...all, ...more })).map((e) => e.time);
    expect(await world.store.readEvents(all)).toEqual(first.map((e, i) => ({ id: i + 1, ...e })).reverse());
    expect(await times({ visible: { workspaces: [1, 5], principal: "a:2" } })).toEqual([3, 2, 1]);
    expect(await times({ visible: { workspaces: [], principal: "u:1" } })).toEqual([2]);
    expect(await times({ principal: "a:1" })).toEqual([1]);
    expect(await times({ device: 7 })).toEqual([2]);
    expect(await times({ kind: "opened" })).toEqual([3, 1]);
    expect(await times({ since: 3 })).toEqual([4, 3]);
    expect(await times({ before: 3, limit: 1 })).toEqual([2]);
    await world.store.commit(batchOf([], [put([event(5), event(6)], 3)]));
    expect(await times({})).toEqual([6, 5, 4, 3]);
    await world.store.commit(batchOf([], [put([event(7)], 0, 2)]));
    expect(await times({})).toEqual([7, 6]);
  });

  test("refusals: newest first, filtered, the newest 200 of each device, and of each principal without one", async () => {
    const ofDevice = Array.from({ length: 250 }, (_, i) => refusal(i, 7, "u:1"));
    const ofNobody = Array.from({ length: 230 }, (_, i) => refusal(1000 + i, 0, "u:1"));
    await world.store.commit(batchOf([], [{ op: "refusals_put", rows: ofDevice }]));
    await world.store.commit(batchOf([], [{ op: "refusals_put", rows: [...ofNobody, refusal(5000, 0, "u:2")] }]));
    expect(await world.store.readRefusals(7, null, 1000)).toEqual(ofDevice.slice(50).reverse());
    expect((await world.store.readRefusals(0, "u:1", 1000)).map((r) => r.time)).toEqual(
      ofNobody
        .slice(30)
        .reverse()
        .map((r) => r.time),
    );
    expect((await world.store.readRefusals(null, "u:2", 9)).length).toBe(1);
    expect((await world.store.readRefusals(null, null, 2)).map((r) => r.time)).toEqual([5000, 1229]);
    expect((await world.store.readRefusals(null, "u:1", 1000)).length).toBe(400);
    await world.reopen("crash");
    expect((await world.store.readRefusals(7, "u:1", 3)).map((r) => r.time)).toEqual([249, 248, 247]);
  });

  test("presence: the last row of each device, until it is deleted; the floor of seen never falls", async () => {
    const state = (device: number, number: number, connected: boolean): StoredPresence => ({
      device,
      connected,
      connectedAt: 1_700_000_000_000_000 + number,
      disconnectedAt: connected ? null : 1_700_000_000_000_001 + number,
      number,
    });
    const put = (presence: StoredPresence): StoreOp => ({ op: "presence_put", presence });
    await world.store.commit(batchOf([], [put(state(9, 1, true)), put(state(3, 1, true)), put(state(4, 1, true))]));
    await world.store.commit(batchOf([], [put(state(9, 2, false)), { op: "seen_floor", seq: 7 }]));
    await world.store.commit(
      batchOf(
        [],
        [
          { op: "presence_delete", devices: [4, 77] },
          { op: "seen_floor", seq: 5 },
        ],
      ),
    );
    await world.reopen("crash");
    expect(world.recovered.presence).toEqual([state(3, 1, true), state(9, 2, false)]);
    expect(world.recovered.seenFloor).toBe(7);
  });

  test("numbers of devices that are gone: the last of each id, until its product goes", async () => {
    const row = (product: number, device: string, number: number) => ({ product, device, number });
    const rows = [row(1, "d:1", 5), row(2, "d:1", 6), row(1, "ä", 7)];
    await world.store.commit(batchOf([], [{ op: "seen_put", rows }]));
    await world.store.commit(batchOf([], [{ op: "seen_put", rows: [row(1, "d:1", 9)] }]));
    await world.reopen("crash");
    expect(world.recovered.gone).toEqual([row(1, "d:1", 9), row(2, "d:1", 6), row(1, "ä", 7)]);
    await world.store.commit(batchOf([], [{ op: "seen_drop", products: [1, 77] }]));
    await world.reopen("close");
    expect(world.recovered.gone).toEqual([row(2, "d:1", 6)]);
  });
}
