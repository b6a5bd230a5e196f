/** A table for spreadsheets: RFC 4180, with a `'` before what one would run as a formula. */
export function csvText(head: readonly string[], rows: Iterable<readonly string[]>): string {
  const lines = [head.map(cell).join(",")];
  for (const row of rows) lines.push(row.map(cell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** A number, or a position: they may begin with a minus, and are no formulas. */
const NUMBERS = /^-?\d+(\.\d+)?(e[+-]?\d+)?(, ?-?\d+(\.\d+)?(e[+-]?\d+)?)?$/i;

function cell(text: string): string {
  const safe = /^[=+@\t\r]|^-/.test(text) && !NUMBERS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands a text to the browser as a file. */
export function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
