import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { have } from "../../../../test/run/have.ts";
import { until } from "../../../../test/run/until.ts";
import { newSchema, startPostgres, type TestPostgres } from "../../../../test/run/postgres.ts";
import type { FieldType, Value } from "../../../measure/types.ts";
import { batchOf, type Row } from "../../data.model.ts";
import type { StoreOp } from "../../ports.ts";
import { PostgresDataStore } from "../data/store.ts";
import { PostgresFleetStore } from "../fleet/store.ts";
import type { SqlMode } from "./objects.ts";

const QUICK = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };
const TYPES: readonly FieldType[] = ["NUMERIC", "BOOL", "STRING", "GEO", "NUMERIC"];
const ALL = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1_000_000] as const;

/** A fleet of one device with a field for each type, and the data of it. */
class World {
  readonly schema = newSchema();
  private fleet: PostgresFleetStore;
  data: PostgresDataStore;
  seq = 1;

  constructor(readonly server: TestPostgres) {
    this.fleet = new PostgresFleetStore(server.address(this.schema, "socket"));
    this.data = this.store(undefined);
  }
  private store(sql: SqlMode | undefined): PostgresDataStore {
    return new PostgresDataStore({
      address: this.server.address(this.schema, "socket"),
      ...(sql === undefined ? {} : { sql }),
    });
  }
  async begin(sql: SqlMode): Promise<void> {
    await this.fleet.open();
    await this.fleet.commit([
      { kind: "workspace", op: "put", row: { uid: -1, slug: "plant", name: "Plant" } },
      { kind: "workspace", op: "put", row: { uid: -2, slug: "other", name: "Other" } },
    ]);
    const sqlText = async (text: string) => void (await this.server.sql(text));
    const s = this.schema;
    await sqlText(`INSERT INTO ${s}.product (uid, workspace, slug, name, retain_last_values, publish_backfill, bool_text)
      SELECT 1, uid, 'pump', 'Pump', 0, 0, 'true' FROM ${s}.workspace WHERE slug = 'plant'`);
    await sqlText(`INSERT INTO ${s}.device (uid, product, id, name, tags) VALUES (1, 1, 'a', '', '[]')`);
    for (const [i, type] of TYPES.entries())
      await sqlText(
        `INSERT INTO ${s}.field (uid, product, id, name, type) VALUES (${i + 1}, 1, 'F${i + 1}', '', '${type}')`,
      );
    await this.open(sql);
    const ops = TYPES.map((type, i): StoreOp => ({ op: "series_put", id: i + 1, device: 1, field: i + 1, type }));
    await this.data.commit({ count: 0, blob: null, ops });
  }
  async open(sql: SqlMode | undefined): Promise<void> {
    this.data = this.store(sql);
    await this.data.open();
  }
  async put(rows: readonly Row[], ops: readonly StoreOp[] = []): Promise<void> {
    await this.data.commit(batchOf(rows, ops));
    this.seq += rows.length;
  }
  /** Everything that was written is sealed. */
  async seal(): Promise<void> {
    await this.data.commit({ count: 0, blob: null, ops: [{ op: "trim", upTo: this.seq - 1 }] });
    await this.data.idle();
  }
  async mode(): Promise<string> {
    const [there] = await this.server.sql(`SELECT to_regclass('${this.schema}.sql_state') AS made`);
    if (there?.made === null) return "off";
    return String((await this.server.sql(`SELECT mode FROM ${this.schema}.sql_state`))[0]?.mode);
  }
  /** What the view says of a series, and what the store does. */
  async both(series: number): Promise<readonly [seen: readonly unknown[], stored: readonly unknown[]]> {
    const rows = await this.server.sql(
      `SELECT (extract(epoch FROM time) * 1000000)::bigint::text AS t, num, bool, text, lat, lng FROM ${this.schema}.measurement
       WHERE workspace = 'plant' AND product = 'pump' AND device = 'a' AND field = 'F${series}' ORDER BY time`,
    );
    const seen = rows.map(({ t, num, bool, text, lat, lng }) => [
      Number(t),
      lat === null ? (num ?? bool ?? text) : { lat, lng },
    ]);
    const stored = (await this.data.read(series, ...ALL)).map(({ time, value }) => [time, shown(value)]);
    return [seen, stored];
  }
  async check(): Promise<void> {
    for (let series = 1; series <= TYPES.length; series++) {
      const [seen, stored] = await this.both(series);
      expect(seen).toEqual([...stored]);
    }
  }
  async end(): Promise<void> {
    await this.data.close();
    await this.fleet.close();
    await this.server.sql(`DROP SCHEMA ${this.schema} CASCADE`);
  }
}
function shown(value: Value): unknown {
  return typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\ufffd") : value;
}

