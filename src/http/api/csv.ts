import { BadValues } from "../../base/errors.ts";
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
  if (unknown !== undefined)
    throw wrong(`The first line names the columns, each once: ${columns.join(", ")}; not "${unknown.slice(0, 80)}".`);
  return rows.map(({ line, cells }) => {
    if (cells.length > names.length) throw wrong(`Line ${line} has ${cells.length} cells, the head ${names.length}.`);
    const named = cells.map((cell, i) => [names[i] ?? "", cell] as const);
    return { line, cells: new Map(named.filter(([, cell]) => cell !== "")) };
  });
}

interface Record {
  readonly line: number;
  readonly cells: string[];
}

/** Lines without any text are passed over. */
async function records(text: string): Promise<Record[]> {
  const turns = new Turns();
  const all: Record[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    if (turns.due) await turns.next();
    const start = line;
    const cells: string[] = [];
    for (let open = true; open; ) {
      const cell = text[at] === '"' ? quoted(text, at, start) : plain(text, at);
      cells.push(cell.value);
      line += cell.breaks;
      at = cell.end;
      open = text[at] === ",";
      if (open) at++;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    else if (at < text.length) throw wrong(`Line ${start}: there is something behind a closing quote.`);
    line++;
    if (cells.length > 1 || cells[0] !== "") all.push({ line: start, cells });
    if (all.length > MOST_ROWS) throw wrong(`At most ${MOST_ROWS} rows at once; send the table in parts.`);
  }
  return all;
}

interface Cell {
  readonly value: string;
  /** Where the text behind it begins. */
  readonly end: number;
  /** Line breaks in it. */
  readonly breaks: number;
}
function plain(text: string, from: number): Cell {
  let end = from;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end++;
  return { value: text.slice(from, end), end, breaks: 0 };
}
function quoted(text: string, from: number, line: number): Cell {
  const parts: string[] = [];
  for (let start = from + 1; ; ) {
    const quote = text.indexOf('"', start);
    if (quote < 0) throw wrong(`Line ${line}: a quote is not closed.`);
    parts.push(text.slice(start, quote));
    if (text[quote + 1] !== '"') {
      const value = parts.join('"');
      return { value, end: quote + 1, breaks: value.split("\n").length - 1 };
    }
    start = quote + 2;
  }
}

function wrong(message: string): BadValues {
  return new BadValues("invalid_request", [{ path: "", message }]);
}
