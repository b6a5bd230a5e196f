/**
 * What the code of this folder asks of a database: the part of bun:sqlite that it uses. Another engine gives it over a database of its
 * own (src/store/postgres/data/sync.ts), so it is SQL that both understand: see there what is put into other words.
 */
export interface Sql {
  // the types of rows and parameters are the caller's word, as they are with bun:sqlite
  query<Row, Params extends Cell[] = Cell[]>(sql: string): Prepared<Row, Params>;
  run(sql: string): unknown;
  readonly inTransaction: boolean;
  /** Series that are sealed next, or whose parts are merged: where a question costs more than its answer, they are read together. */
  prefetch?(series: readonly number[], work: "seal" | "merge"): void;
}

export type Cell = number | string | null | Uint8Array;

/** `Params` is for readers: bun:sqlite's own types and ours cannot be told to agree on it. */
// biome-ignore lint/correctness/noUnusedVariables: see above
interface Prepared<Row, Params> {
  // biome-ignore lint/suspicious/noExplicitAny: see above, as below
  get(...params: any[]): Row | null;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  all(...params: any[]): Row[];
  // biome-ignore lint/suspicious/noExplicitAny: see above
  iterate(...params: any[]): IterableIterator<Row>;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  run(...params: any[]): { readonly changes: number };
  /** Rows as lists of their columns. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  values(...params: any[]): unknown[][];
}
