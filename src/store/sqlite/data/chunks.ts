import type { StoreOp } from "../../ports.ts";
import type { Sql } from "./sql.ts";

type Put = Extract<StoreOp, { readonly op: "chunk_put" }>;
const NOTHING = new Uint8Array(0);

/** Bodies written last that are looked for when a commit brings one. */
const MOST_RECENT = 64;

/**
 * Bodies that several chunks have: they are written with the first of them. Chunks that are equal come with one commit, or with
 * several that follow each other.
 */
export class SharedBodies {
  /** By their hash: ids of those that were written last. What lies under an id may be another one, or none, by now. */
  private readonly recent = new Map<number | bigint, number>();
  /** Bodies of the commit that more than one operation has. */
  private readonly several = new Set<Uint8Array>();
  /** What was found of the bodies of the commit; null: it is the chunk's own. */
  private readonly ids = new Map<Uint8Array, number | null>();

  /** A commit begins, with these operations. */
  begin(ops: readonly StoreOp[]): this {
    this.several.clear();
    this.ids.clear();
    const seen = new Set<Uint8Array>();
    for (const op of ops) {
      if (op.op !== "chunk_put") continue;
      if (seen.has(op.body)) this.several.add(op.body);
      seen.add(op.body);
    }
    return this;
  }
  /** Id of a body, which is written unless it is there; null: nobody else has it, and the chunk takes it. */
  idOf(db: Sql, body: Uint8Array): number | null {
    const found = this.ids.get(body);
    if (found !== undefined) return found;
    const id = this.find(db, body);
    this.ids.set(body, id);
    return id;
  }
  private find(db: Sql, body: Uint8Array): number | null {
    const hash = Bun.hash(body);
    const known = this.recent.get(hash);
    if (known !== undefined) {
      const row = db.query<{ body: Uint8Array }, [number]>("SELECT body FROM queue_body WHERE id = ?").get(known);
      if (row !== null && Buffer.compare(row.body, body) === 0) return known;
    }
    if (!this.several.has(body)) return null;
    const id = insertedId(db.query<{ id: number }>("INSERT INTO queue_body (body) VALUES (?) RETURNING id").get(body));
    this.recent.delete(hash);
    this.recent.set(hash, id);
    const [oldest] = this.recent.keys();
    if (this.recent.size > MOST_RECENT && oldest !== undefined) this.recent.delete(oldest);
    return id;
  }
}

/** The id that a row got. */
export function insertedId(row: { readonly id: number } | null): number {
  if (row === null) throw new Error("an INSERT without its row");
  return row.id;
}

/** Inserts a chunk, or replaces it; nothing when its session does not exist (any more). */
export function putChunk(db: Sql, op: Put, bodies: SharedBodies): void {
  const { session, firstSeq, count, deadlineMax, upTo, body } = op;
  const { changes } = db
    .query(
      "INSERT INTO queue_reach SELECT id, ?1 FROM session WHERE id = ?2 " +
        "ON CONFLICT (session) DO UPDATE SET queued = max(queued, excluded.queued)",
    )
    .run(upTo, session);
  if (changes === 0) return;
  const shared = bodies.idOf(db, body);
  const insert = (): number =>
    db
      .query(
        "INSERT OR IGNORE INTO queue_chunk (session, first_qn, count, deadline_max, body, shared) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(session, firstSeq, count, deadlineMax, shared === null ? body : NOTHING, shared).changes;
  if (insert() > 0) return;
  // an operation may be repeated: what it wrote the first time goes
  dropChunks(db, "session = ? AND first_qn = ?", session, firstSeq);
  insert();
}

/** Deletes chunks, and the bodies that no other has. @param where of ours, never of a client's. Returns how many. */
export function dropChunks(db: Sql, where: string, a: number, b: number): number {
  const rows = db
    .query<{ shared: number }, [number, number]>(
      `SELECT DISTINCT shared FROM queue_chunk WHERE shared IS NOT NULL AND ${where}`,
    )
    .all(a, b);
  const { changes } = db.query(`DELETE FROM queue_chunk WHERE ${where}`).run(a, b);
  for (const { shared } of rows)
    db.query("DELETE FROM queue_body WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM queue_chunk WHERE shared = ?1)").run(
      shared,
    );
  return changes;
}
