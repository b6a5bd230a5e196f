/** The flags of the bench of noisy neighbours. */
import { parseArgs } from "node:util";
import { choose } from "../choose.ts";
import type { Disturber } from "./disturber.ts";
import { DISTURBERS } from "./disturbers/all.ts";

export interface NeighbourOptions {
  readonly disturbers: readonly Disturber[];
  /** Seconds of each measurement, of which there are two for each disturber: alone, and beside it. */
  readonly seconds: number;
  /** Messages a second of the steady publisher. */
  readonly rate: number;
  readonly devices: number;
  readonly folder: string;
  readonly json: string | undefined;
}

export const HELP = `npm run bench:neighbours -- [flags]

  --only LIST    disturbers, with commas: ${DISTURBERS.map(({ id }) => id).join(", ")}
  --quick        a smoke run: 1,000 devices, a second each
  --devices N    devices of other accounts (100000)
  --rate N       messages a second of the steady publisher (200)
  --seconds N    of each measurement (8)
  --json FILE    write the figures
  --folder DIR   where the server keeps its files while it runs (.cache/bench); should be a real disk`;

/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[]): NeighbourOptions | undefined {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: argv,
    options: {
      only: text,
      quick: { type: "boolean", default: false },
      devices: text,
      rate: text,
      seconds: text,
      json: text,
      folder: { ...text, default: ".cache/bench" },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return undefined;
  const number = (name: "devices" | "rate" | "seconds", base: number): number => {
    const value = Number(values[name] ?? base);
    if (value > 0 && Number.isInteger(value)) return value;
    throw new Error(`--${name} must be a whole number above zero, not ${values[name]}`);
  };
  return {
    disturbers: choose("only", values.only, DISTURBERS, ({ id }) => id),
    devices: number("devices", values.quick ? 1000 : 100_000),
    rate: number("rate", 200),
    seconds: number("seconds", values.quick ? 1 : 8),
    folder: values.folder,
    json: values.json,
  };
}
