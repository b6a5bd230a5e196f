import { DeviceNode, Directory, FieldNode, ProductNode } from "../fleet/directory.ts";
import { Batch, ROW_CURRENT } from "../ingest/batch.ts";
import { ForeignRecords } from "../ingest/foreign.ts";
import { LogOrder } from "../ingest/order.ts";
import { RetainedMessages } from "../ingest/retained.ts";
import { EVERY_FLAG, HISTORY } from "../ingest/row-flags.ts";
import { Rows } from "../ingest/rows.ts";
import { SeriesTable } from "../ingest/series.ts";
import type { Target } from "../ingest/target.ts";
import { Turns } from "../ingest/turns.ts";
import { newParsed, parseJson } from "../measure/index.ts";
import { type FieldType, specOf, type Value } from "../measure/types.ts";
import { BatchRows } from "./batch-rows.ts";

export const START = 1_700_000_000_000_000;
export const SECOND = 1_000_000;
const TYPES: readonly FieldType[] = ["NUMERIC", "BOOL", "STRING", "GEO"];
const row = { workspace: 1, name: "", retainLastValues: false, boolText: "true" } as const;
/** One that publishes what comes late, and one that does not; a device and four fields in each. */
const PRODUCTS = [true, false].map(
  (publishBackfill, i) =>
    new ProductNode({ ...row, uid: i + 1, slug: `p${i}`, publishBackfill }, { uid: 1, slug: "w", name: "" }),
);
/** By series id - 1. */
export const TARGETS = PRODUCTS.flatMap((product, p) => {
  const device = new DeviceNode({ uid: p + 1, product: p + 1, id: "d", name: "", serial: null, tags: [] }, p, product);
  return TYPES.map((type, f) => {
    const uid = p * TYPES.length + f + 1;
    const field = new FieldNode({ uid, product: p + 1, id: type, type, name: "", unit: null }, product);
    return { product, device, field, type: specOf(type) };
  });
});

/** How a row comes: stamped or with a time, as what is imported, as history. */
export type Manner = "stamped" | "given" | "silent" | "history";
export interface Sent {
  readonly series: number;
  readonly manner: Manner;
  readonly value: number;
  /** µs from now, of a time that is given. */
  readonly off: number;
}
function made(series: number, n: number): Value {
  const type = TYPES[(series - 1) % TYPES.length];
  if (type === "BOOL") return n % 2 === 1;
  if (type === "STRING") return `text ${n}`;
  return type === "GEO" ? { lat: n, lng: -n } : n / 4;
}

/** A node without its broker: rows are proposed, committed, and take their turn. */
export class Applier {
  readonly series = new SeriesTable();
  readonly order = new LogOrder(this.series);
  /** What was published, and what was only stored: as those who hear it are told. */
  readonly told: unknown[] = [];
  readonly published: unknown[] = [];
  private readonly rows: Rows;
  private readonly commits = {
    batch: new Batch(true),
    spareBatch: () => new Batch(true),
    retained: new RetainedMessages(),
    publishing: 0,
    committedBytes: 0,
    publish: (batch: Batch) => this.publish(batch),
  };
  private readonly targets: Target[] = TARGETS.map((target, i) => ({ ...target, series: i + 1 }));
  readonly turns: Turns;
  skew = 0;

  constructor(readonly number: number) {
    for (const [i, { device, field }] of TARGETS.entries()) this.series.place(i + 1, device, field);
    this.rows = new Rows(this.commits, this.series, this.order);
    const { series, order, commits } = this;
    const foreign = new ForeignRecords({
      directory: new Directory(),
      series,
      order,
      commits,
      hears: () => true,
    });
    const failed = (why: Error): void => {
      throw why;
    };
    this.turns = new Turns({ node: number, order, foreign, commits, failed }, 0);
  }
  send({ series, manner, value, off }: Sent, now: number): void {
    const target = this.targets[series - 1] as Target; // one for each
    const p = newParsed();
    if (!parseJson(target.type, made(series, value), p)) throw new Error(p.error);
    const own = now + this.skew;
    const given = manner === "given" || manner === "history" ? now + off : null;
    const mask = manner === "silent" ? ROW_CURRENT : manner === "history" ? HISTORY : EVERY_FLAG;
    this.rows.append(target, given, 0, own, p, new Uint8Array(0), mask);
  }
  /** What was sent since, as a commit; null: nothing was. */
  take(): Batch | null {
    const { batch } = this.commits;
    if (batch.empty) return null;
    batch.seal();
    this.commits.batch = new Batch(true);
    return batch;
  }
  private publish(batch: Batch): void {
    const rows = new BatchRows().open(batch, 0, batch.count);
    while (rows.next()) {
      const { seq, series, time, isPublished, isHistorical } = rows;
      const value = rows.value(TARGETS[series - 1]?.type.form ?? "number");
      const text = isPublished ? Buffer.from(rows.buf.subarray(rows.payloadAt, rows.payloadEnd)).toString() : "";
      this.told.push({ seq, series, time, isPublished, isHistorical, value });
      if (isPublished) this.published.push({ seq, series, time, value, text });
    }
  }
  /** All that it knows of series. */
  get state(): unknown {
    return TARGETS.map((_, i) => {
      const id = i + 1;
      return { ...this.series.current(id), seq: this.series.seq[id], isLate: this.order.isLate(id, 0) };
    });
  }
}
