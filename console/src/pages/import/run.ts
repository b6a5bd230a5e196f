import { api } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import type { Piece, What } from "./columns.ts";

/** A row that the server does not take, or would not. */
export interface BadRow {
  /** Of the file, from 1. */
  readonly line: number;
  readonly field: string;
  readonly message: string;
}
/** What came of a part of the table. */
export interface Done {
  /** Rows that were taken, or would be. */
  readonly taken: number;
  readonly bad: readonly BadRow[];
}
export interface Progress extends Done {
  /** Rows that were looked at. */
  readonly rows: number;
}

/** Sends one part. @throws ApiProblem what is wrong is not single rows */
export type Send = (piece: Piece, signal: AbortSignal) => Promise<Done>;

/** A part is sent so often when too much is under way, waiting at most so long, s. */
const TRIES = 6;
const LONGEST_WAIT = 30;

/**
 * Sends a table part by part, and tells after each how far it is.
 * @param wait resolves after so many ms
 * @throws ApiProblem, and the reason of the signal: what was told before stands
 */
export async function runPieces(
  pieces: Iterable<Piece>,
  send: Send,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
  wait: (ms: number) => Promise<void>,
): Promise<Progress> {
  let progress: Progress = { rows: 0, taken: 0, bad: [] };
  for (const piece of pieces) {
    signal.throwIfAborted();
    const { taken, bad } = await patiently(() => send(piece, signal), wait);
    progress = {
      rows: progress.rows + piece.lines.length,
      taken: progress.taken + taken,
      bad: [...progress.bad, ...bad],
    };
    tell(progress);
    // the page draws, and hears clicks, between two parts
    await wait(0);
  }
  return progress;
}

async function patiently<T>(act: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (let n = 1; ; n++)
    try {
      return await act();
    } catch (error) {
      const after = error instanceof ApiProblem && [429, 503].includes(error.status) ? (error.retryAfter ?? 1) : null;
      if (after === null || n >= TRIES || after > LONGEST_WAIT) throw error;
      await wait(after * 1000);
    }
}

/** The operation that takes a part: devices are made all or none of a part, measurements row by row. */
export function sender(what: What, product: string, dry: boolean): Send {
  if (what === "measurements")
    return async ({ text, lines, own }, signal) => {
      const { data } = await api.importMeasurements({ body: text, ...(dry && { dry_run: true }), signal });
      const bad = data.rows.map(({ line, field = "", message }) => ({
        line: lines[own.indexOf(line)] ?? line,
        field,
        message,
      }));
      return { taken: data.stored, bad };
    };
  return async ({ text, lines }, signal) => {
    try {
      const { data } = await api.importDevices({ product, body: text, ...(dry && { dry_run: true }), signal });
      return { taken: data.ids.length, bad: [] };
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.rows.length === 0) throw error;
      const bad = error.rows.map(({ row, field = "", message }) => ({ line: lines[row] ?? 0, field, message }));
      // one bad row, and none of the part is made; in a dry run the others would be
      const count = new Set(bad.map(({ line }) => line)).size;
      return { taken: dry ? lines.length - count : 0, bad };
    }
  };
}
