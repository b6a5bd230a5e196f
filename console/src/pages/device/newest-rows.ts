import { type Count, newestPart } from "../../parts/chart/counts.ts";

export type Row = { readonly time: string } & Readonly<Record<string, unknown>>;
/** Rows of one table: who wants more narrows the range, or takes the CSV. */
export const MOST = 2000;
/** So often the part of a range is narrowed in which the newest rows are: 400 parts of 400 parts of a century are hours. */
const ROUNDS = 4;

/** What answers, oldest first. */
export interface Asked {
  /** At most MOST rows from the beginning of a range (ms), and whether there are more. */
  rows(from: number, to: number): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }>;
  counts(from: number, to: number): Promise<readonly Count[]>;
}

/**
 * The newest rows of a range. The API answers the oldest first: where they are more than fit, it is asked how many there are when.
 * @param from ms @param to ms @returns in the order of time, at most MOST; `more`: there are earlier ones in the range
 */
export async function newestRows(
  asked: Asked,
  from: number,
  to: number,
): Promise<{ rows: readonly Row[]; more: boolean }> {
  let found = await asked.rows(from, to);
  let part = { from, to };
  for (let round = 0; found.more && round < ROUNDS; round++) {
    const counts = await asked.counts(part.from, part.to);
    // deleted meanwhile
    if (counts.length === 0) break;
    part = newestPart(counts, part, MOST);
    found = await asked.rows(part.from, part.to);
  }
  return { rows: found.rows, more: part.from > from || found.more };
}
