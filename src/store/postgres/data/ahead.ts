import type { Told } from "./bridge-messages.ts";

/** What is read of each series, and how it is read of many at once: the first column is the series. */
type Read = readonly (readonly [one: string, many: string])[];
const PARTS: Read[number] = [
  "SELECT id, t0, t1, n, length(body) AS bytes FROM part WHERE series = $1 ORDER BY id",
  "SELECT series, id, t0, t1, n, length(body) AS bytes FROM part WHERE series = ANY($1::bigint[]) ORDER BY id",
];
const SEALING: Read = [
  [
    "SELECT type, cur_time, last_arrival, sealed_seq FROM series WHERE id = $1",
    "SELECT id, type, cur_time, last_arrival, sealed_seq FROM series WHERE id = ANY($1::bigint[])",
  ],
  PARTS,
  [
    "SELECT t1 FROM block WHERE series = $1 ORDER BY t0 DESC LIMIT 1",
    "SELECT DISTINCT ON (series) series, t1 FROM block WHERE series = ANY($1::bigint[]) ORDER BY series, t0 DESC",
  ],
];
const MERGING: Read = [
  PARTS,
  ["SELECT type FROM series WHERE id = $1", "SELECT id, type FROM series WHERE id = ANY($1::bigint[])"],
];
/** What is read of each part while parts are merged. */
const BODY = "SELECT body FROM part WHERE id = $1";
const BODIES = "SELECT series, id, body FROM part WHERE series = ANY($1::bigint[])";

/** What was read ahead of series in this transaction, until something is written that concerns it. */
export class Ahead {
  private readonly known = new Map<string, Map<number, Told>>();
  /** Series of the parts whose bodies were read. */
  private readonly seriesOf = new Map<number, number>();

  /**
   * @param work what is done with them: they are sealed, or their parts are merged with each other
   * @param ask answers a statement with a list of series
   */
  read(
    series: readonly number[],
    work: "seal" | "merge",
    ask: (text: string, series: readonly number[]) => Told,
  ): void {
    this.forget();
    for (const [one, many] of work === "seal" ? SEALING : MERGING) {
      const { columns, rows } = ask(many, series);
      const found = new Map(
        series.map((id) => [id, { columns: columns.slice(1), rows: [] as unknown[][], counts: [] }]),
      );
      for (const [id, ...row] of rows) found.get(Number(id))?.rows.push(row);
      this.known.set(one, found);
    }
    if (work === "merge") this.readBodies(ask(BODIES, series));
  }
  private readBodies({ rows }: Told): void {
    const found = new Map<number, Told>();
    for (const [series, id, body] of rows) {
      found.set(Number(id), { columns: ["body"], rows: [[body]], counts: [] });
      this.seriesOf.set(Number(id), Number(series));
    }
    this.known.set(BODY, found);
  }
  /** null: it is to be asked for. */
  find(text: string, params: readonly unknown[]): Told | null {
    return params.length === 1 ? (this.known.get(text)?.get(Number(params[0])) ?? null) : null;
  }
  /** @param params of what is written: what sealing and merging write for a series is known, anything else makes all of it old */
  written(text: string, params: readonly unknown[]): void {
    if (this.known.size === 0) return;
    const of = this.concerned(text, params);
    if (of === null) this.forget();
    else for (const [one, found] of this.known) if (one !== BODY) found.delete(of);
  }
  /** The series of a statement; null: nobody knows. Bodies of parts never change, and nobody asks for one that is gone. */
  private concerned(text: string, params: readonly unknown[]): number | null {
    if (/^INSERT INTO (?:part|block) \(series/.test(text)) return Number(params[0]);
    if (/^UPDATE series SET cur_time/.test(text)) return Number(params[4]);
    if (text === "DELETE FROM part WHERE id = $1") return this.seriesOf.get(Number(params[0])) ?? null;
    return null;
  }
  private forget(): void {
    this.known.clear();
    this.seriesOf.clear();
  }
}
