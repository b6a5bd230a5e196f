/**
 * `npm run campaign:bridges [-- --seconds 600 --rate 1000]`: a remote is away while messages for it are published at a rate. Memory must stay flat, and when it is
 * there again all must come, in order. Prints a line each half minute, and ends with 1 when a promise is broken.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { mqttJs } from "../run/clients.ts";
import { startServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Remote } from "./remote.ts";
import { ADMIN, BRIDGED, Bridges, FLAGS, forward } from "./rig.ts";

/** MiB that the server may grow between the first sample and the last. */
const MOST_GROWTH = 64;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "600" }, rate: { type: "string", default: "1000" } },
});
const [seconds, rate] = [Number(values.seconds), Number(values.rate)];
const say = (text: string) => process.stdout.write(`${text}\n`);
const server = await startServer({ fleet: BRIDGED, flags: FLAGS });
const remote = await new Remote(["max_inflight_messages 1000"]).start();
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
let isGood = true;
try {
  const bridges = new Bridges(server);
  const ear = await mqtt.connectAsync(remote.url, {
    clientId: "ear",
    clean: false,
    protocolVersion: 5,
    reconnectPeriod: 200,
    properties: { sessionExpiryInterval: 100_000 },
  });
  let [next, doubled, lost] = [0, 0, 0];
  ear.on("message", (_, payload) => {
    const n = Number(payload.toString());
    if (n < next) doubled++;
    else {
      lost += n - next;
      next = n + 1;
    }
  });
  await ear.subscribeAsync("up/#", { qos: 1 });
  const broker = await bridges.make("away", [remote.url], [forward("up/#", "out")]);
  await bridges.becomes(broker, "connected");
  await remote.stop();
  const here = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, ADMIN);
  const begun = performance.now();
  const samples: number[] = [];
  let sent = 0;
  for (let second = 0; second < seconds; second++) {
    await Promise.all(Array.from({ length: rate }, () => here.client.publishAsync("up/a", String(sent++), { qos: 1 })));
    if (second % 30 === 29 || second === seconds - 1) {
      samples.push(memory());
      const { lag_rows } = await bridges.ask("GET", `/${broker}`);
      say(`${second + 1} s: ${sent} sent, ${lag_rows} wait, ${samples.at(-1)?.toFixed(0)} MiB`);
    }
    const due = begun + (second + 1) * 1000 - performance.now();
    if (due > 0) await Bun.sleep(due);
  }
  await remote.start();
  const back = performance.now();
  await bridges.ask("POST", `/${broker}/test`);
  await until("all came", () => next === sent, 60_000 + sent);
  const growth = Math.max(...samples) - (samples[0] ?? 0);
  const took = (performance.now() - back) / 1000;
  say(
    `all ${sent} came within ${took.toFixed(1)} s: ${lost} lost, ${doubled} doubled; memory grew by ${growth.toFixed(0)} MiB, then ${memory().toFixed(0)} MiB`,
  );
  isGood = lost === 0 && growth < MOST_GROWTH;
  await Promise.all([ear.endAsync(true), here.end()]);
} finally {
  await remote.remove();
  await server.remove();
}
process.exitCode = isGood ? 0 : 1;
