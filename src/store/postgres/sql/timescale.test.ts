import { expect, test } from "bun:test";
import type { Sql } from "../../sqlite/data/sql.ts";
import { hypertable } from "./timescale.ts";

/** A database that says so of its extension; no TimescaleDB is among the programs of these tests. */
function asked(schema: string | null, license: string | null): readonly string[] {
  const statements: string[] = [];
  const query = (text: string) => ({
    get: () => {
      if (text.includes("pg_extension")) return schema === null ? null : { schema };
      return text.includes("timescaledb.license") ? { license } : null;
    },
    all: (...params: readonly unknown[]) => statements.push(`${text} <- ${params.join()}`),
  });
  hypertable({ query, run: (text: string) => statements.push(text) } as unknown as Sql); // all that is used of it
  return statements;
}

test("without the extension the table stays plain", () => expect(asked(null, null)).toEqual([]));

test.each([["apache"], [null]])(
  "a hypertable of weeks, by the name of the extension's schema; never compressed where the licence is %p",
  (license) => {
    expect(asked("public", license)).toEqual([
      `SELECT "public".create_hypertable('point_row', 'time', chunk_time_interval => $1::interval) <- 7 days`,
    ]);
  },
);

test("compressed by series where TimescaleDB's own licence is in force", () => {
  const [made, set, policy] = asked("ts", "timescale");
  expect(made).toStartWith('SELECT "ts".create_hypertable');
  expect(set).toContain("timescaledb.compress_segmentby = 'series'");
  expect(policy).toBe(`SELECT "ts".add_compression_policy('point_row', $1::interval) <- 30 days`);
});
