/** `npm run bench:bridges`: messages a second through a bridge to a Mosquitto, each way: fieldcast's, which stores them, beside Mosquitto's own. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Target } from "../load/client.ts";
import { messageOf, say, scratchFolder } from "../program.ts";
import { freePort, startProcess } from "../servers/server.ts";
import { median } from "../table.ts";
import { flow } from "./flow.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");
const TOKEN = "0b".repeat(20);
const MOSQUITTO = Bun.which("mosquitto") ?? "/usr/sbin/mosquitto";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "20000" },
    rounds: { type: "string", default: "3" },
    data: { type: "string", default: "." },
  },
});
const count = Number(values.messages);
const rounds = Number(values.rounds);
const folder = scratchFolder(values.data, "fieldcast-bench-bridges-");
const stops: (() => Promise<void>)[] = [];

async function mosquitto(name: string, more: (port: number) => readonly string[] = () => []): Promise<Target> {
  const port = await freePort();
  mkdirSync(join(folder, name));
  const own = ["allow_anonymous true", "log_dest none", "max_inflight_messages 1000", "max_queued_messages 1000000"];
  const root = process.getuid?.() === 0 ? ["user root"] : [];
  const config = join(folder, `${name}.conf`);
  writeFileSync(config, [`listener ${port} 127.0.0.1`, ...own, ...root, ...more(port), ""].join("\n"));
  const child = await startProcess([MOSQUITTO, "-c", config], join(folder, name), port);
  stops.push(child.stop);
  return targetOf(port);
}
const targetOf = (port: number, login?: Target["login"]): Target => ({
  ...{ host: "127.0.0.1", port, transport: "tcp", ca: undefined, version: 5, login },
});

/** fieldcast with its bridge to a remote. */
async function ours(remote: Target): Promise<Target> {
  const port = await freePort();
  const fleet = join(folder, "fleet.yaml");
  writeFileSync(
    fleet,
    `workspaces:
  - slug: bench
    name: Bench
    api_users: [{ name: load, token: ${TOKEN}, rights: [{ free_topics: ["#"], can: [publish, subscribe] }] }]
    brokers:
      - name: remote
        addresses: ["mqtt://127.0.0.1:${remote.port}"]
        account: load
        routes:
          - { direction: forward, pattern: "out/#", way: out, qos: 1 }
          - { direction: forward, pattern: "in/#", way: in, qos: 1 }
`,
  );
  const off = ["mqtts", "http", "https", "wss"].flatMap((name) => [`--${name}`, "off"]);
  const command = [process.execPath, MAIN, "serve", "--data", join(folder, "data"), "--apply", fleet, "--free-topics"];
  command.push("--mqtt", `127.0.0.1:${port}`, "--allow-outgoing", "127.0.0.1", "--outbound-window", "65000", ...off);
  const connected = (line: string) => line.includes("an external broker is connected");
  const child = await startProcess(command, folder, port, connected);
  stops.push(child.stop);
  return targetOf(port, { username: TOKEN, password: TOKEN });
}

try {
  const [far, other] = [await mosquitto("far"), await mosquitto("other")];
  const near = await mosquitto("near", () => [
    ...["connection bridge", `address 127.0.0.1:${other.port}`, "bridge_protocol_version mqttv50"],
    ...["topic out/# out 1", "topic in/# in 1", "notifications false", "bridge_attempt_unsubscribe false"],
  ]);
  const pairs = [
    ["fieldcast, storing", await ours(far), far],
    ["mosquitto", near, other],
  ] as const;
  const ways = [
    ["out", (here: Target, there: Target) => [here, there]],
    ["in", (here: Target, there: Target) => [there, here]],
  ] as const;
  const found = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++)
    for (const [way, ends] of ways)
      for (const [name, here, there] of pairs) {
        const [from, to] = ends(here, there) as [Target, Target]; // two of them
        // the first round is for warming up
        const rate = await flow(
          from,
          to,
          [`${way}/${round}`, `${way}/${round}`],
          round === 0 ? Math.min(count, 5000) : count,
        );
        if (round > 0) found.set(`${way} ${name}`, [...(found.get(`${way} ${name}`) ?? []), rate]);
      }
  const rateOf = (way: string, name: string) => Math.round(median(found.get(`${way} ${name}`) ?? []));
  process.stdout.write(
    "| QoS 1, 60 bytes | fieldcast, storing | Mosquitto's own bridge | ratio |\n|---|---|---|---|\n",
  );
  for (const way of ["out", "in"]) {
    const [own, theirs] = [rateOf(way, "fieldcast, storing"), rateOf(way, "mosquitto")];
    process.stdout.write(`| ${way} | ${own} messages/s | ${theirs} messages/s | ${(own / theirs).toFixed(2)} |\n`);
  }
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}
