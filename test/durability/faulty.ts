import { mkdtempSync, rmSync, writeFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../run/have.ts";

/** What fails: `write` or `sync`, with which error, of files whose path ends so. A number: it works, after so many ms. */
export type Fault = `${"write" | "sync"} ${"EIO" | "ENOSPC" | "EROFS" | number} ${string}`;

/** A disk that fails, or is slow, when a test says so; for a server that is started with `env` (faulty.c). */
export class FaultyDisk {
  private readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-faulty-"));
  private readonly order = join(this.folder, "order");
  readonly env: Readonly<Record<string, string>>;

  /** Builds it. @throws Error when the compiler fails */
  constructor() {
    const library = join(this.folder, "faulty.so");
    const source = join(import.meta.dir, "faulty.c");
    const cc = program("cc") ?? "cc";
    const built = Bun.spawnSync([cc, "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source, "-ldl"]);
    if (built.exitCode !== 0) throw new Error(`faulty.c: ${built.stderr}`);
    this.env = { LD_PRELOAD: library, FAULTY_DISK_ORDER: this.order };
  }
  begin(fault: Fault): void {
    writeFileSync(`${this.order}.new`, fault);
    renameSync(`${this.order}.new`, this.order);
  }
  end(): void {
    rmSync(this.order, { force: true });
  }
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
