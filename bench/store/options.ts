/** The flags of the store's bench. */
import { parseArgs } from "node:util";
import { choose } from "../choose.ts";
import { ENGINES, SCENARIOS } from "./catalogue.ts";
import type { EngineKind } from "./engine.ts";
import type { StoreScenario } from "./scenarios/scenario.ts";
import { DEFAULT_VOLUME, FULL_VOLUME, QUICK_VOLUME, type StoreVolume, VOLUME_FLAGS, volumeFrom } from "./volume.ts";

export interface Options {
  readonly scenarios: readonly StoreScenario[];
  readonly engines: readonly EngineKind[];
  readonly volume: StoreVolume;
  readonly runs: number;
  /** Folder for the engines' files. */
  readonly folder: string;
  /** File for the figures of every run, or undefined. */
  readonly json: string | undefined;
}

export const HELP = `npm run bench:store -- [flags]

  --only LIST       scenarios, with commas: ${SCENARIOS.map(({ id }) => id).join(", ")}
  --engines LIST    engines, with commas: ${ENGINES.map(({ name }) => name).join(", ")}
  --runs N          runs of each, of which the table shows the median (1)
  --quick           a smoke run: little data
  --full            half a billion measurements in fieldcast, longer clocks
  --json FILE       write the figures of every run
  --folder DIR      where the engines keep their files while they run (.cache/bench); should be a real disk
  how much data:    ${Object.entries(DEFAULT_VOLUME)
    .map(([name, value]) => `--${name} ${value}`)
    .join("  ")}

Example: npm run bench:store -- --only history,year --engines fieldcast`;

/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[]): Options | undefined {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: "string" },
      engines: { type: "string" },
      runs: { type: "string", default: "1" },
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      json: { type: "string" },
      folder: { type: "string", default: ".cache/bench" },
      help: { type: "boolean", default: false, short: "h" },
      ...VOLUME_FLAGS,
    },
  });
  if (values.help) return undefined;
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs must be a whole number above zero, not ${values.runs}`);
  return {
    scenarios: choose("only", values.only, SCENARIOS, ({ id }) => id),
    engines: choose("engines", values.engines, ENGINES, ({ name }) => name),
    volume: volumeFrom(values.quick ? QUICK_VOLUME : values.full ? FULL_VOLUME : DEFAULT_VOLUME, values),
    runs,
    folder: values.folder,
    json: values.json,
  };
}
