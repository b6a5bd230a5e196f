import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { parse } from "yaml";
import { difference, type Example, exampleOf } from "./examples.ts";
import type { Sandbox } from "./sandbox.ts";
import type { CallKind } from "./types.ts";
import { scriptOf } from "./worker.ts";

/** A codec and its examples, as they lie in a folder. */
interface Codec {
  /** The script's file. */
  readonly file: string;
  /** Where the examples stand. */
  readonly from: string;
  readonly examples: readonly Example[];
}

/** An example that a codec does not do as it says. */
export interface Wrong {
  /** Relative to the folder. */
  readonly file: string;
  readonly from: string;
  readonly description: string;
  readonly why: string;
}

interface Checked {
  readonly codecs: number;
  readonly examples: number;
  readonly passed: number;
  readonly wrong: readonly Wrong[];
}

const MOST_FILES = 100_000;
/** The parts of a vendor's file that name a codec. */
const PARTS: readonly (readonly [part: string, kind: CallKind])[] = [
  ["uplinkDecoder", "uplink"],
  ["downlinkEncoder", "downlink"],
  ["downlinkDecoder", "readback"],
];

/**
 * Runs every codec below a folder that has examples, laid out as public device repositories are: a vendor's yaml file with
 * `uplinkDecoder`, `downlinkEncoder` or `downlinkDecoder` (`fileName`, `examples`), or `examples.json`, `*.examples.json`
 * or `test_*.json` beside a script.
 * @param told hears of each example that does not pass, as it is found
 * @throws the system's error where the folder cannot be read
 */
export async function checkCodecs(folder: string, sandbox: Sandbox, told: (wrong: Wrong) => void): Promise<Checked> {
  const wrong: Wrong[] = [];
  let [codecs, examples] = [0, 0];
  for (const path of filesOf(folder)) {
    for (const codec of await codecsOf(path, sandbox)) {
      codecs++;
      const script = scriptOf(readFileSync(codec.file, "utf8"));
      const outcomes = codec.examples.map(async (example) => {
        const { kind, input } = example;
        const outcome = await sandbox.call({ workspace: "check", script, kind, input });
        if (outcome.ok) return difference(outcome.result, example.expected);
        return example.expected.fails && outcome.reason === "threw"
          ? null
          : `${outcome.message}${outcome.line === null ? "" : ` (line ${outcome.line})`}`;
      });
      const found = await Promise.all(outcomes);
      examples += found.length;
      for (const [i, why] of found.entries()) {
        if (why === null) continue;
        const { description } = codec.examples[i] as Example;
        const one = { file: relative(folder, codec.file), from: relative(folder, codec.from), description, why };
        wrong.push(one);
        told(one);
      }
    }
  }
  return { codecs, examples, passed: examples - wrong.length, wrong };
}

function* filesOf(folder: string): Generator<string> {
  let left = MOST_FILES;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop())
    for (const entry of readdirSync(next, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name))) {
      if (left-- === 0) return;
      const path = join(next, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && !entry.name.startsWith(".")) folders.push(path);
      } else yield path;
    }
}

/** The codecs that a file has examples for; none where it is another kind of file. */
async function codecsOf(path: string, sandbox: Sandbox): Promise<Codec[]> {
  const name = basename(path);
  if (/\.ya?ml$/.test(name)) return vendorCodecs(path);
  const kind = /^test_decode/.test(name) ? "uplink" : /^test_encode/.test(name) ? "downlink" : null;
  if (!/^test_.*\.json$|^(?:.*\.)?examples\.json$/.test(name)) return [];
  const file = scriptBeside(path);
  const list = file === null ? null : await readList(readFileSync(path, "utf8"), sandbox);
  if (file === null || list === null) return [];
  const examples = list.map((one) => exampleOf(one, kind ?? "uplink")).filter((one) => one !== null);
  return examples.length === 0 ? [] : [{ file, from: path, examples }];
}

function vendorCodecs(path: string): Codec[] {
  let read: unknown;
  try {
    read = parse(readFileSync(path, "utf8"));
  } catch {
    return []; // another tool's file
  }
  if (typeof read !== "object" || read === null) return [];
  return PARTS.flatMap(([part, kind]) => {
    const codec = (read as Record<string, { fileName?: unknown; examples?: unknown } | undefined>)[part];
    const file = typeof codec?.fileName === "string" ? join(dirname(path), codec.fileName) : null;
    if (file === null || !existsSync(file) || !Array.isArray(codec?.examples)) return [];
    const examples = codec.examples.map((one) => exampleOf(one, kind)).filter((one) => one !== null);
    return examples.length === 0 ? [] : [{ file, from: path, examples }];
  });
}

/** `test_decode_x.json` belongs to `x.js`; `examples.json` to the script of its folder, or of the folder above. */
function scriptBeside(path: string): string | null {
  const named = /^test_(?:decode|encode)_(.+)\.json$/.exec(basename(path))?.[1];
  if (named !== undefined) return existing(join(dirname(path), `${named}.js`));
  const folders = [dirname(path), dirname(dirname(path))];
  for (const folder of folders) {
    const main = mainOf(folder) ?? existing(join(folder, "index.js"));
    if (main !== null) return main;
    const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
    if (scripts.length === 1) return join(folder, scripts[0] as string);
  }
  return null;
}

function mainOf(folder: string): string | null {
  const file = existing(join(folder, "package.json"));
  if (file === null) return null;
  try {
    const { main } = JSON.parse(readFileSync(file, "utf8")) as { main?: unknown };
    return typeof main === "string" ? existing(join(folder, main)) : null;
  } catch {
    return null;
  }
}

function existing(path: string): string | null {
  return existsSync(path) ? path : null;
}

/** A list of examples; with comments and hexadecimal numbers, as some repositories write JSON, it is read in the sandbox. */
async function readList(text: string, sandbox: Sandbox): Promise<readonly unknown[] | null> {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : null;
  } catch {
    const script = scriptOf(`function Decoder(){return (${text}\n)}`);
    const outcome = await sandbox.call({ workspace: "check", script, kind: "request", input: {} });
    return outcome.ok && Array.isArray(outcome.result) ? outcome.result : null;
  }
}
