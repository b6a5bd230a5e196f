/** The flags of benches that send requests. */
import { parseArgs } from "node:util";
import { choose } from "../choose.ts";
import type { HttpScenario } from "./scenarios.ts";

/** How much load; every number is a flag. */
export interface HttpVolume {
  /** Seconds of load before the clock starts, and of the clock. */
  readonly warmup: number;
  readonly seconds: number;
  /** Kept connections, each with one request in flight. */
  readonly connections: number;
  readonly devices: number;
  /** Times that the whole list is read. */
  readonly passes: number;
}
const DEFAULT_VOLUME: HttpVolume = { warmup: 2, seconds: 8, connections: 32, devices: 10_000, passes: 10 };
/** A smoke run: shows that everything works, not how fast. */
const QUICK_VOLUME: HttpVolume = { ...DEFAULT_VOLUME, warmup: 0.2, seconds: 0.5, passes: 1 };
const NAMES = Object.keys(DEFAULT_VOLUME) as (keyof HttpVolume)[]; // the literal above has exactly these keys

export interface HttpOptions {
  readonly scenarios: readonly HttpScenario[];
  readonly volume: HttpVolume;
  readonly runs: number;
  /** Folder for the server's files. */
  readonly folder: string;
  /** File for the figures of every run, or undefined. */
  readonly json: string | undefined;
}

/** What --help says. @param name of the program in package.json */
export function helpOf(name: string, scenarios: readonly HttpScenario[]): string {
  return `npm run ${name} -- [flags]

  --only LIST       scenarios, with commas: ${scenarios.map(({ id }) => id).join(", ")}
  --runs N          runs of each, of which the table shows the median (3)
  --quick           a smoke run: half a second each
  --json FILE       write the figures of every run
  --folder DIR      where the server keeps its files while it runs (.cache/bench); should be a real disk
  how much load:    ${Object.entries(DEFAULT_VOLUME)
    .map(([name, value]) => `--${name} ${value}`)
    .join("  ")}`;
}

/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[], scenarios: readonly HttpScenario[]): HttpOptions | undefined {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: "string" },
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      folder: { type: "string", default: ".cache/bench" },
      help: { type: "boolean", default: false, short: "h" },
      ...Object.fromEntries(NAMES.map((name) => [name, { type: "string" as const }])),
    },
  });
  if (values.help === true) return undefined;
  const given: Readonly<Record<string, unknown>> = values;
  const number = (name: string, base: number, whole: boolean): number => {
    const value = given[name] === undefined ? base : Number(given[name]);
    if (value > 0 && (!whole || Number.isInteger(value))) return value;
    throw new Error(`--${name} must be a ${whole ? "whole " : ""}number above zero, not ${given[name]}`);
  };
  const text = (name: string): string | undefined => (typeof given[name] === "string" ? given[name] : undefined);
  const base = values.quick === true ? QUICK_VOLUME : DEFAULT_VOLUME;
  return {
    scenarios: choose("only", text("only"), scenarios, ({ id }) => id),
    volume: {
      warmup: number("warmup", base.warmup, false),
      seconds: number("seconds", base.seconds, false),
      connections: number("connections", base.connections, true),
      devices: number("devices", base.devices, true),
      passes: number("passes", base.passes, true),
    },
    runs: number("runs", values.quick === true ? 1 : 3, true),
    folder: text("folder") ?? ".cache/bench",
    json: text("json"),
  };
}
