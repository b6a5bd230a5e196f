import { compare, type SortKey } from "./sorting.ts";

/** Work on long lists, in pieces so small that no frame is missed between two of them. */

/** Rows whose keys are made and sorted in one piece, and comparisons of one piece of a merge. */
const PIECE = 512;

interface Keyed<Row> {
  readonly row: Row;
  readonly key: SortKey;
}

/** What compares rows: empty ones come last either way. @param down from the greatest to the smallest */
function order(down: boolean, locale: string): (a: Keyed<unknown>, b: Keyed<unknown>) => number {
  const sign = down ? -1 : 1;
  return ({ key: a }, { key: b }) => {
    const empty = Number(a === undefined || a === null) - Number(b === undefined || b === null);
    return empty !== 0 ? empty : sign * compare(a, b, locale);
  };
}

export interface Order<Row> {
  readonly by: (row: Row) => SortKey;
  readonly down: boolean;
  readonly locale: string;
}

/** Rows in an order; those that are alike stay as they were. Each key is made once: making it may take longer than comparing. */
export function sortedRows<Row>(rows: readonly Row[], { by, down, locale }: Order<Row>): Row[] {
  return rows
    .map((row) => ({ row, key: by(row) }))
    .sort(order(down, locale))
    .map(({ row }) => row);
}

/** The same as `sortedRows`, piece by piece: a merge sort that stops after each piece. */
export function* sortInPieces<Row>(
  rows: readonly Row[],
  { by, down, locale }: Order<Row>,
): Generator<undefined, Row[], undefined> {
  const before = order(down, locale);
  let runs: Keyed<Row>[][] = [];
  for (let from = 0; from < rows.length; from += PIECE) {
    const run = rows.slice(from, from + PIECE).map((row) => ({ row, key: by(row) }));
    runs.push(run.sort(before));
    yield;
  }
  while (runs.length > 1) {
    const next: Keyed<Row>[][] = [];
    for (let n = 0; n < runs.length; n += 2) next.push(yield* merged(runs[n] ?? [], runs[n + 1] ?? [], before));
    runs = next;
  }
  return (runs[0] ?? []).map(({ row }) => row);
}

function* merged<T>(a: readonly T[], b: readonly T[], before: (a: T, b: T) => number): Generator<undefined, T[]> {
  const both: T[] = [];
  let [i, k] = [0, 0];
  while (i < a.length && k < b.length) {
    const [one, other] = [a[i] as T, b[k] as T]; // both are there
    // those that are alike: the one that stood first
    if (before(one, other) <= 0) {
      both.push(one);
      i++;
    } else {
      both.push(other);
      k++;
    }
    if (both.length % PIECE === 0) yield;
  }
  for (; i < a.length; i++) both.push(a[i] as T);
  for (; k < b.length; k++) both.push(b[k] as T);
  return both;
}

/** When the next pieces are done, and how long they may take then. */
export interface Turns {
  /** Calls back when there is time, with how much of it, ms. @returns takes it back */
  readonly next: (run: (ms: number) => void) => () => void;
  /** ms. */
  readonly now: () => number;
}

/**
 * Runs work in turns until it is done.
 * @param done gets what the work returned
 * @returns ends it: `done` is not called any more
 */
export function inTurns<T>(work: Generator<undefined, T>, { next, now }: Turns, done: (result: T) => void): () => void {
  let cancel = next(turn);
  function turn(ms: number): void {
    const until = now() + ms;
    do {
      const piece = work.next();
      if (piece.done === true) return done(piece.value);
    } while (now() < until);
    cancel = next(turn);
  }
  return () => cancel();
}

/** Time that a turn takes at most, so that a frame (16 ms) has room beside it, ms. */
const MOST_MS = 6;
/** A page that is never idle gets on all the same, ms. */
const PATIENCE_MS = 50;

/** The turns of the browser: when it has nothing else to do. */
export const idleTurns: Turns = {
  next: (run) => {
    // not every browser tells when it is idle
    if (typeof requestIdleCallback === "undefined") {
      const timer = setTimeout(run, 0, MOST_MS);
      return () => clearTimeout(timer);
    }
    const idle = requestIdleCallback((deadline) => run(Math.min(MOST_MS, Math.max(1, deadline.timeRemaining()))), {
      timeout: PATIENCE_MS,
    });
    return () => cancelIdleCallback(idle);
  },
  now: () => performance.now(),
};
