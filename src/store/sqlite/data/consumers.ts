import type { FeedOp } from "../../ports.ts";
import type { Sql } from "./sql.ts";

/** Inside the caller's transaction. See FeedOp. */
export function applyConsumer(db: Sql, op: FeedOp): void {
  if (op.op === "consumer_delete") {
    db.query("DELETE FROM consumer WHERE name = ?").run(op.name);
    return;
  }
  const { name, position, lost, note } = op.consumer;
  db.query(
    "INSERT INTO consumer (name, position, lost, note) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET " +
      "position = excluded.position, lost = excluded.lost, note = excluded.note",
  ).run(name, position, lost, note);
}
