/** The first line of a document that is made. */
export const MADE =
  "<!-- Made by `node_modules/.bin/bun test/docs/write.ts`. Edit the code that it is made from, not this file. -->";

/** A cell of a Markdown table: one line, and no bar that would end it. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|");
}
function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}
/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(row)].join("\n");
}
