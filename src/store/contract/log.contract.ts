import { expect, test } from "bun:test";
import { batchOf, seriesPut } from "../data.model.ts";
import type { LogRecord, StoredSession, StoreOp } from "../ports.ts";
import { RecordReader } from "../record.ts";
import { ALL, failureOf, trim, type World } from "./world.contract.ts";

const session = (id: number, more: Partial<StoredSession> = {}): StoredSession => ({
  id,
  principal: `u:${id}`,
  clientId: `client ${id}`,
  version: 5,
  expiry: 3600,
  created: 1_700_000_000_000_000,
  disconnectedAt: null,
  will: null,
  ...more,
});

/** LogStore. */
export function logContract(world: World): void {
  test("the log is read from any row on, in pieces, as far as it was not trimmed", async () => {
    const numbers = (records: readonly LogRecord[]) => records.map(({ firstSeq }) => firstSeq);
    expect(await world.store.readLog(0, 100, 1000)).toEqual({ oldest: null, records: [] });
    const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ series: 1, time: n * 1000 + i, value: i }));
    await world.store.commit(batchOf(rows(3), [seriesPut(1)]));
    await world.store.commit(batchOf(rows(1)));
    await world.store.commit(batchOf(rows(5)));
    await world.store.commit(batchOf(rows(2)));
    const asked: [number, number, number[]][] = [
      [0, 100, [1, 4, 5, 10]],
      [2, 100, [1, 4, 5, 10]],
      [3, 100, [4, 5, 10]],
      [4, 9, [5]],
      [4, 10, [5, 10]],
      [8, 9, [5]],
      [9, 9, []],
      [11, 100, []],
      [50, 100, []],
      [5, 4, []],
    ];
    for (const [after, upTo, found] of asked) {
      const { oldest, records } = await world.store.readLog(after, upTo, 100_000);
      expect([after, upTo, oldest, ...numbers(records)]).toEqual([after, upTo, 1, ...found]);
    }
    expect(numbers((await world.store.readLog(0, 100, 1)).records)).toEqual([1]);
    await world.store.commit(batchOf(rows(1), [trim(4)]));
    await world.place.settled(world.store);
    await world.reopen("close");
    const { oldest, records } = await world.store.readLog(0, 100, 100_000);
    expect([oldest, ...numbers(records)]).toEqual([5, 5, 10, 12]);
  });

  test("the store numbers the rows, one commit after the other, and says which number a commit got", async () => {
    const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ series: 1, time: n * 10 + i, value: i }));
    expect(await world.store.commit(batchOf([], [seriesPut(1)]))).toEqual({ firstSeq: 1 });
    expect(await world.store.commit(batchOf(rows(3)))).toEqual({ firstSeq: 1 });
    expect(await world.store.commit(batchOf(rows(2)))).toEqual({ firstSeq: 4 });
    expect(await world.store.commit(batchOf([], [trim(2)]))).toEqual({ firstSeq: 6 });
    await world.reopen("crash");
    expect(await world.store.commit(batchOf(rows(1)))).toEqual({ firstSeq: 6 });
    const { records } = await world.store.readLog(3, 100, 100_000);
    const found = records.flatMap(({ firstSeq, body }) => {
      const r = new RecordReader(body, firstSeq);
      const seqs: number[] = [];
      while (r.next()) seqs.push(r.seq);
      return seqs;
    });
    expect(found).toEqual([4, 5, 6]);
  });

  test("sequence numbers go on after everything was trimmed", async () => {
    await world.store.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
    await world.store.commit(batchOf([{ series: 1, time: 2, value: 1 }]));
    await world.store.commit(batchOf([{ series: 1, time: 3, value: 1 }], [trim(3)]));
    await world.place.settled(world.store);
    expect((await world.store.stats()).logRows).toBeLessThanOrEqual(1);
    for (const how of ["close", "crash"] as const) {
      await world.reopen(how);
      expect(world.recovered.nextSeq).toBe(4);
    }
    expect((await world.store.read(1, ...ALL)).length).toBe(3);
  });

  test("a start gives back the log records above the lowest floor", async () => {
    const put = (seq: number, ops: StoreOp[] = []) =>
      world.store.commit(
        batchOf(
          [0, 1].map((i) => ({ series: 1, time: seq + i, value: seq })),
          ops,
        ),
      );
    await put(1, [seriesPut(1)]);
    await put(3);
    await put(5);
    await world.reopen("crash");
    expect(world.recovered.records).toEqual([]);
    const state = new Uint8Array(1);
    await put(
      7,
      [1, 2].map((id) => ({ op: "session_put", session: session(id) }) as const),
    );
    await world.reopen("crash");
    expect(world.recovered.records.length).toBe(4);
    await put(9, [
      { op: "checkpoint", session: 1, floor: 3, state },
      { op: "checkpoint", session: 2, floor: 8, state },
    ]);
    await world.reopen("close");
    const firsts = world.recovered.records.map(({ firstSeq }) => firstSeq);
    expect(firsts).toEqual([3, 5, 7, 9]);
  });

  test("a batch that contradicts itself is refused and nothing of it is kept", async () => {
    const good = batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]);
    expect(await failureOf(world.store.commit({ ...good, count: 2 }))).toBeInstanceOf(RangeError);
    const none = batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(8)]);
    expect(await failureOf(world.store.commit({ ...none, count: 0 }))).toBeInstanceOf(RangeError);
    await world.store.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
    await world.reopen("crash");
    expect(world.recovered.series.map((s) => [s.id, s.time])).toEqual([[1, 1]]);
  });
}
