/**
 * How fast a node takes over what another one left that is gone: stored sessions with one filter each are read, the log behind their
 * checkpoints is replayed, and they are here. All in one process, from memory: the database's time is not in it.
 */
import { parseArgs } from "node:util";
import { buildEngine } from "../../src/app/engine.ts";
import type { OpenedStores } from "../../src/app/stores.ts";
import { oneClock } from "../../src/base/clock.ts";
import { SeveralNodes } from "../../src/broker/elsewhere.ts";
import { loadConfig } from "../../src/config/load.ts";
import { Members } from "../../src/feed/members.ts";
import { Told } from "../../src/store/record.ts";
import { crashed, fleet } from "../sessions/replay.ts";

const START = 1_790_000_000_000_000;
const [SELF, GONE] = [1, 2] as const;

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });

/** @returns ms until all are here, and how many messages wait for them */
async function adopt(sessions: number, series: number, rows: number): Promise<{ ms: number; waiting: number }> {
  const store = crashed(sessions, rows, series);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const opened = { nextSeq: rows + 1, seenFloor: 0, settled: [], highest: { device: series, field: 1 } };
  const stores = { data: store, fleet: {}, shared: () => null };
  const from = { opened, rows: [...fleet(series)], stores } as unknown as OpenedStores; // as far as it is asked
  const { broker, ingest } = await buildEngine(
    loadConfig({}, {}, () => ""),
    from,
    oneClock(() => START + rows),
    log,
  );
  // all rows have had their turn, and no other comes
  const turns = { applied: rows, isBehind: false, own() {}, gaveUp() {}, resume() {}, pause: () => () => {} };
  ingest.commits.turns = turns;
  ingest.commits.self = SELF;
  const failed = (why: Error): never => {
    throw why;
  };
  const members = new Members(SELF, [[SELF, 1]]);
  const nodes = new SeveralNodes({ context: broker, members, store, failed });
  for await (const piece of store.sessions()) nodes.load(piece.map(({ session }) => ({ ...session, owner: GONE })));
  Bun.gc(true);
  const begun = performance.now();
  const numbers = [GONE, SELF, 1, 0];
  nodes.heard({ node: SELF, what: Told.Adopted, seq: rows + 1, numbers, body: new Uint8Array(0) });
  await nodes.idle();
  const ms = performance.now() - begun;
  let waiting = 0;
  for (const { outlet } of broker.sessions.values()) waiting += outlet.waiting;
  if (broker.sessions.values().toArray().length !== sessions) throw new Error("not all of them came");
  return { ms, waiting };
}

async function main(): Promise<void> {
  const median = (all: number[]): number => all.sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
  console.log("| sessions | series | rows replayed | heard | s | rows/s |\n|---:|---:|---:|---:|---:|---:|");
  const cases = [
    [10, 100_000, 5_000_000],
    [100_000, 100_000, 0],
    [100_000, 100_000, 1_000_000],
  ] as const;
  for (const [sessions, series, rows] of cases) {
    const times: number[] = [];
    let heard = 0;
    for (let run = 0; run < Number(values.runs); run++) {
      const { ms, waiting } = await adopt(sessions, series, rows);
      times.push(ms);
      heard = waiting;
    }
    const s = median(times) / 1000;
    const rate = rows === 0 ? "\u2013" : Math.round(rows / s).toLocaleString("en");
    const cells = [sessions, series, rows, heard].map((n) => n.toLocaleString("en"));
    console.log(`| ${[...cells, s.toFixed(2), rate].join(" | ")} |`);
  }
  process.exit(0);
}
void main();
