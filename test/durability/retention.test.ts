import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../../src/base/errors.ts";
import { DeviceNode, FieldNode, ProductNode } from "../../src/fleet/nodes.ts";
import type { Retention } from "../../src/fleet/types.ts";
import { bucketsOf } from "../../src/history/buckets.ts";
import { deletionOps } from "../../src/history/deletion.ts";
import { retainOps } from "../../src/history/retain.ts";
import { rowsOf } from "../../src/history/rows.ts";
import { AGGREGATIONS, type Column, type Range, type Row } from "../../src/history/types.ts";
import { usageOf } from "../../src/history/usage.ts";
import type { FieldType, Value } from "../../src/measure/types.ts";
import { batchOf, type Row as StoredRow, seriesOf } from "../../src/store/data.model.ts";
import { SqliteDataStore } from "../../src/store/sqlite/data/store.ts";
import type { StoreOp } from "../../src/store/ports.ts";
import { TOKENS } from "../run/fleet.ts";
import { startServer } from "../run/server.ts";
import { until } from "../run/until.ts";

// real files and servers, on a machine that may be busy
setDefaultTimeout(120_000);

const root = mkdtempSync(join(tmpdir(), "fieldcast-retention-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1) * 1000;
const DAYS = 10;
/** In the middle of an hour: what goes does not end where it does. */
const NOW = START + DAYS * DAY + 30 * 60 * SECOND;

/** A store with ten days of a measurement every ten minutes in four series, all of it sealed but the last one. */
class World {
  private next = 1;
  readonly product: ProductNode;
  readonly device: DeviceNode;
  readonly refs: { readonly id: number; readonly device: DeviceNode; readonly field: FieldNode }[];

  private constructor(readonly store: SqliteDataStore) {
    const settings = { retainLastValues: false, publishBackfill: false, boolText: "true" } as const;
    const row = { uid: 1, workspace: 1, slug: "p", name: "", ...settings };
    this.product = new ProductNode(row, { uid: 1, slug: "w", name: "" });
    this.device = new DeviceNode({ uid: 1, product: 1, id: "d", name: "", serial: null, tags: [] }, 0, this.product);
    const types: FieldType[] = ["NUMERIC", "COUNTER", "BOOL", "STRING"];
    this.refs = types.map((type, i) => {
      const field = { uid: i + 1, product: 1, id: type, type, name: "", unit: null };
      return { id: i + 1, device: this.device, field: new FieldNode(field, this.product) };
    });
  }
  static async open(name: string): Promise<World> {
    const store = new SqliteDataStore({ folder: join(root, name) });
    await store.open();
    const world = new World(store);
    await world.commit(world.refs.map(({ id, field }) => seriesOf(id, field.row.type)));
    await world.write(0, DAYS * 144);
    await world.seal();
    return world;
  }

  private async commit(ops: readonly StoreOp[], rows: readonly StoredRow[] = []): Promise<void> {
    await this.store.commit(batchOf(rows, ops));
    this.next += rows.length;
  }
  /** Every ten minutes from one to before another. */
  async write(from: number, to: number): Promise<void> {
    for (let i = from; i < to; i += 500) {
      const rows: StoredRow[] = [];
      for (let at = i; at < Math.min(to, i + 500); at++) {
        const values: Value[] = [Math.round(Math.sin(at / 40) * 200) / 10, at * 3, at % 3 === 0, `note ${at}`];
        for (const [s, value] of values.entries())
          rows.push({ series: s + 1, time: START + at * 600 * SECOND, value, explicit: true });
      }
      await this.commit([], rows);
    }
  }
  /** The last record of a log stays in it: one of its own. */
  async seal(): Promise<void> {
    await this.commit([], [{ series: 4, time: NOW, value: "last", explicit: true }]);
    await this.commit([{ op: "trim", upTo: this.next - 1 }]);
    await this.store.idle();
  }
  async erase(series: readonly number[], range: Range): Promise<void> {
    await this.commit(deletionOps({ series, range }));
    await this.store.idle();
  }
  /** Deletes series for good. */
  async forget(ids: readonly number[]): Promise<void> {
    await this.commit([{ op: "series_delete", ids }]);
    await this.store.idle();
  }
  async sweep(retention: Retention, now = NOW): Promise<void> {
    this.product.row = { ...this.product.row, retention };
    const ops = retainOps(this.refs, now);
    if (ops.length > 0) await this.commit(ops);
    await this.store.idle();
  }
  /** All figures of all numbers, by hours or by what is said. */
  async figures(unit: "m" | "h" | "d" = "h", count = 1): Promise<Row[]> {
    const range = { from: START, to: NOW };
    const columns = this.refs.slice(0, 3).flatMap(({ id, field }): Column[] =>
      AGGREGATIONS.filter((one) => field.row.type !== "BOOL" || one !== "CHANGE").map((aggregation) => {
        const { type } = field.row;
        return { key: type, type, series: id, aggregation };
      }),
    );
    const rows: Row[] = [];
    const buckets = bucketsOf({ count, unit }, range, null, 10_000);
    const shape = { kind: "buckets", buckets, fill: "null", lookBack: false, now: NOW } as const;
    for await (const some of rowsOf(this.store, columns, range, shape)) rows.push(...some);
    return rows;
  }
  async oldest(series: number): Promise<number> {
    return ((await this.store.read(series, 0, NOW + DAY, 1))[0]?.time ?? NOW) - START;
  }
  usage = () => usageOf(this.refs, this.store, NOW, 10);
}

/** As people read them: sums of decimals end in different last digits when they are added in another order. */
const rounded = (rows: readonly Row[]) =>
  rows.map(({ time, cells }) => [
    time,
    ...cells.map((cell) => (typeof cell === "number" ? Number(cell.toPrecision(10)) : cell)),
  ]);

describe("retention of a real store", () => {
  test("what goes is what was foretold; rollups answer for it with the same figures", async () => {
    const world = await World.open("rollups");
    const before = { hours: rounded(await world.figures()), days: rounded(await world.figures("d")) };
    const retention = { days: 3, rollups: { "1h": 8, "1d": null } };
    world.product.row = { ...world.product.row, retention };
    const told = (await world.usage()).all;
    expect(told.measurements).toBe(4 * DAYS * 144 + 1);
    await world.sweep(retention);
    const left = (await world.usage()).all;
    // seven whole days of the three numbers, by rollups of a day; of the texts half an hour more
    expect(told.measurements - left.measurements).toBe(3 * 7 * 144 + 7 * 144 + 3);
    // of the texts about that half an hour, in a block of many days
    expect(Math.abs(told.going.measurements - (told.measurements - left.measurements))).toBeLessThan(10);
    expect(left.bytes).toBeLessThan(told.bytes / 2);
    expect([await world.oldest(1), await world.oldest(4)]).toEqual([7 * DAY, 7 * DAY + 30 * 60 * SECOND]);
    expect(left).toMatchObject({ going: { measurements: 0 }, oldest: START + 7 * DAY });
    expect(left.buckets).toBeGreaterThan(0);

    // hours are kept for eight days, the first two of ten and a half hour have days alone
    const hours = rounded(await world.figures("d"));
    expect(hours).toEqual(before.days);
    const uneven = await world.figures("m", 30).catch((e: unknown) => e);
    if (!(uneven instanceof Refusal)) throw new Error("nothing was refused");
    expect(uneven.code).toBe("invalid_request");
    await world.store.close();
  });

  test("hours answer for hours while they are kept; sweeping again changes nothing", async () => {
    const world = await World.open("hours");
    const before = rounded(await world.figures());
    const retention = { days: 3, rollups: { "1h": null } };
    for (let time = 0; time < 3; time++) {
      await world.sweep(retention);
      expect(rounded(await world.figures())).toEqual(before);
    }
    await world.store.close();
  });

  test("a deleted device takes its blocks and rollups along; a deleted range those that reach into it", async () => {
    const world = await World.open("gone");
    await world.sweep({ days: 3, rollups: { "1h": null, "1d": null } });
    const range = { from: START + DAY, to: START + 2 * DAY };
    const edges = Float64Array.of(START, range.from, range.to, NOW);
    const counts = async () => [...(await world.store.aggregate({ series: 1, edges })).count];
    expect(await counts()).toEqual([144, 144, 8 * 144]);
    await world.erase([1], range);
    expect(await counts()).toEqual([144, 0, 8 * 144]);
    expect((await world.store.stats()).rollups).toBeGreaterThan(0);
    const free = (await world.store.stats()).freeBytes;
    await world.forget([1, 2, 3]);
    expect(await world.store.stats()).toMatchObject({ rollups: 0 });
    expect((await world.store.stats()).freeBytes).toBeGreaterThanOrEqual(free);
    const { all } = await world.usage();
    expect(all).toMatchObject({ buckets: 0, rollupBytes: 0, measurements: 3 * 144 + 1 - 3 });
    await world.forget([4]);
    expect(await world.store.stats()).toMatchObject({ blocks: 0 });
    await world.store.close();
  });

  test("a longer policy brings nothing back, a shorter one obeys with the next sweep", async () => {
    const world = await World.open("changes");
    await world.sweep({ days: 5 });
    expect(await world.oldest(1)).toBe(5 * DAY + 30 * 60 * SECOND);
    expect((await world.usage()).all.buckets).toBe(0);
    await world.sweep({ days: 9 });
    await world.sweep({ days: null });
    expect(await world.oldest(1)).toBe(5 * DAY + 30 * 60 * SECOND);
    await world.sweep({ days: 2, rollups: { "1m": 3 } });
    expect(await world.oldest(1)).toBe(8 * DAY + 30 * 60 * SECOND);
    const { buckets } = (await world.usage()).all;
    expect(buckets).toBeGreaterThan(0);
    // without rollups in the policy those that there are go, too
    await world.sweep({ days: 2 });
    expect((await world.usage()).all.buckets).toBe(0);
    expect((await world.store.before(1, NOW))?.time).toBe(START + (DAYS * 144 - 1) * 600 * SECOND);
    await world.store.close();
  });
});

const FLEET = `workspaces:
  - slug: acme
    products:
      - slug: p
        fields: [{ id: NOTE, type: STRING }, { id: N, type: INT, retention: forever }]
        devices: [{ id: a }, { id: b }]
    api_users:
      - { name: all, token: ${TOKENS.owner}, rights: [{ devices: all, can: [record_measurements] }, { workspace: [devices] }] }
`;
interface Figures {
  readonly all: { readonly measurements: number; readonly going: { readonly measurements: number } };
  readonly products: readonly { readonly name: string }[];
  readonly fields: readonly { readonly name: string; readonly measurements: number; readonly retention: string }[];
  readonly store: { readonly blocks: number };
  readonly next_sweep: string | null;
}

describe("a running server", () => {
  test("shows what is stored, sweeps, and deletes a range; without a server the same", async () => {
    const server = await startServer({ fleet: FLEET });
    try {
      const stats = async () => JSON.parse((await server.cli("store", "stats", "--json")).out) as Figures;
      const record = async (path: string, rows: readonly object[]) => {
        const body = JSON.stringify(rows);
        const answer = await server.http(`/v1/devices/${path}/record/?batch=true`, TOKENS.owner, {
          method: "POST",
          body,
        });
        expect(answer.status).toBe(200);
      };
      await record(
        "b",
        [1, 2, 3].map((value) => ({ field: "N", value, timestamp: `2020-01-0${value}T00:00:00Z` })),
      );
      // as much text as makes the server seal its log
      const text = "x".repeat(60_000);
      for (let i = 0; i < 50; i++) {
        const rows = Array.from({ length: 15 }, (_, n) => ({
          field: "NOTE",
          value: text,
          timestamp: 1_600_000_000 + i * 15 + n,
        }));
        await record("a", rows);
      }
      await until("the log is sealed", async () => (await stats()).store.blocks > 0, 60_000);
      const before = await stats();
      expect(before.all.measurements).toBe(753);
      expect(before.all.going.measurements).toBe(0);
      expect(Date.parse(before.next_sweep ?? "")).toBeGreaterThan(0);
      // only now, as the server's own first sweep may come at any time
      expect((await server.cli("retention", "set", "p", "--keep", "30d", "--yes")).code).toBe(0);
      expect((await stats()).fields.map(({ name, retention }) => `${name} ${retention}`).toSorted()).toEqual([
        "p/N forever",
        "p/NOTE 30d",
      ]);
      const swept = await until(
        "what is sealed is gone",
        async () => {
          expect((await server.cli("store", "sweep")).out).toContain("A sweep has begun");
          const now = await stats();
          // what came last is still in the log
          return now.all.measurements < 300 ? now : null;
        },
        60_000,
      );
      expect(swept.fields.find(({ name }) => name === "p/N")?.measurements).toBe(3);
      expect(await server.metric("fieldcast_retention_sweeps_total")).toBeGreaterThan(0);
      const all = "timeframe_start=2019-01-01&timeframe_end=2021-01-01";
      const numbers = async () =>
        (await (await server.http(`/v1/devices/b/historic_data/?fields=N&${all}`, TOKENS.owner)).json()) as unknown[];
      expect(await numbers()).toHaveLength(3);

      const deletion = ["data", "delete", "--product", "p", "--from", "2020-01-02", "--to", "2020-01-03"];
      const dry = await server.cli(...deletion, "--dry-run");
      expect(dry.out).toContain("1 measurement of 1 series would be deleted");
      expect((await server.cli(...deletion, "--yes")).code).toBe(0);
      expect(await numbers()).toHaveLength(2);
      const last = "timeframe_start=2020-01-03&timeframe_end=2020-01-04";
      const gone = await server.http(`/v1/devices/b/historic_data/?${last}`, TOKENS.owner, { method: "DELETE" });
      expect(gone.status).toBe(200);
      expect(await numbers()).toHaveLength(1);
      // the current value stays
      const device = (await (await server.http("/v1/devices/b/", TOKENS.owner)).json()) as {
        fields: { field: string; value: unknown }[];
      };
      expect(device.fields.find(({ field }) => field === "N")?.value).toBe(3);

      await server.kill9();
      await server.restart();
      expect(await numbers()).toHaveLength(1);
      await server.stop();
      const offline = await stats();
      expect(offline.next_sweep).toBeNull();
      expect(offline.fields.find(({ name }) => name === "p/N")?.measurements).toBe(1);
      expect((await server.cli("store", "sweep")).out).toMatch(
        /^What is sealed is gone; [1-9]\d* measurements? in the log will go with a later sweep\.\n$/,
      );
      expect((await server.cli("store", "stats")).out).toMatch(/^Measurements: /);
    } finally {
      await server.remove();
    }
  });
});
