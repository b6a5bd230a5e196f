import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Lasting } from "./client.ts";

const KILLS = 20;
/** `FIELDCAST_TEST_SEED=n` repeats a run's choices; the moments of a kill differ all the same. */
const seed = Number(process.env.FIELDCAST_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
let state = seed;
/** 0 … below n (mulberry32). */
function random(n: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % n;
}

const TOPIC = "dtck-pub/my-product";
const ROWS_OF_BATCH = 5;
/** Devices by what is sent to them. */
const ONCE = "dev1";
const LEAST_ONCE = "dev0";
const PAIRS = "dev2";
const HTTP = "dev3";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

/** Who keeps the server busy until it dies. */
class Load {
  readonly qos1 = new Lasting("qos1", TOKENS.device);
  readonly qos2 = new Lasting("qos2", TOKENS.device);
  readonly pairs = new Lasting("pairs", TOKENS.device, 10);
  readonly posted = new Set<number>();
  private count = 0;
  private asked = 0;
  private running = false;
  private posting = Promise.resolve();

  get acknowledged(): number {
    return this.qos1.stored.length + this.qos2.stored.length + this.pairs.stored.length + this.posted.size;
  }
  get faults(): string[] {
    return [this.qos1, this.qos2, this.pairs].flatMap((c) => c.faults);
  }
  async start(): Promise<void> {
    const { mqtt } = server.ports;
    for (const client of [this.qos1, this.qos2, this.pairs]) expect(await client.connect(mqtt)).toBe(true);
    this.running = true;
    this.posting = this.post();
    this.fill();
  }
  /** Publishes as fast as answers come. */
  private readonly fill = (): void => {
    if (!this.running) return;
    for (; this.qos1.mayPublish; this.count++) this.qos1.publish(1, `${TOPIC}/${LEAST_ONCE}/NOTE`, `a-${this.count}`);
    for (; this.qos2.mayPublish; this.count++) this.qos2.publish(2, `${TOPIC}/${ONCE}/NOTE`, `b-${this.count}`);
    for (; this.pairs.mayPublish; this.count++) {
      const both = JSON.stringify({ NOTE: `c-${this.count}`, STEPS: this.count });
      this.pairs.publish(this.count % 2 === 0 ? 1 : 2, `${TOPIC}/${PAIRS}`, both);
    }
    setImmediate(this.fill);
  };
  /** Posts one batch after the other; what is answered with 200 is noted. */
  private async post(): Promise<void> {
    while (this.running) {
      const n = this.asked++;
      const first = Date.UTC(2026, 0, 1) + n * 1000;
      const rows = Array.from({ length: ROWS_OF_BATCH }, (_, i) => ({
        field: "NOTE",
        value: `d-${n}-${i}`,
        timestamp: first + i,
      }));
      try {
        const init = { method: "POST", body: JSON.stringify(rows) };
        const response = await server.http(`/v1/devices/${HTTP}/record/?batch=true`, TOKENS.owner, init);
        if (response.status === 200) this.posted.add(n);
      } catch {
        // the server died under it: nothing was promised
      }
    }
  }
  /** Lets what is under way be answered, without new ones. */
  async finish(): Promise<void> {
    this.running = false;
    await this.posting;
    const { mqtt } = server.ports;
    for (const client of [this.qos1, this.qos2, this.pairs]) {
      expect(client.isOpen || (await client.connect(mqtt))).toBe(true);
      await until("all answers", () => client.sent.size === 0);
    }
  }
  async died(): Promise<void> {
    this.running = false;
    await this.posting;
    for (const client of [this.qos1, this.qos2, this.pairs]) client.cut();
  }
}

type Row = Record<string, string | number | null>;
/** All rows of a device, however many pages they fill. */
async function rowsOf(device: string, fields: string): Promise<Row[]> {
  const rows: Row[] = [];
  let start = "2000-01-01T00:00:00Z";
  for (let page = 0; page < 100; page++) {
    const path = `/v1/devices/${device}/historic_data/?fields=${fields}&resolution=raw&timeframe_start=${start}`;
    const response = await server.http(path, TOKENS.owner);
    expect(response.status).toBe(200);
    rows.push(...((await response.json()) as Row[])); // section 3.2 of the REST API
    const next = response.headers.get("x-next-start");
    if (next === null) return rows;
    start = next;
  }
  throw new Error(`the history of ${device} has no end`);
}
async function notes(device: string): Promise<string[]> {
  return (await rowsOf(device, "NOTE")).map((row) => String(row.NOTE));
}
function times(values: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const v of values) found.set(v, (found.get(v) ?? 0) + 1);
  return found;
}

