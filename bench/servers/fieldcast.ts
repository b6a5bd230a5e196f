import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ownPackage from "../../package.json";
import { DEVICES, type Needs } from "../scenarios/scenario.ts";
import type { Certificate } from "./certificate.ts";
import { postgresPrograms, startPostgres, startReplicated } from "./postgres.ts";
import { freePort, prefixes, type RunningServer, type Server, startProcess } from "./server.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

/** One product with the devices that the load names, and one API user that may record and hear all of them. */
function fleet(token: string, { topics, retainedFields = 0 }: Needs, more: readonly string[]): string {
  const fields = [...Array.from({ length: retainedFields }, (_, i) => `{ id: F${i}, type: NUMERIC }`), ...more];
  return `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: bench
        name: Bench
        retain_last_values: ${retainedFields > 0}
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C" }
${fields.map((field) => `          - ${field}\n`).join("")}        devices:
          - { id: "dev{0..${DEVICES - 1}}", name: "Device {n}" }
    api_users:
      - name: load program
        token: ${token}
        rights:
          - { devices: all, can: [view, record_measurements] }
${topics === "free" ? '          - { free_topics: ["#"], can: [publish, subscribe] }\n' : ""}`;
}

/** The flags that open the one listener that is needed. */
function listener(port: number, { transport }: Needs, { certFile, keyFile }: Certificate): string[] {
  const wanted = { tcp: "mqtt", tls: "mqtts", websocket: "http" }[transport];
  const flags = ["mqtt", "mqtts", "http", "https", "wss"].flatMap((name) => [
    `--${name}`,
    name === wanted ? `127.0.0.1:${port}` : "off",
  ]);
  return transport === "tls" ? [...flags, "--tls-cert", certFile, "--tls-key", keyFile] : flags;
}

/** @param flags further ones of `serve` @param more further fields, as a fleet file has them */
async function begin(
  folder: string,
  needs: Needs,
  certificate: Certificate,
  flags: readonly string[],
  more: readonly string[] = [],
  token = randomBytes(20).toString("hex"),
): Promise<RunningServer> {
  const port = await freePort();
  const fleetFile = join(folder, "fleet.yaml");
  writeFileSync(fleetFile, fleet(token, needs, more), { mode: 0o600 });
  const command = [process.execPath, MAIN, "serve", "--data", join(folder, "data"), "--apply", fleetFile, ...flags];
  // as for Mosquitto: no window narrower than the protocol's, so that throughput is measured, not round trips
  command.push("--outbound-window", "65000", "--max-queued-messages", "10000000");
  command.push("--max-queued-bytes", "1 GiB");
  if (needs.topics === "free") command.push("--free-topics", "on");
  command.push(...listener(port, needs, certificate));
  const child = await startProcess(command, folder, port, (line) => line.startsWith("ready"));
  const login = { username: token, password: token };
  return { ...child, port, login, ...prefixes(needs, "dtck-pub") };
}
function version(): string {
  if (!existsSync(MAIN)) throw new Error("src/cli/main.ts is missing");
  return `fieldcast ${ownPackage.version}`;
}

/** This server as it is shipped: login, rights, validation, every measurement stored before it is acknowledged. */
export const fieldcast: Server = {
  name: "fieldcast",
  describe: version,
  start: (folder, needs, certificate) => begin(folder, needs, certificate, []),
};

/** Computed from each measurement: one by itself, one over a window, one from the first. */
const FORMULAS = [
  '{ id: FAHRENHEIT, type: NUMERIC, formula: "TEMPERATURE * 1.8 + 32" }',
  `{ id: MEAN, type: NUMERIC, formula: 'average(TEMPERATURE, "10m")' }`,
  '{ id: WARM, type: BOOL, formula: "FAHRENHEIT > 80" }',
];
/** The same, which computes three fields from each measurement and stores them (docs/formulas.md). */
export const fieldcastFormulas: Server = {
  name: "fieldcast-formulas",
  describe: () => `${version()}, ${FORMULAS.length} formulas`,
  start: (folder, needs, certificate) => begin(folder, needs, certificate, [], FORMULAS),
};

/** @param nodes so many servers on it, in folders of their own @param flags of each */
async function beginOn(
  store: { readonly address: string; stop(): Promise<void> },
  nodes: number,
  start: (index: number, flags: readonly string[]) => Promise<RunningServer>,
  flags: readonly string[] = [],
): Promise<RunningServer> {
  const running: RunningServer[] = [];
  const stop = async (): Promise<void> => {
    for (const one of running) await one.stop();
    await store.stop();
  };
  try {
    for (let i = 0; i < nodes; i++) running.push(await start(i, ["--store", store.address, ...flags]));
    const [first, ...others] = running as [RunningServer, ...RunningServer[]];
    return { ...first, others, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
const onPostgres = () => `${version()} on PostgreSQL ${postgresPrograms().version}`;

/** The same with its data in a PostgreSQL of its own on the same machine, without a standby. */
export const fieldcastPostgres: Server = {
  name: "fieldcast-postgres",
  describe: onPostgres,
  start: async (folder, needs, certificate) =>
    beginOn(await startPostgres(folder), 1, (_, flags) => begin(folder, needs, certificate, flags)),
};

/** With two standbys, one of which has each commit before it is acknowledged. */
export const fieldcastReplicated: Server = {
  name: "fieldcast-replicated",
  describe: () => `${onPostgres()} with two standbys`,
  start: async (folder, needs, certificate) =>
    beginOn(await startReplicated(folder), 1, (_, flags) => begin(folder, needs, certificate, flags)),
};

const NODES = 3;
/** Three servers on one PostgreSQL with two standbys, which share the connections of the load. */
export const fieldcastNodes: Server = {
  name: "fieldcast-nodes",
  describe: () => `${onPostgres()} with two standbys, ${NODES} servers`,
  start: async (folder, needs, certificate) => {
    const token = randomBytes(20).toString("hex");
    const one = (i: number, flags: readonly string[]) => {
      const own = join(folder, `node${i}`);
      mkdirSync(own);
      return begin(own, needs, certificate, flags, [], token);
    };
    return beginOn(await startReplicated(folder), NODES, one, ["--cluster", "on"]);
  },
};
