import { type Delimiter, decoded, delimiterOf, rowsOf, type TableRow } from "./table.ts";

/** A table that was read. */
export interface OpenTable {
  readonly delimiter: Delimiter;
  readonly isUtf8: boolean;
  readonly head: readonly string[];
  /** Without the head. */
  readonly count: number;
  /** The first of them. */
  readonly sample: readonly TableRow[];
  /** Without the head, from the beginning each time. */
  rows(): Iterable<TableRow>;
}

/** Rows between which the page may draw. */
const SLICE = 5_000;
const SAMPLE = 3;

/** Reads a file, some rows at a time, so that the page does not stand still. @param delimiter null: what its first line has @throws Error it has no rows */
export async function openTable(file: Blob, delimiter: Delimiter | null): Promise<OpenTable> {
  const { text, isUtf8 } = decoded(await file.arrayBuffer());
  const own = delimiter ?? delimiterOf(text);
  const sample: TableRow[] = [];
  let head: readonly string[] | null = null;
  let count = 0;
  for (const row of rowsOf(text, own)) {
    if (head === null) {
      head = row.cells.map((cell) => cell.trim());
      continue;
    }
    count++;
    if (sample.length < SAMPLE) sample.push(row);
    if (count % SLICE === 0) await new Promise((done) => setTimeout(done));
  }
  if (head === null) throw new Error("The file is empty; its first line names the columns.");
  return { delimiter: own, isUtf8, head, count, sample, rows: () => behindHead(text, own) };
}

function* behindHead(text: string, delimiter: Delimiter): Generator<TableRow> {
  let isHead = true;
  for (const row of rowsOf(text, delimiter)) {
    if (!isHead) yield row;
    isHead = false;
  }
}
