import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../run/have.ts";

/** A wall clock that a test sets; for a server that is started with `env` (stepped.c). */
export class SteppedClock {
  private readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-clock-"));
  private readonly file = join(this.folder, "ahead");
  readonly env: Readonly<Record<string, string>>;

  /** Builds it. @param seconds by which it is ahead at first @throws Error when the compiler fails */
  constructor(seconds = 0) {
    const library = join(this.folder, "stepped.so");
    const cc = program("cc") ?? "cc";
    const built = Bun.spawnSync([
      cc,
      "-shared",
      "-fPIC",
      "-Wall",
      "-Werror",
      "-o",
      library,
      join(import.meta.dir, "stepped.c"),
    ]);
    if (built.exitCode !== 0) throw new Error(`stepped.c: ${built.stderr}`);
    this.env = { LD_PRELOAD: library, STEPPED_CLOCK: this.file };
    this.set(seconds);
  }
  /** @param seconds that it is ahead of the true time; negative: behind */
  set(seconds: number): void {
    writeFileSync(`${this.file}.new`, `${seconds}\n`);
    renameSync(`${this.file}.new`, this.file);
  }
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
