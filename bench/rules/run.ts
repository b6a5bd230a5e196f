/** `npm run bench:rules`: how long acknowledgements take with ten thousand rules beside them, and without, the server on one core. */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Target } from "../load/client.ts";
import type { Figures } from "../load/measure.ts";
import { messageOf, say, scratchFolder } from "../program.ts";
import { latency } from "../scenarios/latency.ts";
import { freePort, startProcess } from "../servers/server.ts";
import { median, print } from "../table.ts";
import { fleet } from "./fleet.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "10000" },
    rate: { type: "string", default: "5000" },
    publishers: { type: "string", default: "100" },
    seconds: { type: "string", default: "10" },
    warmup: { type: "string", default: "3" },
    runs: { type: "string", default: "3" },
    data: { type: "string", default: "." },
  },
});
const [rules, rate, publishers] = [Number(values.rules), Number(values.rate), Number(values.publishers)];
const [seconds, warmup, runs] = [Number(values.seconds), Number(values.warmup), Number(values.runs)];
const folder = scratchFolder(values.data, "fieldcast-bench-rules-");
const taskset = Bun.which("taskset");

/** One server with so many rules, the load on it, and what it counted meanwhile. */
async function run(name: string, count: number): Promise<Figures> {
  const own = join(folder, name);
  mkdirSync(own);
  const token = randomBytes(20).toString("hex");
  writeFileSync(join(own, "fleet.yaml"), fleet(token, count, (warmup + seconds) * rate), { mode: 0o600 });
  const [port, http] = [await freePort(), await freePort()];
  const off = ["mqtts", "https", "wss"].flatMap((one) => [`--${one}`, "off"]);
  const pinned = taskset === null ? [] : [taskset, "-c", "0"];
  const serve = [process.execPath, MAIN, "serve", "--data", join(own, "data"), "--apply", join(own, "fleet.yaml")];
  const command = [...pinned, ...serve, "--mqtt", `127.0.0.1:${port}`, "--http", `127.0.0.1:${http}`, ...off];
  const child = await startProcess(command, own, port, (line) => line.startsWith("ready"), 60_000);
  try {
    const login = { username: token, password: token };
    const target: Target = { host: "127.0.0.1", port, transport: "tcp", ca: undefined, version: 5, login };
    const before = await counted(http, token);
    const figures = await latency.load({
      ...{
        target,
        warmup,
        seconds,
        publishers,
        rate,
        serverPid: child.pid,
        publishPrefix: "dtck-pub",
        subscribePrefix: "dtck",
      },
      ...{
        subscribers: 1,
        window: 0,
        topics: 1,
        connections: 0,
        secure: 0,
        members: 0,
        idle: 0,
        logins: 0,
        filters: 0,
        retained: 0,
        settle: 0,
      },
    });
    const after = await counted(http, token);
    return {
      ...figures,
      looks: (after.looks - before.looks) / (warmup + seconds),
      fired: after.fired - before.fired,
      lag: after.lag,
    };
  } finally {
    await child.stop();
    rmSync(own, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
/** What the server has counted of rules so far. */
async function counted(http: number, token: string): Promise<{ looks: number; fired: number; lag: number }> {
  const answer = await fetch(`http://127.0.0.1:${http}/metrics`, { headers: { Authorization: `Token ${token}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`);
  const of = (name: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${name} `))
        ?.split(" ")[1] ?? 0,
    );
  return {
    looks: of("fieldcast_rule_looks_total"),
    fired: of('fieldcast_rules_total{what="fired"}'),
    lag: of('fieldcast_consumer_lag_rows{consumer="rules"}'),
  };
}

const ROWS = [
  ["p50", "PUBACK p50", "ms"],
  ["p99", "PUBACK p99", "ms"],
  ["delivery50", "delivery p50", "ms"],
  ["acknowledged", "acknowledged publishes/s", "number"],
  ["serverCpu", "CPU of the server", "cores"],
  ["looks", "looks at rules/s", "number"],
  ["fired", "fired in a run", "number"],
  ["lag", "rows that rules were behind at the end", "number"],
] as const;

try {
  if (taskset === null) say("There is no taskset here: the server is not held to one core.");
  const found: [without: Figures[], beside: Figures[]] = [[], []];
  for (let i = 0; i < runs; i++)
    for (const [which, count] of [0, rules].entries()) {
      say(`run ${i + 1} of ${runs}, ${count} rules`);
      found[which]?.push(await run(`run-${i}-${which}`, count));
    }
  const middle = (of: readonly Figures[], key: string) => median(of.map((one) => one[key] ?? Number.NaN));
  const title = `${rate} measurements/s, QoS 1, ${publishers} publishers`;
  process.stdout.write(`| ${title} | no rules | ${rules} rules | ratio |\n|---|---|---|---|\n`);
  for (const [key, label, unit] of ROWS) {
    const [without, beside] = [middle(found[0], key), middle(found[1], key)];
    const ratio = without > 0 ? `${(beside / without).toFixed(2)}×` : "–";
    process.stdout.write(`| ${label} | ${print(without, unit)} | ${print(beside, unit)} | ${ratio} |\n`);
  }
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
