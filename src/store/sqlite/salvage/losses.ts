import type { Loss } from "../../ports.ts";
import { spanOf } from "../check/findings.ts";
import { labelOf } from "../check/data.ts";
import type { Gap, Row } from "../check/scan.ts";

/** Collects losses; every one has its line. */
export class LossList {
  readonly all: Loss[] = [];

  add(loss: Loss): void {
    this.all.push(loss);
  }
  other(text: string): void {
    this.add({ what: "other", text });
  }
  /** A row that is not in the new file. @param row its columns as far as they are known */
  row(table: string, row: Row, why: string): void {
    const text = `${labelOf(table, row)}: ${why}`;
    const [series, t0, t1, n] = [row.series, row.t0, row.t1, row.n].map(numberOf);
    const id = numberOf(row.id ?? row.rowid);
    const count = numberOf(row.count);
    if (table === "block" || table === "part") this.add({ what: "points", text, ...defined({ series, t0, t1, n }) });
    else if (table === "rollup") this.add({ what: "rollups", text, ...defined({ series, t0, t1, n }) });
    else if (table === "log")
      this.add({
        what: "log",
        text,
        ...defined({ from: id, to: id !== undefined && count !== undefined ? id + count - 1 : undefined }),
      });
    else if (table === "queue_chunk" || table === "queue_body") this.add({ what: "messages", text });
    else if (table === "session" || table === "subscription") this.add({ what: "session", text });
    else if (table === "series") this.add({ what: "series", text });
    else this.other(text);
  }
  /** Rows of a table that cannot be read. */
  gap(table: string, { after, before, why }: Gap): void {
    const range = `${after === null ? "from the first" : `after ${after}`}${before === null ? "" : ` and before ${before}`}`;
    const text = `rows of table ${table} ${range}: ${why}`;
    if (table === "log")
      this.add({
        what: "log",
        text,
        ...defined({ from: after === null ? 0 : after + 1, to: before === null ? undefined : before - 1 }),
      });
    else if (table === "block" || table === "part") this.add({ what: "points", text });
    else if (table === "rollup") this.add({ what: "rollups", text });
    else if (table === "series") this.add({ what: "series", text });
    else this.other(text);
  }
  /** A block that only its entry in an index tells of. */
  indexed(series: number, t0: number, t1: number): void {
    const text = `a block of series ${series} (${spanOf(t0, t1)}): its page cannot be read`;
    this.add({ what: "points", text, series, t0, t1 });
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
function defined<T extends Record<string, number | undefined>>(all: T): { [K in keyof T]?: number } {
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [K in keyof T]?: number }; // the undefined ones are gone
}
