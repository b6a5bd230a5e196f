import type { Told } from "./bridge-messages.ts";
import { translated } from "./dialect.ts";

/** Statements in PostgreSQL's words, and the names under which they are prepared. */
export class Names {
  private readonly texts = new Map<string, string>();
  private readonly names = new Map<string, string>();

  textOf(sql: string): string {
    let text = this.texts.get(sql);
    if (text === undefined) {
      text = translated(sql);
      this.texts.set(sql, text);
    }
    return text;
  }
  nameOf(text: string): string {
    let name = this.names.get(text);
    if (name === undefined) {
      name = `s${this.names.size + 1}`;
      this.names.set(text, name);
    }
    return name;
  }
}

/** Rows as objects of their columns. */
export function named<Row>({ columns, rows }: Told): Row[] {
  return rows.map((row) => {
    const one: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) one[columns[i] ?? ""] = row[i];
    return one as Row; // the caller's word
  });
}
