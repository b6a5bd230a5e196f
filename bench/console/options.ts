/** The flags of the bench of the console. */
import { parseArgs } from "node:util";

const NUMBERS = {
  devices: { usual: 10_000, least: 1, says: "in the list" },
  rate: { usual: 2000, least: 1, says: "changes a second, over all devices" },
  seconds: { usual: 10, least: 1, says: "of each count of frames" },
  rounds: { usual: 7, least: 1, says: "of each state, for what watching costs the server" },
  period: { usual: 4, least: 1, says: "seconds of a state in each round" },
  slower: { usual: 4, least: 1, says: "how many times slower the phone's processor is" },
  rtt: { usual: 40, least: 0, says: "ms from the phone's request to its answer; 0: no line of a phone at all" },
  mbit: { usual: 10, least: 1, says: "Mbit/s of the phone's line" },
  visits: { usual: 5, least: 1, says: "of each page" },
} as const;
type Name = keyof typeof NUMBERS;

export const PARTS = ["frames", "cost", "phone"] as const;
type Part = (typeof PARTS)[number];

export interface ConsoleOptions extends Readonly<Record<Name, number>> {
  readonly parts: readonly Part[];
}

const names = Object.keys(NUMBERS) as Name[]; // its own keys

export const HELP = `npm run bench:console -- [flags]

  --only PARTS   ${PARTS.join(", ")}: with commas; all when absent
${names.map((name) => `  ${`--${name} N`.padEnd(14)} ${NUMBERS[name].says} (${NUMBERS[name].usual})`).join("\n")}`;

/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[]): ConsoleOptions | undefined {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const numbers = Object.fromEntries(names.map((name) => [name, text(String(NUMBERS[name].usual))])) as Record<
    Name,
    { type: "string"; default: string }
  >; // each of them
  const { values } = parseArgs({
    args: argv,
    options: { ...numbers, only: text(PARTS.join(",")), help: { type: "boolean", default: false, short: "h" } },
  });
  if (values.help) return undefined;
  const number = (name: Name): number => {
    const value = Number(values[name]);
    const { least } = NUMBERS[name];
    if (Number.isInteger(value) && value >= least) return value;
    throw new Error(`--${name}: ${values[name]} is not a whole number of ${least} or more`);
  };
  const parts = String(values.only).split(",");
  const wrong = parts.find((part) => !PARTS.some((one) => one === part));
  if (wrong !== undefined) throw new Error(`--only: there is no part ${wrong}, but ${PARTS.join(", ")}`);
  const all = Object.fromEntries(names.map((name) => [name, number(name)])) as Record<Name, number>; // each of them
  return { ...all, parts: PARTS.filter((part) => parts.includes(part)) };
}
