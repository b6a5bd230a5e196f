import type { Looked } from "../../ports.ts";

/** Lines kept; how many more there were is said. */
const MOST_LINES = 1000;

/** What a check found: damage, and what is odd and may be as it is. */
export class Findings {
  readonly damage: string[] = [];
  readonly notes: string[] = [];
  /** Findings of damage, also those without a line. */
  count = 0;

  wrong(text: string): void {
    this.count++;
    if (this.damage.length < MOST_LINES) this.damage.push(text);
  }
  note(text: string): void {
    if (this.notes.length < MOST_LINES) this.notes.push(text);
  }
}

export function nothingLooked(): Looked {
  const none = { devices: 0, series: 0, blocks: 0, points: 0, logRecords: 0, logRows: 0 };
  return { ...none, sessions: 0, chunks: 0, retained: 0, nextSeq: 0 };
}

/** The span of two moments in µs, for people: UTC, to the second. */
export function spanOf(t0: unknown, t1: unknown): string {
  return `${moment(t0)} to ${moment(t1)}`;
}
function moment(micros: unknown): string {
  const date = new Date(typeof micros === "number" ? micros / 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? "?" : `${date.toISOString().slice(0, 19)}Z`;
}
