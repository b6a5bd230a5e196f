import { type BadRow, type ErrorCode, Refusal } from "../base/errors.ts";

/** Characters of all causes together that the message tells; all of them are in `rows`. */
const MOST_TOLD = 700;
/** Rows of one cause that are counted up. */
const MOST_RANGES = 8;

/** What is told of one cause: the rows that have it. */
interface Cause {
  readonly field: string;
  readonly message: string;
  readonly rows: number[];
}

/**
 * The refusal of a batch with bad rows: its message names every cause, with the rows that have it, as far as a person
 * reads; `rows` names all, several for a row that has several.
 * @param bad in any order; @param count rows of the batch
 */
export function refuseRows(bad: readonly BadRow[], count: number): Refusal {
  const all = [...bad].sort((a, b) => a.row - b.row); // stable: causes of one row stay in their order
  const rows = new Set(all.map(({ row }) => row)).size;
  const causes = causesOf(all).map(tell);
  const told: string[] = [];
  let length = 0;
  for (const text of causes) {
    length += text.length;
    if (told.length > 0 && length > MOST_TOLD) break;
    told.push(text);
  }
  const more = causes.length - told.length;
  if (more > 0) told.push(`There are ${more} more causes.`);
  const text = told.join(" ");
  const message = count === 1 ? text : `${rows} of ${count} rows are refused, so nothing was recorded. ${text}`;
  return new Refusal(codeOf(all, count), message, all);
}

/** Rows with the same field and the same words stand together. */
function causesOf(bad: readonly BadRow[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { row, field = "", message } of bad) {
    const words = withoutRow(message, row);
    const key = `${field}\0${words}`;
    const known = causes.get(key);
    if (known) known.rows.push(row);
    else causes.set(key, { field, message: words, rows: [row] });
  }
  return [...causes.values()];
}
/** A message of a row may begin with its number, which is told for all rows of the cause. */
function withoutRow(message: string, row: number): string {
  const start = `Row ${row} `;
  return message.startsWith(start) ? message.slice(start.length) : message;
}
function tell({ field, message, rows }: Cause): string {
  const who = `${rows.length === 1 ? "Row" : "Rows"} ${rangesOf(rows)}${field === "" ? "" : ` (${field})`}`;
  return `${who}: ${message}`;
}
/** `0-2, 5`, from rows in their order. */
function rangesOf(rows: readonly number[]): string {
  const ranges: string[] = [];
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] as number; // inside
    let to = from;
    while (rows[i + 1] === to + 1) to = rows[++i] as number;
    if (ranges.push(to === from ? `${from}` : `${from}-${to}`) >= MOST_RANGES && i + 1 < rows.length) {
      ranges.push(`and ${rows.length - i - 1} more`);
      break;
    }
  }
  return ranges.join(", ");
}

/** One code for all: the rows' own where it is the same for them and says it of the whole batch, too. */
function codeOf(bad: readonly BadRow[], count: number): ErrorCode {
  const [first] = bad;
  const code = first?.code ?? "invalid_batch";
  if (count === 1) return code;
  const same = bad.every((row) => row.code === code);
  return same && (code === "unknown_field" || code === "invalid_timestamp") ? code : "invalid_batch";
}
