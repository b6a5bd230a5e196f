/** The runner's flags. */
import { parseArgs } from "node:util";
import { choose } from "./choose.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import { GROUPS, type Scenario, type Volume } from "./scenarios/scenario.ts";
import { aedes } from "./servers/aedes.ts";
import {
  fieldcast,
  fieldcastFormulas,
  fieldcastNodes,
  fieldcastPostgres,
  fieldcastReplicated,
} from "./servers/fieldcast.ts";
import { mosquitto } from "./servers/mosquitto.ts";
import { nats } from "./servers/nats.ts";
import { rabbitmq } from "./servers/rabbitmq.ts";
import type { Server } from "./servers/server.ts";
import { DEFAULT_VOLUME, FULL_VOLUME, QUICK_VOLUME, VOLUME_FLAGS, volumeFrom } from "./volume.ts";

export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly servers: readonly Server[];
  readonly volume: Volume;
  readonly runs: number;
  readonly mqtt: "3.1.1" | "5";
  /** Folder for the servers' files. */
  readonly folder: string;
  /** File for the figures of every run, or undefined. */
  readonly json: string | undefined;
}

const SERVERS: readonly Server[] = [
  fieldcast,
  fieldcastFormulas,
  fieldcastPostgres,
  fieldcastReplicated,
  fieldcastNodes,
  mosquitto,
  aedes,
  rabbitmq,
  nats,
];
/** Those that store before they acknowledge take longer, and must be installed: they run when they are named. */
const USUAL = [fieldcast, mosquitto, aedes];

function inGroup(group: string): string {
  return SCENARIOS.filter((scenario) => scenario.group === group)
    .map((scenario) => scenario.id)
    .join(", ");
}

export const HELP = `npm run bench -- [flags]

${GROUPS.map((group) => `  --group ${group.padEnd(10)}${inGroup(group)}`).join("\n")}
  --only LIST       scenarios, with commas
  --servers LIST    servers, with commas, of ${SERVERS.map((server) => server.name).join(", ")}
                    (${USUAL.map((server) => server.name).join(", ")})
  --runs N          runs of each, of which the table shows median, least and most (3; with --quick 1)
  --quick           a smoke run: little load, short clocks
  --full            longer clocks, and thirteen thousand connections
  --mqtt VERSION    3.1.1 (default) or 5
  --json FILE       write the figures of every run
  --folder DIR      where the servers keep their files while they run (.cache/bench); should be a real disk
  how much load:    ${Object.entries(DEFAULT_VOLUME)
    .map(([name, value]) => `--${name} ${value}`)
    .join("  ")}

Example: npm run bench -- --only fan-in-qos1 --servers fieldcast,mosquitto --runs 5`;

/** Those of the groups and those that are named; all of them when neither is given. */
function chooseScenarios(only: string | undefined, group: string | undefined): Scenario[] {
  if (group === undefined) return choose("only", only, SCENARIOS, (scenario) => scenario.id);
  const groups = new Set<string>(choose("group", group, GROUPS, (name) => name));
  const named = only === undefined ? [] : choose("only", only, SCENARIOS, (scenario) => scenario.id);
  return SCENARIOS.filter((scenario) => groups.has(scenario.group) || named.includes(scenario));
}

/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[]): Options | undefined {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: "string" },
      group: { type: "string" },
      servers: { type: "string" },
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      mqtt: { type: "string", default: "3.1.1" },
      json: { type: "string" },
      folder: { type: "string", default: ".cache/bench" },
      help: { type: "boolean", default: false, short: "h" },
      ...VOLUME_FLAGS,
    },
  });
  if (values.help) return undefined;
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs must be a whole number above zero, not ${values.runs}`);
  if (values.mqtt !== "3.1.1" && values.mqtt !== "5") throw new Error(`--mqtt must be 3.1.1 or 5, not ${values.mqtt}`);
  return {
    scenarios: chooseScenarios(values.only, values.group),
    servers: values.servers === undefined ? USUAL : choose("servers", values.servers, SERVERS, (server) => server.name),
    volume: volumeFrom(values.quick ? QUICK_VOLUME : values.full ? FULL_VOLUME : DEFAULT_VOLUME, values),
    runs,
    mqtt: values.mqtt,
    folder: values.folder,
    json: values.json,
  };
}
