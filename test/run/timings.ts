import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The format of Bun's `--timings`: milliseconds by test file. */
interface Table {
  readonly version: 1;
  readonly files: Readonly<Record<string, number>>;
}

const MOST = 10;
const STEPS = ["src", "test"] as const;

/**
 * What each test file took: measured by every run in `.cache`, and as somebody last kept it beside this file, for a clone that has not
 * run yet. Order alone follows from it; a file that is in neither begins.
 */
export class Timings {
  private readonly kept: string;
  private readonly cache: string;

  constructor(root: string) {
    this.kept = join(root, "test", "run", "timings.json");
    this.cache = join(root, ".cache");
    mkdirSync(this.cache, { recursive: true });
  }
  /** The files that `runTests` reads for a step, the one that it writes first. */
  of(step: (typeof STEPS)[number]): readonly string[] {
    return [join(this.cache, `timings-${step}.json`), this.kept];
  }
  /** Lines for people: the slowest of these files. */
  slowest(files: readonly string[]): readonly string[] {
    const all = this.measured();
    const known = files.map((file) => ({ file, ms: all[file] ?? 0 })).sort((a, b) => b.ms - a.ms);
    return [
      "",
      "slowest files",
      ...known.slice(0, MOST).map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`),
    ];
  }
  /** Writes what was measured beside this file, without files that are gone. */
  keep(exists: (file: string) => boolean): void {
    const files = Object.entries(this.measured()).filter(([file]) => exists(file));
    const table: Table = { version: 1, files: Object.fromEntries(files.sort(([, a], [, b]) => b - a)) };
    writeFileSync(this.kept, `${JSON.stringify(table, null, 2)}\n`);
  }
  private measured(): Table["files"] {
    return Object.assign({}, ...STEPS.map((step) => read(this.of(step)[0] ?? "")));
  }
}

function read(path: string): Table["files"] {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as Table).files; // Bun writes it
  } catch {
    return {};
  }
}
