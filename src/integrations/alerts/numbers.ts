import type { Micros } from "../../base/types.ts";
import type { JournalRow, StoreOp } from "../../store/ports.ts";

/** Where the numbers are noted that were given last, so that none is given twice. */
export const NUMBERS = "alert numbers";

/** The numbers of alerts and tasks. */
export class Numbers {
  private last = { alert: 0, task: 0 };

  /** @param noted what the store has; undefined: nothing @param newest of the alerts that there are */
  load(noted: JournalRow | undefined, newest: number): void {
    const known = (noted === undefined ? {} : JSON.parse(noted.body)) as Partial<typeof this.last>; // as `op` wrote it
    this.last = { alert: Math.max(known.alert ?? 0, newest), task: known.task ?? 0 };
  }
  next(kind: "alert" | "task"): number {
    this.last = { ...this.last, [kind]: this.last[kind] + 1 };
    return this.last[kind];
  }
  /** A number of a task that was given before. */
  given(task: number): void {
    this.last = { ...this.last, task: Math.max(this.last.task, task) };
  }
  /** Notes them in the commit in which they are given. */
  op(time: Micros): StoreOp {
    return { op: "journal_put", journal: NUMBERS, rows: [{ key: 1, time, body: JSON.stringify(this.last) }] };
  }
}