const decimal = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([m, p]) => m / 10 ** p);
// what is a whole number is kept as one: 0 has no sign then
const signless = (n: number): number => n + 0;
const degree = fc.oneof(decimal, fc.double({ min: -90, max: 90, noNaN: true }).map(signless));
const VALUES: readonly fc.Arbitrary<Value>[] = [
  decimal,
  fc.boolean(),
  fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom('"', "\\", "{a,b}", "NULL", "", "\u001b[0m", "a\0b", "\ud800", "\u001b001b"),
  ),
  fc.record({ lat: degree, lng: degree }),
  fc.oneof(decimal, fc.double({ noNaN: true, noDefaultInfinity: true }).map(signless)),
];
const time = fc.oneof(
  fc.integer({ min: 0, max: 400 }).map((n) => 1_700_000_000_000_000 + n * 60_000_000),
  fc.integer({ min: 0, max: 2 ** 52 }),
);
const row = fc
  .integer({ min: 1, max: TYPES.length })
  .chain((series) =>
    fc.record({ series: fc.constant(series), time, value: VALUES[series - 1] ?? decimal, explicit: fc.constant(true) }),
  );
const series = fc.integer({ min: 1, max: TYPES.length });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ put: fc.array(row, { minLength: 1, maxLength: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ many: series, from: time, n: fc.integer({ min: 500, max: 5000 }) }) },
  { weight: 4, arbitrary: fc.constant("seal" as const) },
  { weight: 2, arbitrary: fc.record({ erase: series, from: time, to: time }) },
  { weight: 1, arbitrary: fc.record({ retain: time }) },
  {
    weight: 1,
    arbitrary: fc.record({
      open: fc.constantFrom<SqlMode | undefined>("arrays", "rows", "off", undefined),
      crash: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function play(world: World, one: Step): Promise<void> {
  if (one === "seal") return world.seal();
  if ("put" in one) return world.put(one.put);
  if ("many" in one) {
    const values = fc.sample(VALUES[one.many - 1] ?? decimal, 16);
    const rows = Array.from({ length: one.n }, (_, i) => ({
      series: one.many,
      time: Math.min(one.from, 2 ** 51) + i * 1_000_003,
      value: values[i % values.length] ?? 0,
      explicit: true,
    }));
    return world.put(rows);
  }
  if ("erase" in one) {
    const [from, to] = [Math.min(one.from, one.to), Math.max(one.from, one.to)];
    return world.put([], [{ op: "points_delete", series: one.erase, from, to }]);
  }
  if ("retain" in one) {
    const list = TYPES.map((_, i) => i + 1);
    return world.put([], [{ op: "retain", before: one.retain, series: list, rollups: [] }]);
  }
  await (one.crash ? world.data.abort() : world.data.close());
  await world.open(one.open);
}

if (have("postgresql")) {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres(QUICK);
  }, 60_000);
  afterAll(() => server.remove());

  describe("SQL for people", () => {
    test.each(["arrays", "rows"] as const)(
      "whatever was written, deleted, kept for a time, sealed and switched on and off: the view has what history has (%s first)",
      async (mode) => {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
            const world = new World(server);
            await world.begin(mode);
            try {
              for (const one of steps) await play(world, one);
              await world.data.idle();
              await world.data.close();
              // as it is, where it is on
              await world.open((await world.mode()) === "off" ? mode : undefined);
              await world.seal();
              await world.check();
            } finally {
              await world.end();
            }
          }),
          { numRuns: Number(process.env.FIELDCAST_SQL_RUNS ?? 3) },
        );
      },
      600_000,
    );

    test.each(["arrays", "rows"] as const)(
      "a long past is filled in stretch by stretch, while more is sealed and some of it goes: %s",
      async (mode) => {
        const world = new World(server);
        await world.begin("off");
        const at = (n: number) => 1_700_000_000_000_000 + n * 1_000_000;
        const rows = (from: number, to: number, by = 1): Row[] =>
          Array.from({ length: Math.floor((to - from) / by) }, (_, i) => ({
            series: 1,
            time: at(from + i * by),
            value: (from + i) / 10,
            explicit: true,
          }));
        for (let n = 0; n < 40_000; n += 5000) await world.put(rows(n, n + 5000));
        await world.put([{ series: 2, time: at(0), value: true, explicit: true }]);
        await world.seal();
        await world.data.close();
        await world.open(mode);
        await until("the views", async () => (await world.mode()) === mode);
        // late, equal and new times, and a deletion, each while the series is in some state of being filled
        await world.put([...rows(500, 39_000, 77), ...rows(40_000, 41_000)]);
        await world.data.commit({ count: 0, blob: null, ops: [{ op: "trim", upTo: world.seq - 1 }] });
        await world.put([], [{ op: "points_delete", series: 1, from: at(1000), to: at(30_000) }]);
        await world.data.abort();
        await world.open(undefined);
        await world.seal();
        await world.check();
        expect((await world.both(1))[0].length).toBeGreaterThan(11_000);
        await world.end();
      },
      120_000,
    );
  });
} else describe("SQL for people", () => test.skip("PostgreSQL is not here", () => {}));
