import { printTime } from "../measure/index.ts";
import { printPlain, printPosition } from "../measure/value.ts";
import type { Cell, Row } from "./types.ts";

/** A cell as JSON: a position as the text `(lat,lng)`, everything else as JSON has it. */
export function cellJson(cell: Cell): string {
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

/** Prints rows as JSON objects: the time, what `head` says, and each key with its cell. */
export class RowPrinter {
  /** `,"FIELD":` as it stands in a row. */
  private readonly names: readonly string[];
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
  print({ time, cells }: Row, head = ""): string {
    let text = `{"time":"${printTime(time)}"${head}`;
    for (let i = 0; i < cells.length; i++)
      if (this.shown?.[i] !== false) text += this.names[i] + cellJson(cells[i] ?? null);
    return cells.some(overflowed) ? `${text},"overflow":${JSON.stringify(this.overflowsOf(cells))}}` : `${text}}`;
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
