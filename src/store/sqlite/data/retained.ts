import { createRetained, type Retained, readRetained } from "../../retained.ts";
import type { Sql } from "./sql.ts";

/** Applies the operation `retained`, inside the caller's transaction. */
export function putRetained(db: Sql, changes: Uint8Array): void {
  const put = db.query(
    "INSERT INTO retained (workspace, topic, body) VALUES (?, ?, ?) " +
      "ON CONFLICT (workspace, topic) DO UPDATE SET body = excluded.body",
  );
  const remove = db.query("DELETE FROM retained WHERE workspace = ? AND topic = ?");
  // one that has expired goes, but not the one that came in its place
  const body = db.query<{ body: Uint8Array }, [number, Uint8Array]>(
    "SELECT body FROM retained WHERE workspace = ? AND topic = ?",
  );
  const there = createRetained();
  const isOther = (topic: Uint8Array, { workspace, deadline }: Retained): boolean => {
    const row = deadline > 0 ? body.get(workspace, topic) : null;
    return row !== null && readRetained(row.body, 0, there) && there.deadline !== deadline;
  };
  const r = createRetained();
  for (let at = 0; at < changes.length && readRetained(changes, at, r); at = r.next) {
    const topic = changes.subarray(r.topicStart, r.topicEnd);
    if (r.removed && isOther(topic, r)) continue;
    if (r.removed) remove.run(r.workspace, topic);
    else put.run(r.workspace, topic, changes.subarray(at, r.next));
  }
}

/** Bytes of a piece, about. */
const PIECE = 1024 * 1024;

/** All retained messages, packed one behind the other in pieces. @throws RangeError when a row is not one packed message */
export function readRetainedRows(db: Sql): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let some: Uint8Array[] = [];
  let bytes = 0;
  const end = (): void => {
    const piece = new Uint8Array(bytes);
    let at = 0;
    for (const body of some) {
      piece.set(body, at);
      at += body.length;
    }
    pieces.push(piece);
    some = [];
    bytes = 0;
  };
  const r = createRetained();
  for (const { id, body } of db
    .query<{ id: number; body: Uint8Array }, []>("SELECT id, body FROM retained")
    .iterate()) {
    if (!readRetained(body, 0, r) || r.next !== body.length)
      throw new RangeError(`row ${id} of the table retained: its length is wrong`);
    some.push(body);
    bytes += body.length;
    if (bytes >= PIECE) end();
  }
  if (bytes > 0) end();
  return pieces;
}
