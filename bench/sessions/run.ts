/**
 * `npm run bench:sessions`: what sessions that take nothing cost the others (a steady publisher alone and beside them, on
 * fresh servers, in turn), and how fast a start after a crash queues once more what waits for many.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../load/client.ts";
import type { Figures } from "../load/measure.ts";
import { cpuSeconds } from "../load/measure.ts";
import { describeMachine } from "../machine.ts";
import { messageOf, runProgram, say, scratchFolder } from "../program.ts";
import { freePort, startProcess } from "../servers/server.ts";
import { median, print } from "../table.ts";
import { type Crowd, HELP, parseOptions, type SessionOptions } from "./options.ts";
import { publishAll } from "./steady.ts";
import { taker } from "./taker.ts";

const FOLDER = ".cache/bench";

function fleet(token: string): string {
  return `workspaces:
  - slug: bench
    name: Bench
    products:
      - { slug: p, name: P, fields: [{ id: NOTE, type: STRING, name: Note }], devices: [{ id: d, name: D }] }
    api_users:
      - { name: load, token: ${token}, rights: [{ devices: all, can: [view, record_measurements] }] }
`;
}
/** Times of the publisher (ms), CPU of the server (s), its memory at its highest and the bytes of its folder. */
async function measure(crowd: Crowd | null, options: SessionOptions, within: string): Promise<Figures> {
  const folder = mkdtempSync(join(within, "sessions-"));
  const [fleetFile, data] = [join(folder, "fleet.yaml"), join(folder, "data")];
  const token = randomBytes(20).toString("hex");
  writeFileSync(fleetFile, fleet(token), { mode: 0o600 });
  const port = await freePort();
  const off = ["mqtts", "http", "https", "wss"].flatMap((name) => [`--${name}`, "off"]);
  const command = [process.execPath, join(options.server, "src/cli/main.ts"), "serve", "--data", data];
  command.push("--apply", fleetFile, "--mqtt", `127.0.0.1:${port}`, ...off);
  const server = await startProcess(command, folder, port, (line) => line.startsWith("ready"));
  const login = { username: token, password: token };
  const target: Target = { host: "127.0.0.1", port, transport: "tcp", ca: undefined, version: 5, login };
  const ends: (() => void)[] = [];
  try {
    for (let n = 0; crowd !== null && n < crowd.sessions; n++)
      ends.push(await taker(target, `taker-${n}`, "dtck/p/d/+", crowd.kind));
    const before = cpuSeconds(server.pid) ?? Number.NaN;
    const { publishes, rate } = options;
    const payload = "x".repeat(options.bytes);
    const times = await publishAll(target, { topic: "dtck-pub/p/d/NOTE", publishes, rate, payload });
    const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? Number.NaN;
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    return {
      p50: at(0.5),
      p99: at(0.99),
      worst: at(1),
      cpu: (cpuSeconds(server.pid) ?? Number.NaN) - before,
      memory: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024,
      disk: readdirSync(data).reduce((sum, name) => sum + statSync(join(data, name)).size, 0),
    };
  } finally {
    for (const end of ends) end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

const UNITS = { p50: "ms", p99: "ms", worst: "ms", cpu: "seconds", memory: "bytes", disk: "bytes" } as const;
type Key = keyof typeof UNITS;
const KEYS = Object.keys(UNITS) as Key[]; // those are its keys

/** One line for each crowd: alone → beside, medians of the runs, and how many times p50 and p99. */
function table(options: SessionOptions, runs: readonly (readonly [alone: Figures, beside: Figures])[][]): string {
  const lines = [
    "| beside | p50 | p99 | PUBACK p50 | p99 | worst | CPU of the server | memory, peak | disk |",
    `|---|${"---:|".repeat(8)}`,
  ];
  for (const [i, { kind, sessions }] of options.beside.entries()) {
    const some = runs[i] ?? [];
    const ratio = (key: Key) => print(median(some.map(([a, b]) => (b[key] ?? Number.NaN) / (a[key] ?? 0))), "ratio");
    const cells = KEYS.map((key) => {
      const [alone, beside] = [0, 1].map((side) =>
        print(median(some.map((run) => run[side]?.[key] ?? Number.NaN)), UNITS[key]),
      );
      return `${alone} → ${beside}`;
    });
    lines.push(`| ${sessions} ${kind} | ${[ratio("p50"), ratio("p99"), ...cells].join(" | ")} |`);
  }
  return lines.join("\n");
}

/** ms of a start's replay, in a process of its own. @throws Error with what that said */
async function replayMs(server: string, sessions: number, rows: number): Promise<number> {
  const program = join(server, "bench/sessions/replay.ts"); // its own, for it calls the server within
  const command = [process.execPath, program, String(sessions), String(rows)];
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, said] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`the replay failed: ${said.trim().slice(-400)}`);
  const { ms, waiting } = JSON.parse(out) as { readonly ms: number; readonly waiting: number };
  if (waiting !== rows) throw new Error(`${waiting} of ${rows} messages wait after the replay`);
  return ms;
}
async function replayLine({ server, replaySessions, replayRows, runs }: SessionOptions): Promise<string> {
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) {
    const none = await replayMs(server, replaySessions, 0);
    rates.push(replayRows / ((await replayMs(server, replaySessions, replayRows)) - none));
  }
  const [sessions, rows] = [replaySessions, replayRows].map((n) => n.toLocaleString("en-US"));
  return `Replay after a crash, ${rows} rows of ${sessions} series, each heard by a session: ${print(median(rates) * 1000, "number")} rows/s (aim 1,000,000).`;
}

async function main(options: SessionOptions): Promise<boolean> {
  const folder = scratchFolder(FOLDER, "sessions-");
  const { cores, cpu, bun, fdatasyncMs } = describeMachine(folder);
  const { publishes, rate, bytes, beside, runs } = options;
  const head = `${cores} × ${cpu}, Bun ${bun}, fdatasync ${fdatasyncMs.toFixed(2)} ms`;
  const parts = [`${head}; ${publishes} publishes of ${bytes} bytes at QoS 1, ${rate}/s, ${runs} run(s).`];
  let isWhole = true;
  if (beside.length > 0) {
    const all: (readonly [Figures, Figures])[][] = beside.map(() => []);
    for (let run = 1; run <= runs; run++)
      for (const [i, crowd] of beside.entries()) {
        try {
          all[i]?.push([await measure(null, options, folder), await measure(crowd, options, folder)]);
          say(`${crowd.sessions} ${crowd.kind}, run ${run} of ${runs}: done`);
        } catch (error) {
          isWhole = false;
          say(`${crowd.sessions} ${crowd.kind}, run ${run} of ${runs}: FAILED: ${messageOf(error)}`);
        }
      }
    parts.push(table(options, all));
  }
  if (options.replayRows > 0) parts.push(await replayLine(options));
  process.stdout.write(`\n${parts.join("\n\n")}\n`);
  return isWhole;
}

await runProgram(parseOptions, HELP, main, "Not everything was measured; see above.");
