import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf, type Row, seriesPut } from "../../data.model.ts";
import type { StoreOp } from "../../ports.ts";
import { dataPath } from "./files.ts";
import { Writer } from "./writer.ts";

/** A data file of its own with the numeric series 1: commits to it, and what SQLite says of it. */
export class DataFile {
  readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-file-"));
  readonly writer = Writer.open(this.folder).writer;
  readonly db = new Database(dataPath(this.folder));
  private seq = 1;

  /** Commits rows, seals everything, and lets all work in the background be done. */
  put(rows: readonly Row[], ops: readonly StoreOp[] = []): void {
    if (rows.length > 0) this.commit(rows, this.seq === 1 ? [seriesPut(1)] : []);
    // the last record of a log may stay
    this.commit([{ series: 99, time: 0, value: true }], [{ op: "trim", upTo: this.seq - 1 }]);
    while (this.writer.slice());
    if (ops.length > 0) this.work(ops);
  }
  /** Commits operations, and lets all work in the background be done: what is in the log stays there. */
  work(ops: readonly StoreOp[]): void {
    this.writer.commit(batchOf([], ops));
    while (this.writer.slice());
  }
  /** Commits rows, and nothing more. */
  commit(rows: readonly Row[], ops: readonly StoreOp[] = []): void {
    this.writer.commit(batchOf(rows, ops));
    this.seq += rows.length;
  }
  number(sql: string): number {
    const statement = this.db.prepare<Record<string, number>, []>(sql);
    try {
      return Object.values(statement.get() ?? {})[0] ?? 0;
    } finally {
      statement.finalize();
    }
  }
  close(): void {
    this.db.close();
    this.writer.close();
    rmSync(this.folder, { recursive: true });
  }
}
