/** `npm run bench:sql`: what measurements as tables for SQL cost beside the blocks, and how fast they answer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlMode } from "../../src/store/postgres/sql/objects.ts";
import { describeMachine } from "../machine.ts";
import { startPostgres } from "../servers/postgres.ts";
import { median } from "../table.ts";
import { BEGIN, MINUTE, World } from "./world.ts";

const MODES: readonly SqlMode[] = ["off", "arrays", "rows"];
const DAY = 1440;
const RUNS = 7;
const quick = process.argv.includes("--quick");
const [SERIES, DAYS, MANY] = quick ? [4, 30, 2000] : [20, 30, 20_000];

async function timed(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return median(times);
}

/** The three questions, of SQL or, where there is none, of the store. */
async function questions(world: World, mode: SqlMode): Promise<readonly number[]> {
  const lastDay = BEGIN + (DAYS - 1) * DAY * MINUTE;
  const end = BEGIN + DAYS * DAY * MINUTE;
  if (mode === "off") {
    const edges = (from: number, to: number, n: number) =>
      Float64Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);
    const all = Array.from({ length: world.series }, (_, i) => i + 1);
    return [
      await timed(() => world.data.columns(1, lastDay, end, 10_000)),
      await timed(() => world.data.aggregate({ series: 1, edges: edges(BEGIN, end, 1000) })),
      await timed(async () => {
        for (const series of all) await world.data.aggregate({ series, edges: edges(lastDay, end, 24) });
      }),
    ];
  }
  const at = (micros: number) => `'${new Date(micros / 1000).toISOString()}'`;
  const one = "workspace = 'plant' AND product = 'pump' AND device = 'd1' AND field = 'T'";
  const between = (from: number) => `measurement_between(${at(from)}, ${at(end - 1)})`;
  await world.sql("ANALYZE");
  return [
    await timed(() => world.sql(`SELECT time, num FROM ${between(lastDay)} WHERE ${one} ORDER BY time`)),
    await timed(() =>
      world.sql(
        `SELECT date_bin(interval '30 days' / 1000, time, ${at(BEGIN)}) AS bucket, avg(num) FROM ${between(BEGIN)} WHERE ${one} GROUP BY 1 ORDER BY 1`,
      ),
    ),
    await timed(() =>
      world.sql(
        `SELECT device, date_trunc('hour', time) AS hour, avg(num) FROM ${between(lastDay)} WHERE workspace = 'plant' AND field = 'T' GROUP BY 1, 2 ORDER BY 1, 2`,
      ),
    ),
  ];
}

async function history(server: string, mode: SqlMode): Promise<string> {
  const world = await World.make(server, mode, SERIES);
  const points = await world.record(0, DAYS * DAY);
  const seconds = await world.seal();
  const own = (await world.bytes("chunk", "point_row")) / points;
  const blocks = (await world.bytes("block", "part")) / points;
  const times = await questions(world, mode);
  await world.end();
  const rate = Math.round(points / seconds).toLocaleString("en-US");
  return `| ${mode} | ${blocks.toFixed(1)} | ${mode === "off" ? "–" : own.toFixed(1)} | ${rate} | ${times.map((ms) => `${ms.toFixed(1)} ms`).join(" | ")} |`;
}

/** Five points of each of many series, again and again. */
async function slow(server: string, mode: SqlMode): Promise<string> {
  const world = await World.make(server, mode, MANY);
  const rates: number[] = [];
  for (let pass = 0; pass < 4; pass++) {
    await world.record(pass * 5, pass * 5 + 5);
    rates.push(MANY / (await world.seal()));
  }
  const bytes = (await world.bytes("chunk", "point_row")) / (20 * MANY);
  await world.end();
  return `| ${mode} | ${Math.round(median(rates)).toLocaleString("en-US")} | ${mode === "off" ? "–" : bytes.toFixed(1)} |`;
}

const folder = mkdtempSync(join(tmpdir(), "fieldcast-bench-"));
const { cpu, cores, kernel, fdatasyncMs } = describeMachine(folder);
const server = await startPostgres(folder);
try {
  process.stdout.write(
    `${cpu}, ${cores} cores, ${kernel}, fdatasync ${fdatasyncMs.toFixed(2)} ms; PostgreSQL on the same machine\n\n`,
  );
  process.stdout.write(
    `${SERIES} series, a value each minute, ${DAYS} days. off: questions are the store's own.\n\n` +
      "| --sql | bytes a point, blocks | for SQL | sealed, points/s | day of one series | 30 days in 1,000 buckets | hourly means of all, a day |\n|---|---|---|---|---|---|---|\n",
  );
  for (const mode of MODES) process.stdout.write(`${await history(server.address, mode)}\n`);
  process.stdout.write(
    `\n${MANY.toLocaleString("en-US")} series, five points of each a pass, four passes\n\n| --sql | sealed, series/s | bytes a point for SQL |\n|---|---|---|\n`,
  );
  for (const mode of MODES) process.stdout.write(`${await slow(server.address, mode)}\n`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
