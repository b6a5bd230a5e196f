/** `npm run fuzz [-- flags]`: hostile input, seeded, until something breaks or the inputs are used up; see HELP. */
import { parseArgs } from "node:util";
import { Finding, Fuzzer, LAYERS, type Layer } from "./run.ts";

const HELP = `npm run fuzz -- [flags]

  --inputs N      how many inputs (100000); a nightly run takes 1000000 and more
  --seed N        the chance (another one each time)
  --layer LIST    with commas: ${LAYERS.join(", ")} (all)
  --round N       only this round, as a finding names it

Ends with 1 at the first finding, which says how to see it again, and when memory grows.
`;

/** Rounds after which memory counts: by then code is compiled and buffers have their size. */
const WARM_UP = 60;
/** What the heap may have grown from there to the end, bytes. */
const MOST_GROWTH = 24 * 1024 * 1024;
const REPORT_MS = 10_000;

function flags() {
  const { values } = parseArgs({
    options: {
      inputs: { type: "string", default: "100000" },
      seed: { type: "string" },
      layer: { type: "string", default: LAYERS.join(",") },
      round: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const layers = values.layer.split(",").filter((name): name is Layer => LAYERS.some((layer) => layer === name));
  if (values.help || layers.length === 0) return null;
  return {
    layers,
    inputs: whole("--inputs", values.inputs),
    seed:
      values.seed === undefined ? (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) : whole("--seed", values.seed),
    round: values.round === undefined ? null : whole("--round", values.round),
  };
}
function whole(flag: string, text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new Error(`${flag}: ${text} is not a whole number`);
}

function heap(): number {
  Bun.gc(true);
  return process.memoryUsage().heapUsed;
}
const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const wish = flags();
  if (wish === null) {
    say(HELP);
    return 2;
  }
  const { seed, layers, inputs, round } = wish;
  const fuzzer = new Fuzzer(seed, layers);
  say(`seed ${seed}, layers ${layers.join(", ")}`);
  if (round !== null) {
    say(`round ${round}: ${await fuzzer.round(round)} inputs, nothing found`);
    return 0;
  }
  const begin = performance.now();
  let done = 0;
  let told = begin;
  let warm: number | null = null;
  for (let n = 0; done < inputs; n++) {
    if (n === WARM_UP) warm = heap();
    done += await fuzzer.round(n);
    if (performance.now() - told < REPORT_MS) continue;
    told = performance.now();
    say(`${done} inputs, ${Math.round((done * 1000) / (told - begin))}/s, heap ${megabytes(heap())}`);
  }
  const seconds = (performance.now() - begin) / 1000;
  const end = heap();
  const growth = warm === null ? "" : `, ${megabytes(end - warm)} more than after the warm-up`;
  say(`${done} inputs in ${seconds.toFixed(1)} s, ${Math.round(done / seconds)}/s; heap ${megabytes(end)}${growth}`);
  if (warm === null || end - warm <= MOST_GROWTH) return 0;
  say("memory grows: something is kept of inputs that are over");
  return 1;
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Finding ? `FOUND in ${error.message}` : String(error));
  return 1;
});
