import { afterAll, describe, expect, test } from "bun:test";
import { Refusal } from "../../src/base/errors.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { PostgresEverywhere } from "../../src/store/postgres/everywhere.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres } from "../run/postgres.ts";
import { Writer } from "./writer.ts";

if (have("postgresql"))
  describe("how far all nodes are", async () => {
    const server = await startPostgres({ fsync: "off" });
    const schema = newSchema();
    const address = server.address(schema);
    const data = new PostgresDataStore({ address });
    await data.open();
    const writers = [await Writer.of(server, schema, 11), await Writer.of(server, schema, 12)];
    const all: PostgresEverywhere[] = [];
    const of = (id: number, patienceMs?: number): PostgresEverywhere => {
      const node = [id, 1] as const;
      const one = new PostgresEverywhere({ address, node, ...(patienceMs === undefined ? {} : { patienceMs }) });
      all.push(one);
      return one;
    };
    const set = (id: number, what: string) => server.sql(`UPDATE ${schema}.node SET ${what} WHERE id = ${id}`);
    afterAll(async () => {
      for (const one of [...all, ...writers]) await one.end();
      await data.close();
      await server.remove();
    });

    test("is waited for, of those that serve somebody and live", async () => {
      await server.sql(`UPDATE ${schema}.node SET alive = 0 WHERE id < 11`);
      const [one, two] = [of(11), of(12)];
      // one that is about to take part serves nobody
      await one.applied(100);
      expect(await two.begin(3)).toBe(0);
      two.tell(5);
      let known = 0;
      const waits = [7, 9].map((seq) => one.applied(seq).then(() => (known = Math.max(known, seq))));
      await one.applied(5);
      expect(known).toBe(0);
      two.tell(6);
      two.tell(7);
      await waits[0];
      expect(known).toBe(7);
      two.tell(4);
      await one.applied(7);
      // who is gone is not waited for
      await set(12, "alive = 0");
      await Promise.all(waits);
      expect(known).toBe(9);
    });

    test("and whoever cannot be told so in time hears that", async () => {
      await set(12, "alive = 1, applied = 20");
      const late = of(11, 100).applied(21);
      expect(
        await late.then(
          () => "there",
          (why: unknown) => (why instanceof Refusal ? why.code : why),
        ),
      ).toBe("not_everywhere");
    });
  });
