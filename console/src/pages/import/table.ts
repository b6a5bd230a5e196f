/** Tables in CSV as people have them: with commas, semicolons or tabs, quotes, line breaks in cells. */

export const DELIMITERS = [",", ";", "\t"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** One row: its cells, and the line of the file on which it begins, from 1. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What divides the cells: what the first line has most of, outside of quotes. */
export function delimiterOf(text: string): Delimiter {
  const end = text.search(/\r?\n/);
  const head = (end < 0 ? text : text.slice(0, end)).replace(/"(?:[^"]|"")*"/g, "");
  const count = (one: Delimiter) => head.split(one).length;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** The rows of a table, the head among them; lines without any text are passed over. */
export function* rowsOf(text: string, delimiter: Delimiter): Generator<TableRow> {
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begin = line;
    const cells: string[] = [];
    let more = true;
    while (more) {
      const cell = cellAt(text, at, delimiter);
      cells.push(cell.text);
      line += cell.lines;
      at = cell.next;
      more = cell.more;
    }
    line++;
    if (cells.length > 1 || cells[0]?.trim() !== "") yield { line: begin, cells };
  }
}

interface Cell {
  readonly text: string;
  readonly next: number;
  /** Line breaks in it. */
  readonly lines: number;
  /** Another cell of the row follows. */
  readonly more: boolean;
}
function cellAt(text: string, from: number, delimiter: Delimiter): Cell {
  let at = from;
  let content = "";
  if (text[at] === '"') {
    for (;;) {
      const quote = text.indexOf('"', at + 1);
      // an open quote goes to the end
      content += text.slice(at + 1, quote < 0 ? text.length : quote);
      at = quote < 0 ? text.length : quote + 1;
      if (text[at] !== '"') break;
      content += '"';
    }
  }
  const lines = content.split("\n").length - 1;
  const start = at;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
  const rest = text.slice(start, at);
  const more = text[at] === delimiter;
  return { text: content + (more ? rest : rest.replace(/\r$/, "")), next: at + 1, lines, more };
}

/** A cell as the API takes it. */
export function cellText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a file: UTF-8, or what spreadsheets of Windows write. @returns whether it is UTF-8 */
export function decoded(bytes: ArrayBuffer): { readonly text: string; readonly isUtf8: boolean } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isUtf8: true };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), isUtf8: false };
  }
}