/** What the server promised is there. Lines for what is not. */
async function broken(load: Load): Promise<string[]> {
  const lines: string[] = [];
  const one = times(await notes(LEAST_ONCE));
  for (const { payload } of load.qos1.stored) if (!one.has(payload)) lines.push(`QoS 1: ${payload} is lost`);
  const two = times(await notes(ONCE));
  for (const { payload } of load.qos2.stored) if (!two.has(payload)) lines.push(`QoS 2: ${payload} is lost`);
  for (const [payload, n] of two) if (n > 1) lines.push(`QoS 2: ${payload} is stored ${n} times`);

  const pairs = await rowsOf(PAIRS, "NOTE,STEPS");
  for (const { NOTE, STEPS } of pairs) if (NOTE !== `c-${STEPS}`) lines.push(`half a batch: ${NOTE}, ${STEPS}`);
  const known = times(pairs.map((p) => JSON.stringify({ NOTE: p.NOTE, STEPS: p.STEPS })));
  for (const { payload, qos } of load.pairs.stored) {
    const n = known.get(payload) ?? 0;
    if (n === 0 || (qos === 2 && n > 1)) lines.push(`QoS ${qos}: the batch ${payload} is stored ${n} times`);
  }
  const posted = new Map<string, number>();
  for (const note of await notes(HTTP)) {
    const n = note.split("-")[1] ?? "";
    posted.set(n, (posted.get(n) ?? 0) + 1);
  }
  for (const n of load.posted) if (!posted.has(String(n))) lines.push(`HTTP: batch ${n} is lost`);
  for (const [n, rows] of posted) if (rows !== ROWS_OF_BATCH) lines.push(`HTTP: ${rows} rows of batch ${n}`);
  return lines;
}
function integrity(): string[] {
  return ["data.db", "fleet.db"].map((file) => {
    const db = new Database(join(server.data, file), { readonly: true });
    try {
      return db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").get()?.integrity_check ?? "";
    } finally {
      db.close();
    }
  });
}
const heard = (client: Lasting, device: string): string[] =>
  client.got.filter((g) => g.topic === `dtck/my-product/${device}/NOTE`).map((g) => g.payload);

test(`6: nothing acknowledged is lost by ${KILLS} kills, QoS 2 is exactly once in both directions (seed ${seed})`, async () => {
  const load = new Load();
  const exact = new Lasting("exact", TOKENS.device);
  const repeated = new Lasting("repeated", TOKENS.device);
  for (const [client, qos] of [
    [exact, 2],
    [repeated, 1],
  ] as const) {
    await client.connect(server.ports.mqtt);
    await client.subscribe([{ filter: "dtck/my-product/+/NOTE", qos }]);
  }
  for (let kill = 1; kill <= KILLS; kill++) {
    const { mqtt } = server.ports;
    // a subscriber is away for some lives, and comes back in the midst of others
    const away = [exact, repeated].filter(() => random(3) === 0);
    for (const client of [exact, repeated])
      if (!away.includes(client)) expect(client.isOpen || (await client.connect(mqtt))).toBe(true);
    await load.start();
    const goal = load.acknowledged + 1 + random(kill % 4 === 0 ? 4000 : 800);
    const middle = goal - random(400);
    await until("the load", () => load.acknowledged >= middle);
    const dice = random(4);
    if (dice < 2) for (const client of away) await client.connect(mqtt);
    else if (dice === 2) exact.cut();
    await until("the load", () => load.acknowledged >= goal);
    await server.kill9();
    await load.died();
    for (const client of [exact, repeated]) client.cut();
    await server.restart();
    expect(await broken(load)).toEqual([]);
    expect(integrity()).toEqual(["ok", "ok"]);
  }

  await load.finish();
  for (const client of [exact, repeated]) await client.connect(server.ports.mqtt);
  expect(await broken(load)).toEqual([]);
  expect(load.faults).toEqual([]);
  for (const device of [ONCE, LEAST_ONCE, PAIRS]) {
    const stored = await notes(device);
    await until(`all of ${device}`, () => heard(exact, device).length >= stored.length, 20_000);
    expect(heard(exact, device)).toEqual(stored);
    await until(`all of ${device}`, () => new Set(heard(repeated, device)).size >= new Set(stored).size, 20_000);
    expect([...new Set(heard(repeated, device))]).toEqual([...new Set(stored)]);
  }
  expect([exact, repeated].flatMap((c) => c.faults)).toEqual([]);
}, 120_000);
