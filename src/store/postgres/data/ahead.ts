import type { Told } from "./bridge-messages.ts";

/** What sealing reads of each series, and how it is read of many at once: the first column is the series. */
const READ: readonly (readonly [one: string, many: string])[] = [
  [
    "SELECT type, cur_time, last_arrival, sealed_seq FROM series WHERE id = $1",
    "SELECT id, type, cur_time, last_arrival, sealed_seq FROM series WHERE id = ANY($1::bigint[])",
  ],
  [
    "SELECT id, t0, t1, n, length(body) AS bytes FROM part WHERE series = $1 ORDER BY id",
    "SELECT series, id, t0, t1, n, length(body) AS bytes FROM part WHERE series = ANY($1::bigint[]) ORDER BY id",
  ],
  [
    "SELECT t1 FROM block WHERE series = $1 ORDER BY t0 DESC LIMIT 1",
    "SELECT DISTINCT ON (series) series, t1 FROM block WHERE series = ANY($1::bigint[]) ORDER BY series, t0 DESC",
  ],
];

/** What was read ahead of series in this transaction, until something is written that concerns it. */
export class Ahead {
  private readonly known = new Map<string, Map<number, Told>>();

  /** @param ask answers a statement with a list of series */
  read(series: readonly number[], ask: (text: string, series: readonly number[]) => Told): void {
    for (const [one, many] of READ) {
      const { columns, rows } = ask(many, series);
      const found = new Map(
        series.map((id) => [id, { columns: columns.slice(1), rows: [] as unknown[][], counts: [] }]),
      );
      for (const [id, ...row] of rows) found.get(Number(id))?.rows.push(row);
      this.known.set(one, found);
    }
  }
  /** null: it is to be asked for. */
  find(text: string, params: readonly unknown[]): Told | null {
    return params.length === 1 ? (this.known.get(text)?.get(Number(params[0])) ?? null) : null;
  }
  /** @param params of what is written: those that sealing writes for a series are known, anything else makes all of it old */
  written(text: string, params: readonly unknown[]): void {
    if (this.known.size === 0) return;
    const of = /^INSERT INTO (?:part|block) /.test(text)
      ? params[0]
      : /^UPDATE series SET cur_time/.test(text)
        ? params[4]
        : null;
    if (of === null) this.known.clear();
    else for (const found of this.known.values()) found.delete(Number(of));
  }
}
