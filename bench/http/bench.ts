/** Runs scenarios of requests, each on a fresh server, one after the other, and prints the table of it. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, say, scratchFolder } from "../program.ts";
import ownPackage from "../../package.json";
import type { Figures } from "../load/measure.ts";
import { describeMachine, type Machine } from "../machine.ts";
import { freePort, startProcess } from "../servers/server.ts";
import { type Outcome, print } from "../table.ts";
import type { HttpOptions, HttpVolume } from "./options.ts";
import type { HttpScenario } from "./scenarios.ts";
import { markdownTable } from "./table.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

/** Makes the fleet file of a run. @param scenario its id */
export type FleetOf = (token: string, volume: HttpVolume, scenario: string) => string;

/** One run of one scenario on a fresh server with an empty folder. */
async function runOnce(
  { id, load, beside, flags: more = [] }: HttpScenario,
  volume: HttpVolume,
  folder: string,
  fleet: FleetOf,
): Promise<Figures> {
  const own = mkdtempSync(join(folder, "server-"));
  try {
    const port = await freePort();
    const token = randomBytes(20).toString("hex");
    const file = join(own, "fleet.yaml");
    writeFileSync(file, fleet(token, volume, id), { mode: 0o600 });
    const off = ["mqtt", "mqtts", "https", "wss"].flatMap((listener) => [`--${listener}`, "off"]);
    const flags = ["--data", join(own, "data"), "--apply", file, "--http", `127.0.0.1:${port}`, ...off];
    // one account asks as fast as the server answers
    const command = beside
      ? [process.execPath, join(import.meta.dir, beside[0]), beside[1], `${port}`]
      : [process.execPath, MAIN, "serve", ...flags, "--max-request-rate", "0", ...more];
    const { pid, stop } = await startProcess(command, own, port, (line) => line.startsWith("ready"));
    try {
      return await load({ port, pid, token }, volume);
    } finally {
      await stop();
    }
  } finally {
    rmSync(own, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function runScenario(
  scenario: HttpScenario,
  { runs, volume }: HttpOptions,
  folder: string,
  fleet: FleetOf,
): Promise<Outcome> {
  const done: Figures[] = [];
  const [row] = scenario.rows;
  for (let run = 1; run <= runs; run++) {
    const where = `${scenario.id}, run ${run} of ${runs}`;
    try {
      const figures = await runOnce(scenario, volume, folder, fleet);
      done.push(figures);
      say(`${where}: ${print(figures[row.key] ?? Number.NaN, row.unit)} ${row.label}`);
    } catch (error) {
      say(`${where}: FAILED: ${messageOf(error)}`);
      return { runs: done, failure: messageOf(error) };
    }
  }
  return { runs: done };
}

function headLines(machine: Machine, runs: number): string {
  const { cores, cpu, memoryGib, kernel, bun, fdatasyncMs, inMemory } = machine;
  return [
    `${cores} × ${cpu}, ${memoryGib} GiB, ${kernel}, Bun ${bun}; fieldcast ${ownPackage.version}.`,
    inMemory
      ? "**The server's folder is in memory: no durable commit was measured.** Choose a disk with --folder."
      : `What is answered is flushed to the disk (writing 4 KiB and fdatasync take ${fdatasyncMs.toFixed(2)} ms here).`,
    runs === 1 ? "One run." : `Medians of ${runs} runs, with the least and the most.`,
  ].join("\n");
}

/** @returns whether every scenario came to its end */
export async function runBench(options: HttpOptions, fleet: FleetOf): Promise<boolean> {
  const folder = scratchFolder(options.folder, "http-");

  const machine = describeMachine(folder);
  const outcomes = new Map<string, Outcome>();
  for (const scenario of options.scenarios)
    outcomes.set(scenario.id, await runScenario(scenario, options, folder, fleet));
  const { scenarios, volume, runs } = options;
  process.stdout.write(`\n${headLines(machine, runs)}\n\n${markdownTable(scenarios, volume, outcomes)}\n`);
  if (options.json !== undefined) {
    const results = Object.fromEntries(outcomes);
    writeFileSync(options.json, `${JSON.stringify({ machine, runs, volume, results }, null, 2)}\n`);
  }
  return [...outcomes.values()].every(({ failure }) => failure === undefined);
}
