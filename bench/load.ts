/**
 * The load program: one scenario against one server, its figures as one line of JSON. Runs as a process of its own, so that it
 * shares no event loop with the server.
 *
 *   bun bench/load.ts fan-in-qos0 --port 1883 [--host …] [--transport tcp|tls|websocket [--ca FILE]] [--mqtt 3.1.1|5] [--username … --password …] [--seconds …] …
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Transport } from "./load/client.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { LoadOptions } from "./scenarios/scenario.ts";
import { DEFAULT_VOLUME, VOLUME_FLAGS, volumeFrom } from "./volume.ts";

const ids = SCENARIOS.map((scenario) => scenario.id).join(", ");

function transportFrom(name: string): Transport {
  if (name === "tcp" || name === "tls" || name === "websocket") return name;
  throw new Error("--transport must be tcp, tls or websocket");
}

function optionsFrom(flags: Readonly<Record<string, unknown>>): LoadOptions {
  const text = (name: string, otherwise: string) => String(flags[name] ?? otherwise);
  const port = Number(text("port", "1883"));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error("--port must be 1 to 65535");
  const others = text("other-ports", "").split(",").filter(Boolean).map(Number);
  const pids = text("server-pid", "").split(",").filter(Boolean).map(Number);
  const username = flags.username === undefined ? undefined : String(flags.username);
  return {
    ...volumeFrom(DEFAULT_VOLUME, flags),
    target: {
      host: text("host", "127.0.0.1"),
      port,
      others,
      transport: transportFrom(text("transport", "tcp")),
      ca: flags.ca === undefined ? undefined : readFileSync(String(flags.ca), "utf8"),
      version: text("mqtt", "3.1.1") === "5" ? 5 : 4,
      login: username === undefined ? undefined : { username, password: text("password", username) },
    },
    publishPrefix: text("publish-prefix", "dtck"),
    subscribePrefix: text("subscribe-prefix", "dtck"),
    serverPid: pids.length > 1 ? pids : pids[0],
  };
}

try {
  const own = [
    "host",
    "port",
    "other-ports",
    "transport",
    "ca",
    "mqtt",
    "username",
    "password",
    "publish-prefix",
    "subscribe-prefix",
    "server-pid",
  ];
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...VOLUME_FLAGS, ...Object.fromEntries(own.map((name) => [name, { type: "string" as const }])) },
  });
  const scenario = SCENARIOS.find((candidate) => candidate.id === positionals[0]);
  if (!scenario) throw new Error(`the first argument must be a scenario: ${ids}`);
  const figures = await scenario.load(optionsFrom(values));
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
