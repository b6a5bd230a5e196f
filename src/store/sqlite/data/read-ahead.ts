import type { Sql } from "./sql.ts";

/** So many of them: their parts must find room beside each other. */
export const AHEAD = 400;

/** Series that are read together before work comes to them, where a question costs more than its answer (Sql.prefetch). */
export class ReadAhead {
  private read = new Set<number>();

  constructor(
    private readonly db: Sql,
    private readonly work: "seal" | "merge",
  ) {}

  /** A transaction begins: what was read in another holds no more. */
  begins(): void {
    this.read.clear();
  }
  /** Work comes to a series. @param next it, and those behind it */
  comesTo(series: number, next: () => Iterable<number>): void {
    if (this.db.prefetch === undefined || this.read.has(series)) return;
    this.read = new Set(Iterator.from(next()).take(AHEAD));
    this.db.prefetch([...this.read], this.work);
  }
}
