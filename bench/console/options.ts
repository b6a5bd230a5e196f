/** The flags of the bench of the console. */
import { parseArgs } from "node:util";

export interface ConsoleOptions {
  readonly devices: number;
  /** Publishes a second. */
  readonly rate: number;
  /** Of each measurement. */
  readonly seconds: number;
  /** How much slower the phone's processor is. */
  readonly slower: number;
}

export const HELP = `npm run bench:console -- [flags]

  --devices N    in the list (10000)
  --rate N       changes a second, over all devices (2000)
  --seconds N    of each measurement (10)
  --slower N     how many times slower the phone's processor is (4)`;

/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[]): ConsoleOptions | undefined {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const { values } = parseArgs({
    args: argv,
    options: {
      devices: text("10000"),
      rate: text("2000"),
      seconds: text("10"),
      slower: text("4"),
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return undefined;
  const number = (name: "devices" | "rate" | "seconds" | "slower"): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(`--${name}: ${values[name]} is not a whole number of 1 or more`);
  };
  return { devices: number("devices"), rate: number("rate"), seconds: number("seconds"), slower: number("slower") };
}
