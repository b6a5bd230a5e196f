import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { batchOf, seriesPut } from "../../src/store/data.model.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { BEAT_MS, LEASE_MS, LeaseBoard, LeaseKeeper } from "../../src/store/postgres/lease.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";
import { until } from "../run/until.ts";

describe("the lease as two threads see it", () => {
  const time = { main: 1000, worker: 7, wall: 5_000_000 };
  const board = new LeaseBoard(
    () => time.main,
    () => time.wall,
  );
  const keeper = new LeaseKeeper(
    board.memory,
    () => time.worker,
    () => time.wall,
  );
  const pass = (ms: number) => {
    time.main += ms;
    time.worker += ms;
    time.wall += ms;
  };

  test("counts from when what renewed it was sent, by the clock of the main thread", () => {
    expect([board.frozen, keeper.isDue]).toEqual([true, true]);
    const on = time.main;
    pass(40); // the message was under way so long: the lease counts from no later than it was sent
    keeper.heard(on);
    const sent = keeper.sending();
    pass(300);
    keeper.renew(sent);
    expect([board.age, board.frozen, keeper.isDue]).toEqual([340, false, false]);
    keeper.heard(time.main); // one that came at once tells more
    keeper.renew(sent);
    expect(board.age).toBe(300);
    pass(BEAT_MS - 300);
    expect(keeper.isDue).toBe(true);
    pass(LEASE_MS - 500 - BEAT_MS - 1);
    expect(board.frozen).toBe(false);
    pass(1);
    expect(board.frozen).toBe(true);
  });
  test("is over when one of the two clocks says so", () => {
    keeper.renew(keeper.sending());
    time.wall += 60_000; // a virtual machine whose monotonic clock stood still with it
    expect(board.frozen).toBe(true);
    keeper.renew(keeper.sending());
    time.wall -= 120_000; // a wall clock that is set back hides nothing
    expect(board.frozen).toBe(false);
    pass(LEASE_MS);
    expect(board.frozen).toBe(true);
  });
  test("never comes back to one that is fenced", () => {
    keeper.fence();
    keeper.renew(keeper.sending());
    expect([board.frozen, board.fenced]).toEqual([true, true]);
  });
});

describe.skipIf(!have("postgresql"))("a store that two nodes want", () => {
  let postgres: TestPostgres;
  const row = (time: number) => batchOf([{ series: 1, time, value: time }], [seriesPut(1)]);
  const store = (schema: string, identity: string) =>
    new PostgresDataStore({ address: postgres.address(schema), identity, onFatal: () => {} });

  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await postgres?.remove();
  });

  test("is renewed without commits, and given to the next one when it is given up", async () => {
    const schema = newSchema();
    const first = store(schema, "a");
    await first.open();
    await first.commit(row(1));
    await until("a beat", () => first.lease.age < 300);
    const renewed = "SELECT extract(epoch FROM lease_until - clock_timestamp()) AS left FROM";
    const left = Number((await postgres.sql(`${renewed} ${schema}.node WHERE identity = 'a'`))[0]?.left);
    expect(left).toBeGreaterThan(LEASE_MS / 1000 - 2);
    await first.close();
    const second = store(schema, "b");
    const begun = performance.now();
    await second.open();
    expect(performance.now() - begun).toBeLessThan(LEASE_MS);
    expect((await second.commit(row(2))).firstSeq).toBe(2);
    await second.close();
  }, 30_000);

  test("is not taken from who may come back; when it was, the former one is fenced in all that it writes", async () => {
    const schema = newSchema();
    const first = store(schema, "a");
    await first.open();
    await first.commit(row(1));
    const alive = () => postgres.sql(`SELECT identity FROM ${schema}.node WHERE alive = 1`);
    /** @param over its lease is over at that moment */
    const takeOver = (judges: boolean, over: boolean) =>
      postgres.sql(
        `BEGIN; SET search_path TO ${schema}; ${over ? "UPDATE node SET lease_until = '-infinity' WHERE identity = 'a';" : ""}
         SELECT * FROM take_over('b', 'elsewhere', '', 0, '5 s', ${judges}); COMMIT`,
      );
    await takeOver(true, false);
    expect(await alive()).toEqual([{ identity: "a" }]);
    await takeOver(false, true); // nor by one that may not judge
    expect(await alive()).toEqual([{ identity: "a" }]);
    await takeOver(true, true);
    expect(await alive()).toEqual([{ identity: "b" }]);
    expect(await first.commit(row(2)).catch(({ code }) => code)).toBe("storage_unavailable");
    expect([first.lease.fenced, first.lease.frozen]).toEqual([true, true]);
    await first.close();
    expect(await alive()).toEqual([{ identity: "b" }]); // closing gives up nothing that it does not have
  }, 30_000);
});
