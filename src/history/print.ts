import { printTime } from "../measure/index.ts";
import { printPlain, printPosition } from "../measure/value.ts";
import type { Cell, Row } from "./types.ts";

/** A cell as JSON: a position as the text `(lat,lng)`, everything else as JSON has it. */
export function cellJson(cell: Cell): string {
  // the text of a finite number is its JSON, and much cheaper
  if (typeof cell === "number" && Number.isFinite(cell)) return `${cell === 0 ? 0 : cell}`;
  return JSON.stringify(cell !== null && typeof cell === "object" ? printPosition(cell) : cell);
}

/** A cell as text; null: none. */
export function cellText(cell: Cell): string | null {
  return cell === null || overflowed(cell) ? null : printPlain(cell);
}

/**
 * Text that a spreadsheet takes as text: a ' before what it would run as a formula. Devices choose their texts, and
 * spreadsheets run what begins so (OWASP, CSV injection). Numbers stay numbers.
 */
export function withoutFormula(text: string | null): string | null {
  return text !== null && /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
}

/** What a row begins with: its time follows. */
export const BEFORE_TIME = '{"time":"';

/** Prints rows as JSON objects: the time, what `head` says, and each key with its cell. */
export class RowPrinter {
  /** `,"FIELD":` as it stands in a row. */
  private readonly names: readonly string[];
  /** What follows the time of a row without a value, of the head that was asked for last. */
  private empty: { readonly head: string; readonly text: string } | null = null;
  /** @param shown which columns; null: all */
  constructor(
    private readonly keys: readonly string[],
    private readonly shown: readonly boolean[] | null = null,
  ) {
    this.names = keys.map((key) => `,${JSON.stringify(key)}:`);
  }
  private overflowsOf(cells: readonly Cell[]): string[] {
    return this.keys.filter((_, i) => this.shown?.[i] !== false && overflowed(cells[i] ?? null));
  }
  /** @param head members between the time and the cells, each with a comma before it */
  print(row: Row, head = ""): string {
    return BEFORE_TIME + printTime(row.time) + this.afterTime(row, head);
  }
  /** What follows the time of a row, for those who write the time by themselves. */
  afterTime({ cells }: Row, head = ""): string {
    // of years of buckets most are empty, and look the same
    if (cells.every((cell) => cell === null)) return this.emptyAfter(head);
    let text = `"${head}`;
    for (let i = 0; i < cells.length; i++)
      if (this.shown?.[i] !== false) text += this.names[i] + cellJson(cells[i] ?? null);
    return cells.some(overflowed) ? `${text},"overflow":${JSON.stringify(this.overflowsOf(cells))}}` : `${text}}`;
  }
  private emptyAfter(head: string): string {
    if (this.empty?.head !== head) {
      const shown = this.names.filter((_, i) => this.shown?.[i] !== false);
      this.empty = { head, text: `"${head}${shown.map((name) => `${name}null`).join("")}}` };
    }
    return this.empty.text;
  }
}

/** Whether it is larger than a number may be: a sum of numbers that are not. */
export function overflowed(cell: Cell): boolean {
  return typeof cell === "number" && !Number.isFinite(cell);
}

/** How many cells of a row have a value. */
export function valuesOf({ cells }: Row): number {
  let count = 0;
  for (const cell of cells) if (cell !== null) count++;
  return count;
}
