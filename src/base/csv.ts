/** Tables in CSV (RFC 4180): how a record is written, where it ends, what its cells are. */

/**
 * One line of CSV (RFC 4180) with CRLF at its end. A cell is quoted where it must be; an empty text is `""`, so that it
 * differs from no value.
 */
export function csvLine(cells: readonly (string | null)[]): string {
  let line = "";
  for (let i = 0; i < cells.length; i++) line += (i === 0 ? "" : ",") + csvCell(cells[i] ?? null);
  return `${line}\r\n`;
}
function csvCell(text: string | null): string {
  if (text === null) return "";
  if (text !== "" && !/[",\r\n]/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** Position of the line end behind the record that begins at `at`; −1: not in the buffer. @param closed at its end, −1 only inside quotes */
export function recordEnd(buffer: Uint8Array, at: number, delimiter: string, closed = false): number {
  const divides = delimiter.charCodeAt(0);
  let i = at;
  const n = buffer.length;
  for (;;) {
    // at the beginning of a cell
    if (buffer[i] === QUOTE) {
      i++;
      for (;;) {
        const quote = buffer.indexOf(QUOTE, i);
        if (quote < 0) return -1;
        i = quote + 1;
        if (buffer[i] !== QUOTE) break;
        i++;
      }
    }
    while (i < n && buffer[i] !== divides && buffer[i] !== NEWLINE) i++;
    if (i >= n) return closed ? n : -1;
    if (buffer[i] === NEWLINE) return i;
    i++;
  }
}

/** The cells of one record; null: something stands between a closing quote and the delimiter. */
export function cellsOf(text: string, delimiter = ","): readonly string[] | null {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let i = 0;
  for (;;) {
    if (text[i] !== '"') {
      const comma = text.indexOf(delimiter, i);
      cells.push(comma < 0 ? text.slice(i) : text.slice(i, comma));
      if (comma < 0) return cells;
      i = comma + 1;
      continue;
    }
    let end = i + 1;
    for (;;) {
      end = text.indexOf('"', end);
      if (end < 0) return null;
      if (text[end + 1] !== '"') break;
      end += 2;
    }
    cells.push(text.slice(i + 1, end).replaceAll('""', '"'));
    if (end + 1 === text.length) return cells;
    if (text[end + 1] !== delimiter) return null;
    i = end + 2;
  }
}
