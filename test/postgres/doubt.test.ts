import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { batchOf, seriesPut } from "../../src/store/data.model.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { PostgresFleetStore } from "../../src/store/postgres/fleet/store.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";
import { until } from "../run/until.ts";

/** Where the way to PostgreSQL breaks when the next commit goes over it. */
type Break = "before it arrives" | "before its answer is heard" | "into silence";

interface Passage {
  server: Promise<Bun.Socket<undefined>>;
  /** What comes back is heard by nobody. */
  broken: boolean;
  /** And nobody is told. */
  silent: boolean;
}

/** A way to PostgreSQL that can break. */
class Way {
  /** What happens to the next commit. */
  next: Break | null = null;
  /** Nobody gets through. */
  closed = false;
  private readonly listener;

  constructor(port: number) {
    const way = this;
    this.listener = Bun.listen<Passage>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open(client) {
          if (way.closed) {
            client.end();
            return;
          }
          const state = { server: null as never, broken: false, silent: false } as Passage;
          state.server = Bun.connect<undefined>({
            hostname: "127.0.0.1",
            port,
            socket: {
              data(_, bytes) {
                // it is committed when this comes
                if (state.silent) return;
                if (state.broken) client.end();
                else client.write(bytes);
              },
              close: () => void client.end(),
            },
          });
          client.data = state;
        },
        async data(client, bytes) {
          const isCommit = bytes.includes("commit_batch") || bytes.includes("\0commit\0");
          const server = await client.data.server;
          if (way.next !== null && isCommit) {
            if (way.next === "before it arrives") {
              way.next = null;
              client.end();
              server.end();
              return;
            }
            client.data.silent = way.next === "into silence";
            way.next = null;
            client.data.broken = true;
          }
          server.write(bytes);
        },
        async close(client) {
          (await client.data?.server)?.end();
        },
      },
    });
  }
  get port(): number {
    return this.listener.port;
  }
  end(): void {
    this.listener.stop(true);
  }
}

