/** `npm run bench:store`: every scenario on every engine, one after the other, and the table of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, runProgram, say, scratchFolder } from "../program.ts";
import type { Figures } from "../load/measure.ts";
import { describeMachine, type Machine } from "../machine.ts";
import type { EngineKind, Place } from "./engine.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import type { StoreScenario } from "./scenarios/scenario.ts";
import { markdownTable, type Outcome, print } from "./table.ts";
import type { Job } from "./work.ts";

/** The longest that one scenario on one engine may take: `--full` writes half a billion rows. */
const WORK_MS = 2 * 3600 * 1000;

/** Runs the load in a process of its own. */
async function work(job: Job): Promise<Figures> {
  const command = [process.execPath, join(import.meta.dir, "work.ts"), JSON.stringify(job)];
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
  const killOnExit = () => child.kill("SIGKILL");
  process.once("exit", killOnExit);
  const limit = setTimeout(killOnExit, WORK_MS);
  const [out, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  clearTimeout(limit);
  process.off("exit", killOnExit);
  if (code !== 0) throw new Error(errors.trim() || `the load program ended with code ${code}`);
  const figures = JSON.parse(out) as Record<string, number | null>; // our own program's output; null was not a number
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null));
}

/** One run of one scenario on a fresh engine with an empty folder. */
async function runOnce(scenario: StoreScenario, kind: EngineKind, options: Options, folder: string): Promise<Figures> {
  const own = mkdtempSync(join(folder, "engine-"));
  try {
    const backend = await kind.start?.(own);
    const place: Place = { folder: own, port: backend?.port ?? 0, pid: backend?.pid ?? 0 };
    try {
      return await work({ scenario: scenario.id, engine: kind.name, place, volume: options.volume });
    } finally {
      await backend?.stop();
    }
  } finally {
    rmSync(own, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** All runs of one scenario, the engines in turn, so that what else the machine does meets all of them alike. */
async function runScenario(
  scenario: StoreScenario,
  engines: readonly EngineKind[],
  options: Options,
  folder: string,
): Promise<Map<string, Outcome>> {
  const taking = engines.filter(({ name }) => scenario.alone !== true || name === "fieldcast");
  const outcomes = new Map<string, Outcome>(taking.map(({ name }) => [name, { runs: [] }]));
  for (let run = 1; run <= options.runs; run++) {
    for (const kind of taking) {
      const outcome = outcomes.get(kind.name);
      if (!outcome || outcome.failure !== undefined) continue;
      const where = `${scenario.id}, run ${run} of ${options.runs}, ${kind.name}`;
      try {
        const figures = await runOnce(scenario, kind, options, folder);
        outcome.runs.push(figures);
        const [row] = scenario.rows;
        say(`${where}: ${print(figures[row.key] ?? Number.NaN, row.unit)} ${row.label(options.volume)}`);
      } catch (error) {
        outcomes.set(kind.name, { ...outcome, failure: messageOf(error) });
        say(`${where}: FAILED: ${messageOf(error)}`);
      }
    }
  }
  return outcomes;
}

/** Those that are installed, with their names and versions, and a line for each of the others. */
function present(engines: readonly EngineKind[]): { engines: EngineKind[]; versions: string[] } {
  const versions: string[] = [];
  const there = engines.filter((kind) => {
    try {
      versions.push(kind.describe());
      return true;
    } catch (error) {
      versions.push(messageOf(error));
      say(`left out: ${messageOf(error)}`);
      return false;
    }
  });
  return { engines: there, versions };
}

function headLines(machine: Machine, versions: readonly string[], runs: number): string {
  const { cores, cpu, memoryGib, kernel, bun, fdatasyncMs, inMemory } = machine;
  return [
    `${cores} × ${cpu}, ${memoryGib} GiB, ${kernel}, Bun ${bun}; ${versions.join("; ")}.`,
    inMemory
      ? "**The engines' folder is in memory: no durable commit was measured.** Choose a disk with --folder."
      : `Every commit is flushed to the disk by every engine (writing 4 KiB and fdatasync take ${fdatasyncMs.toFixed(2)} ms here).`,
    `${runs === 1 ? "One run" : `Medians of ${runs} runs`}. In brackets: how many times better fieldcast is (more writes; less time, fewer bytes).`,
  ].join("\n");
}

async function main(options: Options): Promise<boolean> {
  const folder = scratchFolder(options.folder, "store-");

  const machine = describeMachine(folder);
  const { engines, versions } = present(options.engines);
  const outcomes = new Map<string, Map<string, Outcome>>();
  for (const scenario of options.scenarios) {
    outcomes.set(scenario.id, await runScenario(scenario, engines, options, folder));
  }
  const names = engines.map(({ name }) => name);
  const { scenarios, volume, runs } = options;
  const table = markdownTable(scenarios, names, volume, outcomes);
  process.stdout.write(`\n${headLines(machine, versions, runs)}\n\n${table}\n`);
  if (options.json !== undefined) {
    const results = Object.fromEntries([...outcomes].map(([id, byEngine]) => [id, Object.fromEntries(byEngine)]));
    writeFileSync(options.json, `${JSON.stringify({ machine, engines: versions, runs, volume, results }, null, 2)}\n`);
  }
  return [...outcomes.values()].every((byEngine) => [...byEngine.values()].every((one) => one.failure === undefined));
}

await runProgram(parseOptions, HELP, main, "Some engines did not finish; see above.");
