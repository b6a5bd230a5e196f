import type { Database } from "bun:sqlite";
import type { Session } from "../session.ts";
import type { Value } from "../values.ts";
import { quoted, type Table } from "./tables.ts";

/** What a row is made of on either side. */
type Row = readonly (number | string | Uint8Array | null)[];

/** Rows, and bytes of them, of one piece. */
const ROWS = 1000;

/** A piece of a table, and the number of its last row. */
interface Piece {
  readonly rows: readonly Row[];
  readonly last: number;
}

/** The rows of a table of a file behind a number, piece by piece. */
export function* piecesOf(file: Database, { name, columns, numbered }: Table, after: number): Generator<Piece> {
  if (!numbered) {
    const rows = file.query(`SELECT ${quoted(columns)} FROM "${name}"`).values() as Row[];
    for (let i = 0; i < rows.length; i += ROWS) yield { rows: rows.slice(i, i + ROWS), last: 0 };
    return;
  }
  const query = file.query(`SELECT rowid, ${quoted(columns)} FROM "${name}" WHERE rowid > ? ORDER BY rowid LIMIT ?`);
  for (let last = after; ; ) {
    // fewer where they may be large
    const rows = query.values(last, columns.includes("body") ? ROWS / 10 : ROWS) as [number, ...Row][];
    const end = rows.at(-1);
    if (end === undefined) return;
    [last] = end;
    yield { rows: rows.map(([, ...row]) => row), last };
  }
}

/** The types that the columns of a table have in PostgreSQL. */
export async function typesOf(session: Session, { name, columns }: Table): Promise<string[]> {
  const { rows } = await session.query({
    text: "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0",
    values: [`"${name}"`],
  });
  const types = new Map(rows.map(([column, type]) => [String(column), String(type)]));
  return columns.map((column) => {
    const type = types.get(column);
    if (type === undefined) throw new Error(`PostgreSQL has no column ${column} in the table ${name}`);
    return type;
  });
}

/** The statement that inserts a piece, and its parameters: a list for each column. */
export function insertion({ name, columns }: Table, types: readonly string[], rows: readonly Row[]) {
  const lists = types.map((type, i) => `$${i + 1}::${type}[]`).join(", ");
  const text = `INSERT INTO "${name}" (${quoted(columns)}) SELECT * FROM unnest(${lists}) ON CONFLICT DO NOTHING`;
  const values = columns.map((_, i) => rows.map((row) => row[i] ?? null)) as unknown as Value[]; // each of one type
  return { text, values };
}

/** All rows of a table of PostgreSQL, in a transaction of the caller's. */
export async function* rowsOf(session: Session, { name, columns }: Table): AsyncGenerator<readonly Row[]> {
  const cursor = `DECLARE moving NO SCROLL CURSOR FOR SELECT ${quoted(columns)} FROM "${name}"`;
  await session.queryHere({ text: cursor });
  for (;;) {
    const { rows } = await session.queryHere({
      text: `FETCH ${columns.includes("body") ? ROWS / 10 : ROWS} FROM moving`,
    });
    if (rows.length === 0) break;
    yield rows as Row[];
  }
  await session.queryHere({ text: "CLOSE moving" });
}