describe.skipIf(!have("postgresql"))("a commit whose connection breaks", () => {
  let postgres: TestPostgres;
  let way: Way;
  let store: PostgresDataStore;
  const row = (time: number) => batchOf([{ series: 1, time, value: time }]);
  const times = async () => (await store.read(1, 0, 1e9, 1000)).map(({ time }) => time);

  /** From when it resolves on each commit waits for this standby; "": for none. */
  const waitFor = async (standby: string): Promise<void> => {
    await postgres.sql(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`);
    await postgres.sql("SELECT pg_reload_conf()");
    const probing =
      "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE '%logical_emit%' AND pid <> pg_backend_pid()";
    await until("it is so", async () => {
      let isDone = false;
      const probe = postgres.sql("SELECT pg_logical_emit_message(true, 'probe', '')").finally(() => (isDone = true));
      await until(
        "a commit waits, or is done",
        async () => isDone || (await postgres.sql(`SELECT 1 ${probing}`)).length > 0,
      );
      const waits = !isDone;
      if (waits) await postgres.sql(`SELECT pg_cancel_backend(pid) ${probing}`);
      await probe;
      return waits === (standby !== "");
    });
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    way = new Way(postgres.port);
    const address = `postgres://postgres@127.0.0.1:${way.port}/postgres?schema=${newSchema()}`;
    store = new PostgresDataStore({ address, lookMs: 20 });
    await store.open();
    await store.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    way?.end();
    await postgres?.remove();
  });

  test("and is stored, is answered as stored, under its own number", async () => {
    way.next = "before its answer is heard";
    expect(await store.commit(row(2))).toEqual({ firstSeq: 2 });
    expect(await times()).toEqual([1, 2]);
  });
  test("and is not stored, is refused, and stored once when it is tried again", async () => {
    way.next = "before it arrives";
    expect(await store.commit(row(3)).catch(({ code }) => code)).toBe("storage_unavailable");
    expect(await store.commit(row(3))).toEqual({ firstSeq: 3 });
    expect(await times()).toEqual([1, 2, 3]);
  });
  test("and is stored though nobody could be asked, is found when it is tried again", async () => {
    way.next = "before its answer is heard";
    way.closed = true;
    expect(await store.commit(row(4)).catch(({ code }) => code)).toBe("storage_unavailable");
    way.closed = false;
    expect(await store.commit(row(4))).toEqual({ firstSeq: 4 });
    expect(await store.commit(row(5))).toEqual({ firstSeq: 5 });
    expect(await times()).toEqual([1, 2, 3, 4, 5]);
  });
  test("and is stored, was refused and given up, is taken out by the next one, and its number given to nobody", async () => {
    way.next = "before its answer is heard";
    way.closed = true;
    expect(await store.commit(row(6)).catch(({ code }) => code)).toBe("storage_unavailable");
    way.closed = false;
    expect(await store.commit(row(7))).toEqual({ firstSeq: 7 });
    expect(await times()).toEqual([1, 2, 3, 4, 5, 7]);
  });
  test("because the network swallows everything, is found out, and stored once", async () => {
    way.next = "into silence";
    way.closed = true;
    expect(await store.commit(row(8)).catch(({ code }) => code)).toBe("storage_unavailable");
    way.closed = false;
    expect(await store.commit(row(8))).toEqual({ firstSeq: 8 });
    expect(await times()).toEqual([1, 2, 3, 4, 5, 7, 8]);
  });
  test("and whose wait for a standby somebody cancels, counts when a later one was waited for", async () => {
    const waiting = () =>
      postgres.sql(
        "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'fieldcast commits'",
      );
    await waitFor("nobody");
    try {
      let answered = false;
      const commit = store.commit(row(9)).then((committed) => {
        answered = true;
        return committed;
      });
      await until("it waits", async () => (await waiting()).length > 0);
      await postgres.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      // it is committed here, but on no standby: the server has begun to wait for another one
      await until("the next one waits", async () => {
        const rows = await postgres.sql(
          "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE 'UPDATE node SET alive%'",
        );
        return rows.length > 0;
      });
      expect(answered).toBe(false);
      await waitFor("");
      expect(await commit).toEqual({ firstSeq: 9 });
      expect(await times()).toEqual([1, 2, 3, 4, 5, 7, 8, 9]);
    } finally {
      await waitFor("");
    }
  }, 30_000);
  test("and changes the fleet, and whose wait is cancelled, counts when a later one was waited for", async () => {
    const fleet = new PostgresFleetStore(postgres.address(newSchema()));
    await fleet.open();
    const waiting = (query: string) =>
      postgres.sql(
        `SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'fieldcast fleet' AND query ILIKE '${query}%'`,
      );
    await waitFor("nobody");
    try {
      let answered = false;
      const row = { uid: -1, slug: "one", name: "One", retention: null };
      const commit = fleet.commit([{ op: "put", kind: "workspace", row }] as never).then(() => {
        answered = true;
      });
      await until("it waits", async () => (await waiting("commit")).length > 0);
      await postgres.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      await until("the next one waits", async () => (await waiting("UPDATE fleet_head")).length > 0);
      expect(answered).toBe(false);
      await waitFor("");
      await commit;
      expect(answered).toBe(true);
    } finally {
      await waitFor("");
      await fleet.close();
    }
  }, 30_000);
  test("a server whose store was taken over commits nothing any more", async () => {
    const fatal: string[] = [];
    const schema = newSchema();
    const first = new PostgresDataStore({
      address: postgres.address(schema),
      onFatal: ({ message }) => fatal.push(message),
    });
    await first.open();
    await first.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
    // another machine, of which this one was cut off
    await postgres.sql(`UPDATE ${schema}.node SET epoch = epoch + 1`);
    expect(await first.commit(row(2)).catch(({ code }) => code)).toBe("storage_unavailable");
    expect(fatal).toEqual(["Another server has taken this PostgreSQL store over; this one commits nothing any more."]);
    await first.close();
  }, 30_000);
});
