import type { Micros } from "../../base/types.ts";
import type { JournalRow } from "../../store/ports.ts";

const HOUR: Micros = 3_600_000_000;
/** Hours of seven days. */
export const MOST_HOURS = 168;

interface Hour {
  calls: number;
  failed: number;
}

/** Tries of a webhook in each hour of the last seven days. */
export class Hours {
  private readonly all = new Map<number, Hour>();
  private readonly changed = new Set<number>();

  load(key: number, { calls, failed }: Hour): void {
    this.all.set(key, { calls, failed });
  }
  /** @param time µs */
  count(time: Micros, isFailed: boolean): void {
    const key = Math.floor(time / HOUR);
    const hour = this.all.get(key) ?? { calls: 0, failed: 0 };
    hour.calls++;
    if (isFailed) hour.failed++;
    this.all.set(key, hour);
    this.changed.add(key);
  }
  /** @param now µs */
  week(now: Micros): { readonly calls: number; readonly failed: number } {
    const from = Math.floor(now / HOUR) - MOST_HOURS;
    let [calls, failed] = [0, 0];
    for (const [key, hour] of this.all) {
      if (key <= from) continue;
      calls += hour.calls;
      failed += hour.failed;
    }
    return { calls, failed };
  }
  /** What is to be stored, and what goes. @param now µs */
  take(now: Micros): { readonly rows: JournalRow[]; readonly gone: number[] } {
    const oldest = Math.floor(now / HOUR) - MOST_HOURS;
    const rows = [...this.changed].map((key) => ({ key, time: now, body: JSON.stringify(this.all.get(key)) }));
    const gone = [...this.all.keys()].filter((key) => key < oldest);
    for (const key of gone) this.all.delete(key);
    this.changed.clear();
    return { rows, gone };
  }
}
