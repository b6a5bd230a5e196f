import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/** The file of the data folder with the hashes of tokens that a start made and has not shown yet. */
const FILE = "unshown-tokens";

/**
 * Which tokens nobody has seen: noted before they are committed, forgotten once they were printed. A start that fails or is killed
 * in between leaves the note, and the next one makes other tokens in their place.
 */
export class Unshown {
  private readonly path: string;
  /** Of earlier starts. */
  readonly earlier: readonly string[];
  private readonly hashes: Set<string>;

  constructor(folder: string) {
    this.path = join(folder, FILE);
    this.earlier = linesOf(this.path);
    this.hashes = new Set(this.earlier);
  }

  /** Durable when it returns. @throws what the system says */
  note(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    for (const hash of hashes) this.hashes.add(hash);
    const fd = openSync(this.path, "w", 0o600);
    try {
      writeSync(fd, `${[...this.hashes].join("\n")}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    syncFolder(dirname(this.path));
  }
  /** They were printed, or need not be. */
  forget(): void {
    if (this.hashes.size === 0) return;
    this.hashes.clear();
    rmSync(this.path, { force: true });
    syncFolder(dirname(this.path));
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => /^[0-9a-f]{64}$/.test(line));
  } catch {
    return []; // there is none, mostly
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
