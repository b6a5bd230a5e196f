import type { DeviceLogOp, StoredPresence } from "../../ports.ts";
import type { Sql } from "./sql.ts";

interface PresenceRow {
  device: number;
  connected: number;
  connected_at: number | null;
  disconnected_at: number | null;
  number: number;
  /** Epochs, with commas between them; only PostgreSQL has it. */
  holders?: string;
}

type PresenceOp = Extract<DeviceLogOp, { op: "presence_put" | "presence_told" | "presence_delete" }>;

/** @throws RangeError presence_told: a file has one server */
export function applyPresence(db: Sql, op: PresenceOp): void {
  if (op.op === "presence_put") return put(db, op.presence);
  if (op.op === "presence_told")
    throw new RangeError("only one of several nodes tells who has connections of a device");
  for (const device of op.devices) db.query("DELETE FROM presence WHERE device = ?").run(device);
}
function put(db: Sql, p: StoredPresence): void {
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
      ...(row.holders ? { holders: row.holders.split(",").map(Number) } : {}),
    }));
}
