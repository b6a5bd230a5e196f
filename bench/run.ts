/** `npm run bench`: every scenario on every server, one after the other, and the table of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, runProgram, say, scratchFolder } from "./program.ts";
import type { Figures } from "./load/measure.ts";
import { openFileLimit, openFilesProblem } from "./limits.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { PLAIN, type Scenario } from "./scenarios/scenario.ts";
import { makeCertificate, NO_CERTIFICATE } from "./servers/certificate.ts";
import type { RunningServer, Server } from "./servers/server.ts";
import { markdownTable, type Outcome, print } from "./table.ts";
import { volumeArguments } from "./volume.ts";

/** Runs the load program against a server that is up. */
async function runLoad(
  scenario: Scenario,
  running: RunningServer,
  options: Options,
  transport: readonly string[],
): Promise<Figures> {
  const command = [process.execPath, join(import.meta.dir, "load.ts"), scenario.id];
  command.push("--port", String(running.port), "--mqtt", options.mqtt);
  const { others = [] } = running;
  command.push("--server-pid", [running.pid, ...others.map(({ pid }) => pid)].join(","));
  if (others.length > 0) command.push("--other-ports", others.map(({ port }) => port).join(","));
  command.push(...transport);
  command.push("--publish-prefix", running.publishPrefix, "--subscribe-prefix", running.subscribePrefix);
  if (running.login) command.push("--username", running.login.username, "--password", running.login.password);
  const child = Bun.spawn([...command, ...volumeArguments(options.volume)], { stdout: "pipe", stderr: "pipe" });
  const killOnExit = () => child.kill("SIGKILL");
  process.once("exit", killOnExit);
  const { warmup, seconds, settle } = options.volume;
  const limit = setTimeout(() => child.kill("SIGKILL"), (300 + 8 * (warmup + seconds) + 2 * settle) * 1000);
  const [out, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  clearTimeout(limit);
  process.off("exit", killOnExit);
  if (code !== 0) throw new Error(errors.trim() || `the load program ended with code ${code}`);
  const figures = JSON.parse(out) as Record<string, number | null>; // our own program's output; null was not a number
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null));
}

/** One run of one scenario on a fresh server with an empty folder. */
async function runOnce(scenario: Scenario, server: Server, options: Options, folder: string): Promise<Figures> {
  server.describe(); // says in one line what is missing
  const own = mkdtempSync(join(folder, `${server.name}-`));
  try {
    const needs = scenario.needs?.(options.volume) ?? PLAIN;
    const certificate = needs.transport === "tls" ? makeCertificate(folder) : NO_CERTIFICATE;
    const transport = ["--transport", needs.transport];
    if (needs.transport === "tls") transport.push("--ca", certificate.certFile);
    const running = await server.start(own, needs, certificate);
    try {
      return await runLoad(scenario, running, options, transport);
    } finally {
      await running.stop();
    }
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** All runs of one scenario, the servers in turn, so that what else the machine does meets all of them alike. */
async function runScenario(scenario: Scenario, options: Options, folder: string): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>(
    options.servers.map(({ name, cannot }) => {
      const why = scenario.cannot?.[name] ?? cannot?.(scenario.needs?.(options.volume) ?? PLAIN);
      return [name, why === undefined ? { runs: [] } : { runs: [], failure: why, cannot: true }];
    }),
  );
  for (let run = 1; run <= options.runs; run++) {
    for (const server of options.servers) {
      const outcome = outcomes.get(server.name);
      if (!outcome || outcome.failure !== undefined) continue;
      try {
        const figures = await runOnce(scenario, server, options, folder);
        outcome.runs.push(figures);
        const [row] = scenario.rows;
        const shown = print(figures[row.key] ?? Number.NaN, row.unit);
        say(`${scenario.id}, run ${run} of ${options.runs}, ${server.name}: ${shown} ${row.label}`);
      } catch (error) {
        outcomes.set(server.name, { ...outcome, failure: messageOf(error) });
        say(`${scenario.id}, run ${run} of ${options.runs}, ${server.name}: FAILED: ${messageOf(error)}`);
      }
    }
  }
  return outcomes;
}

/** The names and versions of the servers, or why one of them cannot run. */
function versions(servers: readonly Server[]): string[] {
  return servers.map((server) => {
    try {
      return server.describe();
    } catch (error) {
      return `${server.name}: ${messageOf(error)}`;
    }
  });
}

function headLines(machine: Machine, options: Options): string {
  const { cores, cpu, memoryGib, kernel, bun, fdatasyncMs, fdatasyncP99Ms, inMemory } = machine;
  return [
    `${cores} × ${cpu}, ${memoryGib} GiB, ${kernel}, Bun ${bun}; ${versions(options.servers).join(", ")}.`,
    `MQTT ${options.mqtt}; ${options.runs} run(s) of ${options.volume.seconds} s each after ${options.volume.warmup} s: ` +
      `median${options.runs > 1 ? " (least–most)" : ""}. The load program shares the cores.`,
    inMemory
      ? "**The servers' folder is in memory: no durable commit was measured.** Choose a disk with --folder."
      : `fieldcast: login, rights, validation, and a commit that is flushed to disk before anything is acknowledged or published ` +
        `(writing 4 KiB and fdatasync take ${fdatasyncMs.toFixed(2)} ms here, p99 ${fdatasyncP99Ms.toFixed(2)} ms). mosquitto and aedes: relay only, nothing stored. rabbitmq: in a durable queue before it is acknowledged; nats: in a stream, flushed by the clock.`,
  ].join("\n");
}

async function main(options: Options): Promise<boolean> {
  const problem = openFilesProblem(options.scenarios, options.volume, openFileLimit());
  if (problem !== undefined) throw new Error(problem);
  const folder = scratchFolder(options.folder, "run-");

  const machine = describeMachine(folder);
  const outcomes = new Map<string, Map<string, Outcome>>();
  for (const scenario of options.scenarios) {
    outcomes.set(scenario.id, await runScenario(scenario, options, folder));
  }
  const names = options.servers.map((server) => server.name);
  const table = markdownTable(options.scenarios, names, options.volume, outcomes);
  process.stdout.write(`\n${headLines(machine, options)}\n\n${table}\n`);
  const results = Object.fromEntries([...outcomes].map(([id, byServer]) => [id, Object.fromEntries(byServer)]));
  if (options.json !== undefined) {
    const { volume, runs, mqtt } = options;
    const all = { machine, servers: versions(options.servers), mqtt, runs, volume, results };
    writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  return [...outcomes.values()].every((byServer) =>
    [...byServer.values()].every((one) => one.failure === undefined || one.cannot === true),
  );
}

await runProgram(parseOptions, HELP, main, "Some servers did not run; see above.");
