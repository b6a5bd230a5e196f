import type { Database } from "bun:sqlite";
import type { StoredConsumer } from "../../ports.ts";

export function putConsumer(db: Database, { name, position, lost }: StoredConsumer): void {
  db.query(
    "INSERT INTO consumer (name, position, lost) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET " +
      "position = excluded.position, lost = excluded.lost",
  ).run(name, position, lost);
}

/** All of them, by name. */
export function readConsumers(db: Database): StoredConsumer[] {
  return db.query<StoredConsumer, []>("SELECT name, position, lost FROM consumer ORDER BY name").all();
}
