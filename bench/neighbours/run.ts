/**
 * `npm run bench:neighbours`: what a steady publisher and subscriber notice of what others do. The same stream is measured alone and
 * beside each disturber, on a fresh server with a large fleet, in one run; the ratio is what counts.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figures } from "../load/measure.ts";
import { describeMachine } from "../machine.ts";
import { messageOf, runProgram, say, scratchFolder } from "../program.ts";
import { latency } from "../scenarios/latency.ts";
import { freePort, startProcess } from "../servers/server.ts";
import { print } from "../table.ts";
import { DEFAULT_VOLUME } from "../volume.ts";
import type { Disturber, Place } from "./disturber.ts";
import { HELP, type NeighbourOptions, parseOptions } from "./options.ts";
import { markdownTable, type Pair } from "./table.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");
const DISTURB = join(import.meta.dir, "disturb.ts");
const WARMUP = 1;

/** A workspace with the steady stream, and one of somebody else with two products of many devices. */
function fleet(tokens: { steady: string; crowd: string }, devices: number): string {
  const crowd = (slug: string) => `      - slug: ${slug}
        name: ${slug}
        fields: [{ id: TEMPERATURE, type: NUMERIC, name: Temperature }]
        devices: [{ id: "dev{0..${devices - 1}}", name: "Device {n}" }]
`;
  return `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: bench
        name: Bench
        fields: [{ id: TEMPERATURE, type: NUMERIC, name: Temperature }]
        devices: [{ id: "dev{0..999}", name: "Device {n}" }]
    api_users:
      - { name: steady, token: ${tokens.steady}, rights: [{ devices: all, can: [view, record_measurements] }] }
  - slug: crowd
    name: Crowd
    products:
${crowd("crowd")}${crowd("gone")}    api_users:
      - name: crowd
        token: ${tokens.crowd}
        rights: [{ devices: all, can: [view, record_measurements] }, { workspace: [devices, exports] }]
`;
}

async function runPair(disturber: Disturber, options: NeighbourOptions, folder: string): Promise<Pair> {
  const own = mkdtempSync(join(folder, "server-"));
  try {
    const [http, mqtt] = [await freePort(), await freePort()];
    const tokens = { steady: randomBytes(20).toString("hex"), crowd: randomBytes(20).toString("hex") };
    const place: Place = {
      http,
      mqtt,
      token: tokens.crowd,
      data: join(own, "data"),
      fleet: join(own, "fleet.yaml"),
      devices: options.devices,
      scratch: mkdtempSync(join(own, "scratch-")),
    };
    writeFileSync(place.fleet, fleet(tokens, options.devices), { mode: 0o600 });
    const off = ["mqtts", "https", "wss"].flatMap((listener) => [`--${listener}`, "off"]);
    const flags = ["--data", place.data, "--apply", place.fleet, ...off];
    flags.push("--http", `127.0.0.1:${http}`, "--mqtt", `127.0.0.1:${mqtt}`);
    const command = [process.execPath, MAIN, "serve", ...flags];
    const server = await startProcess(command, own, mqtt, (line) => line.startsWith("ready"));
    try {
      await disturber.prepare?.(place);
      const stream = () => steady(mqtt, tokens.steady, server.pid, options);
      const alone = await stream();
      const disturbance = disturbing(disturber, place, options.seconds + WARMUP);
      const beside = await stream();
      return { alone, beside, done: await disturbance };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(own, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** The stream whose times are measured; times count from when each message was due. */
function steady(port: number, token: string, pid: number, { rate, seconds }: NeighbourOptions): Promise<Figures> {
  const login = { username: token, password: token };
  return latency.load({
    ...DEFAULT_VOLUME,
    warmup: WARMUP,
    seconds,
    rate,
    publishers: 1,
    target: { host: "127.0.0.1", port, transport: "tcp", ca: undefined, version: 5, login },
    publishPrefix: "dtck-pub",
    subscribePrefix: "dtck",
    serverPid: pid,
  });
}

/** @returns how often it was done. @throws Error with what the disturber said */
async function disturbing({ id }: Disturber, place: Place, seconds: number): Promise<number> {
  const command = [process.execPath, DISTURB, id, String(seconds), JSON.stringify(place)];
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const [out, said] = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  // what it began may take longer than the clock
  const timer = setTimeout(end, (seconds + LONGEST_SECONDS) * 1000);
  const code = await child.exited;
  clearTimeout(timer);
  process.off("exit", end);
  if (code !== 0) throw new Error(`the disturber ended with ${code}: ${(await said).trim().slice(-400)}`);
  return Number(await out);
}
const LONGEST_SECONDS = 60;

async function main(options: NeighbourOptions): Promise<boolean> {
  const folder = scratchFolder(options.folder, "neighbours-");
  const machine = describeMachine(folder);
  const pairs: Pair[] = [];
  for (const disturber of options.disturbers) {
    const pair = await runPair(disturber, options, folder).catch(messageOf);
    pairs.push(pair);
    const p99 = typeof pair === "string" ? Number.NaN : (pair.beside.p99 ?? 0) / (pair.alone.p99 ?? 0);
    say(`${disturber.id}: ${typeof pair === "string" ? `FAILED: ${pair}` : `${print(p99, "ratio")} PUBACK p99`}`);
  }
  const { cores, cpu, bun, fdatasyncMs } = machine;
  const { rate, seconds, devices } = options;
  process.stdout.write(
    `\n${cores} × ${cpu}, Bun ${bun}, fdatasync ${fdatasyncMs.toFixed(2)} ms; ${rate} messages/s at QoS 1 to one subscriber, ` +
      `${seconds} s each, beside 2 × ${devices.toLocaleString("en-US")} devices.\n\n${markdownTable(options.disturbers, pairs)}\n`,
  );
  if (options.json !== undefined) {
    const results = Object.fromEntries(options.disturbers.map(({ id }, i) => [id, pairs[i]]));
    writeFileSync(options.json, `${JSON.stringify({ machine, rate, seconds, devices, results }, null, 2)}\n`);
  }
  return pairs.every((pair) => typeof pair !== "string");
}

await runProgram(parseOptions, HELP, main, "Some disturbers did not finish; see above.");
