/** `npm run bench:scale`: what a fleet costs at ten times the size, and ten times that. */
import { parseArgs } from "node:util";
import type { Figures } from "../load/measure.ts";
import { describeMachine } from "../machine.ts";
import { messageOf, runProgram, say, scratchFolder } from "../program.ts";
import { median, print } from "../table.ts";
import { FIELDS } from "./fleet.ts";
import { emptyBytes, measure } from "./measure.ts";
import type { Row } from "../scenarios/scenario.ts";

const SIZES = [10_000, 100_000, 1_000_000];
const ROWS: readonly (Row & { readonly aim: string })[] = [
  { key: "start", label: "start after SIGKILL, until ready", unit: "seconds", aim: "3 s" },
  { key: "memory", label: "memory after that start", unit: "bytes", aim: "350 MB" },
  { key: "apply", label: "first start with `--apply`, until ready", unit: "seconds", aim: "5 s" },
  { key: "perDevice", label: "memory per device, before it measures anything", unit: "bytes", aim: "" },
  { key: "perSeries", label: "memory that the first value of a series adds", unit: "bytes", aim: "" },
  { key: "record", label: "first values recorded/s, in batches of a device", unit: "number", aim: "" },
  { key: "list", label: "a page of 100 devices, p50", unit: "ms", aim: "" },
  { key: "search", label: "a search that finds one device, p50", unit: "ms", aim: "" },
  { key: "show", label: "one device with its current values, p50", unit: "ms", aim: "" },
  { key: "export", label: "an export of the value of every series, to its end", unit: "seconds", aim: "" },
  { key: "subscribe", label: "SUBACK of a subscription to everything", unit: "ms", aim: "" },
];

const HELP = `npm run bench:scale -- [flags]

  --series LIST   how many series, ${FIELDS} a device (${SIZES.join(",")})
  --runs N        runs of each size, of which the table shows the median (1)
  --folder DIR    where the server keeps its files while it runs (.cache/bench); should be a real disk

The aims stand for the largest size. The last column is how the figure grows for ten times as many series:
1× does not grow, 10× is in proportion.`;

interface Options {
  readonly series: readonly number[];
  readonly runs: number;
  readonly folder: string;
}
/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[]): Options | undefined {
  const { values } = parseArgs({
    args: argv,
    options: {
      series: { type: "string", default: SIZES.join(",") },
      runs: { type: "string", default: "1" },
      folder: { type: "string", default: ".cache/bench" },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return undefined;
  const number = (name: string, text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(`--${name}: ${text} is not a whole number above zero`);
  };
  const series = values.series.split(",").map((text) => number("series", text.trim()));
  return { series: series.sort((a, b) => a - b), runs: number("runs", values.runs), folder: values.folder };
}

/** One line for each figure: its medians by size, how it grows, and the aim. */
export function scaleTable(bySize: ReadonlyMap<number, readonly Figures[]>): string {
  const sizes = [...bySize.keys()];
  const head = sizes.map((size) => `${size.toLocaleString("en-US")} series`);
  const lines = [`| | ${head.join(" | ")} | for ten times as many | aim |`, `|---|${"---:|".repeat(sizes.length + 2)}`];
  for (const { key, label, unit, aim } of ROWS) {
    const values = sizes.map((size) => median((bySize.get(size) ?? []).map((run) => run[key] ?? Number.NaN)));
    lines.push(`| ${[label, ...values.map((value) => print(value, unit)), slope(sizes, values), aim].join(" | ")} |`);
  }
  return lines.join("\n");
}
/** Between the two largest sizes. */
function slope(sizes: readonly number[], values: readonly number[]): string {
  const [small = 0, large = 0] = sizes.slice(-2);
  const [before = 0, after = 0] = values.slice(-2);
  if (sizes.length < 2 || small === large) return "–";
  const grown = (after / before) ** (1 / Math.log10(large / small));
  return Number.isFinite(grown) ? `${grown.toFixed(1)}×` : "–";
}

async function main({ series, runs, folder }: Options): Promise<boolean> {
  const scratch = scratchFolder(folder, "scale-");
  const { cores, cpu, memoryGib, kernel, bun } = describeMachine(scratch);
  const empty = await emptyBytes(scratch);
  const bySize = new Map<number, Figures[]>();
  for (const size of series) {
    const done: Figures[] = [];
    for (let run = 1; run <= runs; run++) {
      try {
        done.push(await measure(scratch, Math.ceil(size / FIELDS), empty));
      } catch (error) {
        say(`${size} series, run ${run} of ${runs}: FAILED: ${messageOf(error)}`);
        return false;
      }
      say(`${size} series, run ${run} of ${runs}: ready again in ${done.at(-1)?.start?.toFixed(2)} s`);
    }
    bySize.set(size, done);
  }
  process.stdout.write(`\n${cores} × ${cpu}, ${memoryGib} GiB, ${kernel}, Bun ${bun}.\n\n${scaleTable(bySize)}\n`);
  return true;
}

if (import.meta.main) await runProgram(parseOptions, HELP, main, "Not every size was measured; see above.");
