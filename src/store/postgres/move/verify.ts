import type { Database } from "bun:sqlite";
import { Refusal } from "../../../base/errors.ts";
import type { Session } from "../session.ts";
import type { Table } from "./tables.ts";

/** What a series has in a table of blocks: rows, points, and a sum over the hashes of the bodies. */
interface Digest {
  readonly rows: number;
  readonly points: number;
  readonly sum: number;
}
const PACKED = ["block", "part", "rollup"] as const;
const MODULUS = 2 ** 32;

/** Counts every table on both sides, and compares each series' blocks by their bodies. @returns series that were compared @throws Refusal damaged_store */
export async function verify(session: Session, tables: readonly (readonly [Database, Table])[]): Promise<number> {
  let compared = 0;
  for (const [file, table] of tables) {
    const here = file.query<{ n: number }, []>(`SELECT count(*) AS n FROM "${table.name}"`).get()?.n ?? 0;
    const { rows } = await session.query({ text: `SELECT count(*) FROM "${table.name}"` });
    const there = Number(rows[0]?.[0]);
    if (here !== there)
      throw differs(`the table ${table.name} has ${here} rows in the folder and ${there} in PostgreSQL`);
    if (PACKED.some((name) => name === table.name))
      compared += await compareBodies(session, file, table.name, "series");
    if (table.name === "log") await compareBodies(session, file, "log", "id");
  }
  return compared;
}

async function compareBodies(session: Session, file: Database, table: string, by: "series" | "id"): Promise<number> {
  const points = table === "log" ? "count" : "n";
  const here = new Map<number, Digest>();
  const query = file.query<{ key: number; points: number; body: Uint8Array }, []>(
    `SELECT ${by} AS key, ${points} AS points, body FROM "${table}"`,
  );
  for (const { key, points: n, body } of query.iterate()) {
    const known = here.get(key) ?? { rows: 0, points: 0, sum: 0 };
    here.set(key, { rows: known.rows + 1, points: known.points + n, sum: (known.sum + hashOf(body)) % MODULUS });
  }
  const { rows } = await session.query({
    text:
      `SELECT ${by}, count(*), sum(${points}), sum(('x' || substr(md5(body), 1, 8))::bit(32)::bigint & 4294967295) % ${MODULUS} ` +
      `FROM "${table}" GROUP BY ${by}`,
  });
  for (const [key, count, sum, hash] of rows) {
    const own = here.get(Number(key));
    here.delete(Number(key));
    if (own?.rows !== Number(count) || own.points !== Number(sum) || own.sum !== Number(hash))
      throw differs(`${table}, ${by} ${key}: counts or checksums differ`);
  }
  if (here.size > 0) throw differs(`${table}: ${here.size} of ${by} are missing`);
  return rows.length;
}
/** The first 32 bits of its MD5, which PostgreSQL can compute, too. */
function hashOf(body: Uint8Array): number {
  return Number.parseInt(new Bun.CryptoHasher("md5").update(body).digest("hex").slice(0, 8), 16);
}
function differs(what: string): Refusal {
  return new Refusal(
    "damaged_store",
    `What was moved is not what was there: ${what}. The data is where it was before.`,
  );
}
