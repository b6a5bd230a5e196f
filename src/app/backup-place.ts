import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { syncPath } from "../base/sync.ts";

/** The file of the data folder that remembers where backups go. */
export const MEMORY = "backup-place.json";
/** The file in the backups' folder by which it is known again. */
export const MARK = ".fieldcast-backups";

const memorySchema = z.object({ dir: z.string(), mark: z.string() });
type Memory = z.output<typeof memorySchema>;

/**
 * Knows the backups' folder again. Its first backup puts a mark into it, and the data folder remembers the mark: a folder of the
 * same name without it is what lies beneath a disk that is not mounted, and a backup there would fill the disk of the server,
 * and be out of sight when the other one is back.
 */
export class BackupPlace {
  private readonly memory: string;

  /** @param folder the data folder */
  constructor(folder: string) {
    this.memory = join(folder, MEMORY);
  }

  /**
   * Makes sure that backups may be written there; marks and remembers it the first time.
   * @throws Refusal storage_unavailable: it is not the folder that it was; errors of fs
   */
  ready(where: string): void {
    const dir = resolve(where);
    const known = this.remembered();
    const there = markIn(dir);
    if (known?.dir === dir) {
      if (there === known.mark) return;
      throw new Refusal(
        "storage_unavailable",
        `${dir} is not the folder in which backups were made before: its file ${MARK} is ${there === null ? "missing" : "another one"}. ` +
          `Nothing was written. Is its disk mounted? If backups are to go there all the same, remove ${this.memory}.`,
      );
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const mark = there ?? randomBytes(16).toString("hex");
    if (there === null) keep(join(dir, MARK), `${mark}\n`);
    keep(this.memory, `${JSON.stringify({ dir, mark } satisfies Memory)}\n`);
    syncPath(dir);
  }

  /** Null: there was no backup yet, or nobody can read what was remembered. */
  private remembered(): Memory | null {
    try {
      return memorySchema.parse(JSON.parse(readFileSync(this.memory, "utf8")));
    } catch {
      return null;
    }
  }
}

/** The mark of a folder; null: it has none. */
function markIn(dir: string): string | null {
  try {
    return readFileSync(join(dir, MARK), "utf8").trim() || null;
  } catch {
    return null;
  }
}

/** Whole or not at all. */
function keep(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
