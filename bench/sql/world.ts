import { Client } from "pg";
import { RecordWriter } from "../../src/store/record.ts";
import type { StoreOp } from "../../src/store/ports.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { PostgresFleetStore } from "../../src/store/postgres/fleet/store.ts";
import type { SqlMode } from "../../src/store/postgres/sql/objects.ts";
import { targetOf } from "../../src/store/postgres/url.ts";

/** 2026-11-01T00:00:00Z, in microseconds. */
export const BEGIN = 1_793_491_200_000_000;
export const MINUTE = 60_000_000;
/** Rows of a commit. */
const ROWS = 4000;

/** One workspace with a device for each series, its data in a schema of its own. */
export class World {
  readonly client: Client;
  private next = 1;

  private constructor(
    address: string,
    private readonly schema: string,
    readonly data: PostgresDataStore,
    readonly series: number,
  ) {
    this.client = new Client(targetOf(address).hosts[0]);
  }
  static async make(server: string, mode: SqlMode, series: number): Promise<World> {
    const schema = `bench_${mode}_${series}`;
    const address = `${server}&schema=${schema}`;
    const fleet = new PostgresFleetStore(address);
    await fleet.open();
    await fleet.close();
    const world = new World(address, schema, new PostgresDataStore({ address, sql: mode }), series);
    await world.client.connect();
    await world.sql(`SET search_path TO ${schema}`);
    await world.sql("INSERT INTO workspace (uid, slug, name) VALUES (1, 'plant', '')");
    await world.sql(
      "INSERT INTO product (uid, workspace, slug, name, retain_last_values, publish_backfill, bool_text) VALUES (1, 1, 'pump', '', 0, 0, 'true')",
    );
    await world.sql(
      `INSERT INTO device (uid, product, id, name, tags) SELECT n, 1, 'd' || n, '', '[]' FROM generate_series(1, ${series}) n`,
    );
    await world.sql("INSERT INTO field (uid, product, id, name, type) VALUES (1, 1, 'T', '', 'NUMERIC')");
    await world.data.open();
    const ops = Array.from(
      { length: series },
      (_, i): StoreOp => ({ op: "series_put", id: i + 1, device: i + 1, field: 1, type: "NUMERIC" }),
    );
    await world.data.commit({ count: 0, blob: null, ops });
    await world.data.idle();
    return world;
  }
  async sql(text: string): Promise<readonly Record<string, unknown>[]> {
    return (await this.client.query(text)).rows;
  }

  /** A value of each series for each minute of [from, to): tenths of a degree that wander. */
  async record(from: number, to: number): Promise<number> {
    let writer = new RecordWriter();
    let rows = 0;
    const commit = async (): Promise<void> => {
      if (rows === 0) return;
      await this.data.commit({ count: rows, blob: writer.finish(), ops: [] });
      this.next += rows;
      [writer, rows] = [new RecordWriter(), 0];
    };
    for (let minute = from; minute < to; minute++)
      for (let series = 1; series <= this.series; series++) {
        const tenths = Math.round(200 + 40 * Math.sin(minute / 229 + series) + 7 * Math.sin(minute * series));
        writer.decimal(0, series, BEGIN + minute * MINUTE, 0, 1, tenths);
        if (++rows === ROWS) await commit();
      }
    await commit();
    return (to - from) * this.series;
  }
  /** Seals all of it. @returns seconds */
  async seal(): Promise<number> {
    const begin = performance.now();
    await this.data.commit({ count: 0, blob: null, ops: [{ op: "trim", upTo: this.next - 1 }] });
    await this.data.idle();
    return (performance.now() - begin) / 1000;
  }
  /** Bytes of tables with their indexes, as they are written. */
  async bytes(...tables: readonly string[]): Promise<number> {
    const sizes = tables.map((name) => `coalesce(pg_total_relation_size(to_regclass('${name}')), 0)`);
    return Number((await this.sql(`SELECT ${sizes.join(" + ")} AS bytes`))[0]?.bytes);
  }
  async end(): Promise<void> {
    await this.data.close();
    await this.sql(`DROP SCHEMA ${this.schema} CASCADE`);
    await this.client.end();
  }
}
