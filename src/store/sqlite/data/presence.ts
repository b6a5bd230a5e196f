import type { StoredPresence } from "../../ports.ts";
import type { Sql } from "./sql.ts";

interface PresenceRow {
  device: number;
  connected: number;
  connected_at: number | null;
  disconnected_at: number | null;
  number: number;
}

export function putPresence(db: Sql, p: StoredPresence): void {
  db.query(
    "INSERT OR REPLACE INTO presence (device, connected, connected_at, disconnected_at, number) VALUES (?, ?, ?, ?, ?)",
  ).run(p.device, p.connected ? 1 : 0, p.connectedAt, p.disconnectedAt, p.number);
}

/** What is known of every device's connection, by device. */
export function readPresence(db: Sql): StoredPresence[] {
  return db
    .query<PresenceRow, []>("SELECT * FROM presence ORDER BY device")
    .all()
    .map((row) => ({
      device: row.device,
      connected: row.connected === 1,
      connectedAt: row.connected_at,
      disconnectedAt: row.disconnected_at,
      number: row.number,
    }));
}
