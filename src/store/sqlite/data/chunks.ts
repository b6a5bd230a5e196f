import type { Database } from "bun:sqlite";
import type { StoreOp } from "../../ports.ts";

type Put = Extract<StoreOp, { readonly op: "chunk_put" }>;
const NOTHING = new Uint8Array(0);

/** Ids of the bodies of one commit that several chunks have; the body is written with the first of them. */
export type SharedBodies = Map<Uint8Array, number | null>;

/** The bodies that more than one of these operations has. */
export function sharedBodies(ops: readonly StoreOp[]): SharedBodies {
  const seen = new Set<Uint8Array>();
  const shared: SharedBodies = new Map();
  for (const op of ops) {
    if (op.op !== "chunk_put") continue;
    if (seen.has(op.body)) shared.set(op.body, null);
    else seen.add(op.body);
  }
  return shared;
}

/** Inserts a chunk, or replaces it; nothing when its session does not exist (any more). */
export function putChunk(db: Database, op: Put, bodies: SharedBodies): void {
  const { session, firstSeq, count, deadlineMax, upTo, body } = op;
  const { changes } = db
    .query(
      "INSERT INTO queue_reach SELECT id, ?1 FROM session WHERE id = ?2 " +
        "ON CONFLICT (session) DO UPDATE SET queued = max(queued, excluded.queued)",
    )
    .run(upTo, session);
  if (changes === 0) return;
  let shared: number | null = null;
  if (bodies.has(body)) {
    shared = bodies.get(body) ?? Number(db.query("INSERT INTO queue_body (body) VALUES (?)").run(body).lastInsertRowid);
    bodies.set(body, shared);
  }
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
export function dropChunks(db: Database, where: string, a: number, b: number): number {
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
