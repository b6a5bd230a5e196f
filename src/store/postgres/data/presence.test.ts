import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { have } from "../../../../test/run/have.ts";
import { newSchema, sharedPostgres } from "../../../../test/run/postgres.ts";
import { batchOf } from "../../data.model.ts";
import { MemoryDataStore } from "../../memory/store.ts";
import { MemoryData } from "../../memory/data.ts";
import type { DataStore, StoredPresence, StoreOp } from "../../ports.ts";
import { PostgresDataStore } from "./store.ts";

const told = fc.record({
  holder: fc.integer({ min: 1, max: 3 }),
  up: fc.uniqueArray(fc.integer({ min: 1, max: 4 })),
  down: fc.uniqueArray(fc.integer({ min: 1, max: 4 })),
  floor: fc.constantFrom(0, 0, 7),
});

async function presenceOf(store: DataStore): Promise<StoredPresence[]> {
  await store.open();
  return (await Array.fromAsync(store.presence()))
    .flat()
    .map(({ holders = [], ...rest }) => ({ ...rest, holders: holders.toSorted((a, b) => a - b) }));
}

if (have("postgresql")) {
  const server = await sharedPostgres();
  test("property: PostgreSQL makes of what nodes tell of connections what presenceAfter says", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(told, { minLength: 10, maxLength: 30 }), async (all) => {
        const schema = newSchema();
        const address = server.address(schema, "socket");
        const data = new MemoryData();
        const stores: DataStore[] = [new PostgresDataStore({ address }), new MemoryDataStore(data)];
        for (const store of stores) await store.open();
        for (const [i, { holder, up, down, floor }] of all.entries()) {
          const of = (devices: number[]) =>
            devices.toSorted((a, b) => a - b).map((device) => ({ device, floor: device === 1 ? floor : 0 }));
          const others = down.filter((device) => !up.includes(device));
          const op: StoreOp = { op: "presence_told", holder, time: 1000 + i, up: of(up), down: of(others) };
          for (const store of stores) await store.commit(batchOf([], [op]));
        }
        for (const store of stores) await store.close();
        const found: StoredPresence[][] = [];
        for (const store of [new PostgresDataStore({ address }), new MemoryDataStore(data)]) {
          found.push(await presenceOf(store));
          await store.close();
        }
        await server.sql(`DROP SCHEMA ${schema} CASCADE`);
        expect(found[0]).toEqual(found[1] as StoredPresence[]);
        expect(found[0]?.length).toBeGreaterThan(0);
      }),
      { numRuns: 3, seed: 7 },
    );
  });
} else describe("PostgreSQL", () => test.skip("is not here", () => {}));
