import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, onlyTcp, prefixes, type Server, startProcess } from "./server.ts";

/** The program itself: Debian's /usr/sbin/rabbitmq-server changes user and folder. */
const PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/** The Erlang machine that its start script runs. */
function machineOf(script: number): number {
  const children = Bun.spawnSync(["pgrep", "--parent", String(script)])
    .stdout.toString()
    .split("\n");
  for (const child of children.map(Number).filter(Boolean)) {
    const name = readFileSync(`/proc/${child}/comm`, "utf8").trim();
    if (name === "beam.smp") return child;
    const below = machineOf(child);
    if (below !== child) return below;
  }
  return script;
}

/** A durable queue that everything published goes to: without one nothing would be stored. The oldest go, so that it does not grow. */
const DEFINITIONS = {
  vhosts: [{ name: "/" }],
  users: [{ name: "guest", password: "guest", tags: "administrator" }],
  permissions: [{ user: "guest", vhost: "/", configure: ".*", write: ".*", read: ".*" }],
  queues: [
    {
      name: "stored",
      vhost: "/",
      durable: true,
      auto_delete: false,
      arguments: { "x-queue-mode": "lazy", "x-max-length": 1_000_000 },
    },
  ],
  bindings: [
    {
      source: "amq.topic",
      vhost: "/",
      destination: "stored",
      destination_type: "queue",
      routing_key: "#",
      arguments: {},
    },
  ],
};

/** RabbitMQ's MQTT plugin: PUBACK after the confirmation that the message is in a durable queue on the disk. */
export const rabbitmq: Server = {
  name: "rabbitmq",
  describe: () => {
    if (!existsSync(PROGRAM)) throw new Error("rabbitmq is not installed (on Debian: apt install rabbitmq-server)");
    const shown = Bun.spawnSync(["dpkg-query", "--status", "rabbitmq-server"]).stdout.toString();
    return `rabbitmq ${/^Version: ([\d.]+)/m.exec(shown)?.[1] ?? "of unknown version"} with a durable queue`;
  },
  cannot: onlyTcp,
  start: async (folder, needs) => {
    const port = await freePort();
    const definitions = join(folder, "definitions.json");
    const plugins = join(folder, "enabled_plugins");
    const config = join(folder, "rabbitmq.conf");
    mkdirSync(join(folder, "home"));
    writeFileSync(definitions, JSON.stringify(DEFINITIONS));
    writeFileSync(plugins, "[rabbitmq_mqtt].\n");
    const lines = [
      "listeners.tcp = none",
      `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`,
      "mqtt.allow_anonymous = true",
      "mqtt.prefetch = 65535",
      "log.console = true",
      "log.console.level = error",
      `load_definitions = ${definitions}`,
    ];
    writeFileSync(config, `${lines.join("\n")}\n`);
    const env = {
      HOME: join(folder, "home"),
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
      RABBITMQ_LOG_BASE: join(folder, "log"),
      RABBITMQ_NODENAME: `bench${port}@localhost`,
      RABBITMQ_DIST_PORT: String(await freePort()),
      ERL_EPMD_PORT: String(await freePort()),
      ERL_EPMD_ADDRESS: "127.0.0.1",
    };
    const command = ["env", ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
    const child = await startProcess([...command, PROGRAM], folder, port);
    const stop = async () => {
      await child.stop();
      // Erlang's register of names stays behind as a daemon
      Bun.spawnSync(["epmd", "-port", env.ERL_EPMD_PORT, "-kill"]);
    };
    return { pid: machineOf(child.pid), stop, port, login: undefined, ...prefixes(needs, "dtck") };
  },
};
