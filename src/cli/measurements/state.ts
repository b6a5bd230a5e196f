import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { z } from "zod";
import { CommandError } from "../failure.ts";

/** How far a file was imported; everything before `offset` is stored, or was told as bad. */
export interface Reached {
  readonly offset: number;
  readonly line: number;
  readonly stored: number;
  readonly bad: number;
}
export const NOTHING_YET: Reached = { offset: 0, line: 1, stored: 0, bad: 0 };

const count = z.number().int().min(0);
const SCHEMA = z.object({
  version: z.literal(1),
  offset: count,
  line: count,
  stored: count,
  bad: count,
  /** Of what was read, so that another file of the same name is noticed. */
  start: z.string(),
  before: z.string(),
});
/** Bytes at the start of the file, and before the offset, that must still be the same. */
const LOOKED_AT = 4096;

/** The note beside a file that tells how far it was imported. */
export class ImportState {
  readonly path: string;
  constructor(private readonly file: string) {
    this.path = `${file}.import`;
  }

  /**
   * Where to go on; at the start when there is no note.
   * @throws CommandError when the note is not one, or the file has changed
   */
  read(): Reached {
    if (!existsSync(this.path)) return NOTHING_YET;
    const parsed = SCHEMA.safeParse(jsonOf(readFileSync(this.path, "utf8")));
    if (!parsed.success) throw this.useless("is not what an import left there");
    const { start, before, ...reached } = parsed.data;
    if (statSync(this.file).size < reached.offset) throw this.useless(`does not fit: ${this.file} is shorter now`);
    if (start !== this.digest(0, reached.offset) || before !== this.digest(reached.offset - LOOKED_AT, reached.offset))
      throw this.useless(`does not fit: ${this.file} has changed`);
    return reached;
  }
  /** Replaces the note in one step. */
  write(reached: Reached): void {
    const start = this.digest(0, reached.offset);
    const before = this.digest(reached.offset - LOOKED_AT, reached.offset);
    writeFileSync(`${this.path}.part`, JSON.stringify({ version: 1, ...reached, start, before }), { mode: 0o600 });
    renameSync(`${this.path}.part`, this.path);
  }
  remove(): void {
    rmSync(this.path, { force: true });
  }

  private digest(from: number, end: number): string {
    const begin = Math.max(0, from);
    const bytes = new Uint8Array(Math.min(LOOKED_AT, Math.max(0, end - begin)));
    const fd = openSync(this.file, "r");
    try {
      const n = readSync(fd, bytes, 0, bytes.length, begin);
      return createHash("sha256").update(bytes.subarray(0, n)).digest("hex");
    } finally {
      closeSync(fd);
    }
  }
  private useless(why: string): CommandError {
    return new CommandError(`${this.path} ${why}; import without --resume begins at the start, which is safe`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // typed any
  } catch {
    return null;
  }
}
