import type { Database, SQLQueryBindings } from "bun:sqlite";
import { sqliteCode } from "../data/files.ts";

export type Cell = SQLQueryBindings;
export type Row = Readonly<Record<string, Cell>>;

/** Rows of a table that cannot be read: those with after < rowid < before; null: from the first, or to the last. */
export interface Gap {
  readonly after: number | null;
  readonly before: number | null;
  readonly why: string;
}
/** A row that is there and cannot be read whole: its first columns, as far as they can. */
interface Broken {
  readonly rowid: number;
  readonly columns: Row;
  readonly why: string;
}
export interface Losses {
  gap(gap: Gap): void;
  broken(row: Broken): void;
}

/** Whether an error means that bytes of the file are wrong, rather than that it cannot be read at all now. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return (
    error instanceof RangeError ||
    code.startsWith("SQLITE_CORRUPT") ||
    code === "SQLITE_NOTADB" ||
    code === "SQLITE_ERROR" ||
    code === "SQLITE_IOERR_SHORT_READ" ||
    code === "SQLITE_IOERR_READ" ||
    code === "SQLITE_TOOBIG" ||
    code === "SQLITE_NOMEM" // a length that damage made enormous
  );
}
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.trim().replaceAll(/\s+/g, " ") : String(error);
}

/** One question whose statement is thrown away afterwards: after an error a kept one is of no use. */
function ask(db: Database, sql: string, ...values: number[]): Row | null {
  const statement = db.prepare<Row, number[]>(sql);
  try {
    return statement.get(...values);
  } finally {
    statement.finalize();
  }
}

/** Row ids are at most so large: what the program counts stays far below. */
const MOST = Number.MAX_SAFE_INTEGER;
/** So many numbers after a damaged place are tried one by one; then the steps double. */
const SINGLE_STEPS = 4096;

/**
 * All rows of a table with row ids, in their order, that can be read: what a damaged page holds is passed over and told.
 * A row's `rowid` is in the column of that name. @throws SQLite's errors that are not damage
 */
export function* scanTable(db: Database, table: string, losses: Losses): Generator<Row> {
  let last = -1;
  for (;;) {
    let why: string;
    const statement = db.prepare<Row, [number]>(
      `SELECT rowid AS rowid, * FROM "${table}" WHERE rowid > ? ORDER BY rowid`,
    );
    try {
      for (const row of statement.iterate(last)) {
        if (Number(row.rowid) <= last) throw new RangeError("its rows are not in order");
        last = Number(row.rowid);
        yield row;
      }
      return;
    } catch (error) {
      if (!isDamage(error)) throw error;
      why = messageOf(error);
    } finally {
      statement.finalize();
    }
    const next = nextReadable(db, table, last);
    const row = next === null ? null : oneRow(db, table, next, why, losses);
    if (next === null || next > last + 1) losses.gap({ after: last < 0 ? null : last, before: next, why });
    if (next === null) return;
    last = next;
    if (row !== null) yield row;
  }
}

/** The first row id after `last` that can be found; null: none. */
function nextReadable(db: Database, table: string, last: number): number | null {
  const probe = (after: number): { readonly id: number | null } | null => {
    try {
      const row = ask(db, `SELECT rowid AS id FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT 1`, after);
      const id = row === null ? null : Number(row.id);
      return id !== null && id <= after ? null : { id };
    } catch (error) {
      if (isDamage(error)) return null;
      throw error;
    }
  };
  let low = last;
  let step = 1;
  for (let tries = 0; ; tries++) {
    const at = tries === 0 ? last : low + step;
    if (at > MOST) return null;
    const found = probe(at);
    if (found !== null) return step === 1 ? found.id : (nearest(probe, low, at) ?? found.id);
    low = at;
    if (tries >= SINGLE_STEPS) step *= 2;
  }
}
/** Between a number after which nothing can be read and one after which something can: the lowest that is found. */
function nearest(
  probe: (after: number) => { readonly id: number | null } | null,
  low: number,
  high: number,
): number | null {
  let best: number | null = null;
  let [from, to] = [low, high];
  while (to - from > 1) {
    const middle = from + Math.floor((to - from) / 2);
    const found = probe(middle);
    if (found === null) from = middle;
    else {
      best = found.id;
      to = middle;
    }
  }
  return best;
}

/** A row by itself; null: it cannot be read whole, and `losses` has heard what is left of it. */
function oneRow(db: Database, table: string, rowid: number, why: string, losses: Losses): Row | null {
  try {
    return ask(db, `SELECT rowid AS rowid, * FROM "${table}" WHERE rowid = ?`, rowid);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const columns: Record<string, Cell> = Object.create(null);
  for (const name of columnsOf(db, table)) {
    try {
      columns[name] = ask(db, `SELECT "${name}" AS v FROM "${table}" WHERE rowid = ?`, rowid)?.v ?? null;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
  losses.broken({ rowid, columns, why });
  return null;
}

/** How far a row is from the first to the last of its table, 0 to 1; 0 where that is not known. */
export function progressIn(db: Database, table: string): (row: Row) => number {
  let last = 0;
  try {
    last = Number(ask(db, `SELECT max(rowid) AS last FROM "${table}"`)?.last ?? 0);
  } catch (error) {
    if (!isDamage(error)) throw error; // damaged, or without row ids
  }
  return ({ rowid }) => (typeof rowid === "number" && last > 0 ? rowid / last : 0);
}

/** The names of a table's columns; none when there is no such table. */
export function columnsOf(db: Database, table: string): string[] {
  const statement = db.prepare<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?)");
  try {
    return statement.all(table).map(({ name }) => name);
  } finally {
    statement.finalize();
  }
}

/**
 * All rows of a table without row ids that can be read: from the first on, and from the last back to where it breaks.
 * @param key its primary key's columns
 */
export function* scanKeyed(db: Database, table: string, key: readonly string[], losses: Losses): Generator<Row> {
  const seen = new Set<string>();
  let broken: string | null = null;
  for (const direction of ["ASC", "DESC"]) {
    const order = key.map((name) => `"${name}" ${direction}`).join(", ");
    const statement = db.prepare<Row, []>(`SELECT * FROM "${table}" ORDER BY ${order}`);
    try {
      for (const row of statement.iterate()) {
        const id = JSON.stringify(key.map((name) => String(row[name])));
        if (seen.has(id)) continue;
        seen.add(id);
        yield row;
      }
      if (broken === null) return;
    } catch (error) {
      if (!isDamage(error)) throw error;
      broken = messageOf(error);
    } finally {
      statement.finalize();
    }
  }
  losses.gap({ after: null, before: null, why: broken ?? "it cannot be read" });
}
