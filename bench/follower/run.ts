/**
 * What a node among several pays for a row that another one committed: check, decode, settle by the order of the log, apply to the table
 * of series, and look whether anybody here hears it. Records of about 64 KiB, numbers, the series in random order; nobody hears them.
 */
import { parseArgs } from "node:util";
import { DeviceNode, Directory, FieldNode, ProductNode } from "../../src/fleet/directory.ts";
import { Batch } from "../../src/ingest/batch.ts";
import { ForeignRecords } from "../../src/ingest/foreign.ts";
import { LogOrder } from "../../src/ingest/order.ts";
import { RetainedMessages } from "../../src/ingest/retained.ts";
import { SeriesTable } from "../../src/ingest/series.ts";
import { RecordWriter, TAG_PUBLISHED } from "../../src/store/record.ts";

const START = 1_790_000_000_000_000;
const ROWS_A_RECORD = 8000;
const RECORDS = 125;

const { values } = parseArgs({
  options: { series: { type: "string", default: "1000,100000,1000000" }, runs: { type: "string", default: "3" } },
});

function follower(count: number): ForeignRecords {
  const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false } as const;
  const product = new ProductNode({ ...row, boolText: "true" }, { uid: 1, slug: "w", name: "" });
  const field = new FieldNode({ uid: 1, product: 1, id: "T", type: "NUMERIC", name: "", unit: null }, product);
  const series = new SeriesTable();
  for (let id = 1; id <= count; id++) {
    const device = { uid: id, product: 1, id: `d${id}`, name: "", serial: null, tags: [] };
    series.place(id, new DeviceNode(device, id, product), field);
  }
  const batch = new Batch(true);
  const spareBatch = (): Batch => {
    batch.clear();
    return batch;
  };
  const commits = { spareBatch, retained: new RetainedMessages() };
  const order = new LogOrder(series);
  return new ForeignRecords({ directory: new Directory(), series, order, commits, hears: () => false });
}

function records(count: number): Uint8Array[] {
  const writer = new RecordWriter(1 << 17, true);
  let [seed, n] = [1, 0];
  return Array.from({ length: RECORDS }, () => {
    for (let i = 0; i < ROWS_A_RECORD; i++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      writer.decimal(TAG_PUBLISHED, 1 + (seed % count), START + n++, 0, 1, 200 + (n % 100));
    }
    return writer.finish().slice();
  });
}

function main(): void {
  const median = (all: number[]): number => all.sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
  console.log("| series | bytes a row | ns a row | rows/s of a core |\n|---:|---:|---:|---:|");
  for (const count of values.series.split(",").map(Number)) {
    const all = records(count);
    const rows = RECORDS * ROWS_A_RECORD;
    const bytes = all.reduce((sum, { length }) => sum + length, 0) / rows;
    const times: number[] = [];
    for (let run = -1; run < Number(values.runs); run++) {
      const foreign = follower(count);
      let firstSeq = 1;
      const begun = performance.now();
      for (const body of all) {
        foreign.apply({ firstSeq, count: ROWS_A_RECORD, node: 2, body });
        firstSeq += ROWS_A_RECORD;
      }
      // the first one is for the compiler
      if (run >= 0) times.push(performance.now() - begun);
    }
    const ns = (median(times) * 1e6) / rows;
    const cells = [
      count.toLocaleString("en"),
      bytes.toFixed(1),
      ns.toFixed(0),
      Math.round(1e9 / ns).toLocaleString("en"),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
main();
