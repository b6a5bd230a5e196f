import { Divider } from "../../base/lines.ts";
import { BadValues } from "../../base/errors.ts";
import { didYouMean } from "../../base/suggest.ts";
import { Turns } from "../../base/turns.ts";

/** One line of a table: its cells by the names in the head. */
export interface CsvRow {
  /** Of the file, counted from 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

const MOST_ROWS = 50_000;

/**
 * A table in CSV (RFC 4180): commas, a head, quotes where a cell has commas, quotes or line breaks. An empty cell is one
 * that is not there.
 * @param columns the names that may stand in the head
 * @throws BadValues invalid_request: no table, or a head with other names
 */
export async function readCsv(text: string, columns: readonly string[]): Promise<CsvRow[]> {
  const [head, ...rows] = await records(text.startsWith("\uFEFF") ? text.slice(1) : text);
  if (!head) throw wrong("The table is empty; its first line names the columns.");
  const names = head.cells.map((cell) => cell.trim());
  const unknown = names.find((name, i) => !columns.includes(name) || names.indexOf(name) !== i);
  if (unknown !== undefined) throw wrong(headText(unknown, columns, names.length));
  const turns = new Turns();
  const all: CsvRow[] = [];
  for (const { line, cells } of rows) {
    if (turns.due) await turns.next();
    if (cells.length > names.length) throw wrong(`Line ${line} has ${cells.length} cells, the head ${names.length}.`);
    const named = cells.map((cell, i) => [names[i] ?? "", cell] as const);
    all.push({ line, cells: new Map(named.filter(([, cell]) => cell !== "")) });
  }
  return all;
}

/** What else spreadsheets put between cells. */
const OTHERS = [
  [";", "semicolons"],
  ["\t", "tabs"],
] as const;

/** Why a head is none. */
function headText(unknown: string, columns: readonly string[], count: number): string {
  const parts = (mark: string) => unknown.split(mark).map((part) => part.trim());
  const other = OTHERS.find(
    ([mark]) => count === 1 && parts(mark).length > 1 && parts(mark).some((one) => columns.includes(one)),
  );
  if (other)
    return `The cells are divided by ${other[1]}; here they are divided by commas. Write the table with commas.`;
  const name = unknown.slice(0, 80);
  return `The first line names the columns, each once: ${columns.join(", ")}; not "${name}".${didYouMean(
    name,
    columns.filter((one) => one !== name),
  )}`;
}

/** Lines without any text are passed over. */
async function records(text: string): Promise<{ readonly line: number; readonly cells: readonly string[] }[]> {
  const divider = new Divider(true, { offset: 0, line: 1 }, ",");
  divider.add(new TextEncoder().encode(text));
  const turns = new Turns();
  const all = [];
  for (let entry = divider.next(true); entry !== null; entry = divider.next(true)) {
    if (turns.due) await turns.next();
    const { line, cells, why } = entry;
    if (cells === null) throw wrong(`Line ${line}: ${why}`);
    if (cells.length > 1 || cells[0] !== "") all.push({ line, cells });
    if (all.length > MOST_ROWS) throw wrong(`At most ${MOST_ROWS} rows at once; send the table in parts.`);
  }
  return all;
}

function wrong(message: string): BadValues {
  return new BadValues("invalid_request", [{ path: "", message }]);
}
