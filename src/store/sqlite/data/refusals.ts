import type { StoredRefusal } from "../../ports.ts";
import type { Sql } from "./sql.ts";

/** Refusals kept for each device, and for each principal where no device is known. */
const REFUSALS_KEPT = 200;

/** Adds refusals and forgets old ones, inside the caller's transaction. See the op `refusals_put`. */
export function putRefusals(db: Sql, rows: readonly StoredRefusal[]): void {
  const insert = db.query(
    "INSERT INTO refusal (device, principal, time, code, message, topic, payload, base64, count, first) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const devices = new Set<number>();
  const principals = new Set<string>();
  for (const r of rows) {
    insert.run(
      r.device,
      r.principal,
      r.time,
      r.code,
      r.message,
      r.topic,
      r.payload,
      r.base64 ? 1 : 0,
      r.count,
      r.first ?? null,
    );
    if (r.device > 0) devices.add(r.device);
    else principals.add(r.principal);
  }
  const ofDevice = db.query(
    "DELETE FROM refusal WHERE id IN (SELECT id FROM refusal WHERE device = ? ORDER BY id DESC LIMIT -1 OFFSET ?)",
  );
  for (const device of devices) ofDevice.run(device, REFUSALS_KEPT);
  const ofPrincipal = db.query(
    "DELETE FROM refusal WHERE id IN " +
      "(SELECT id FROM refusal WHERE principal = ? AND device = 0 ORDER BY id DESC LIMIT -1 OFFSET ?)",
  );
  for (const principal of principals) ofPrincipal.run(principal, REFUSALS_KEPT);
}

interface RefusalRow extends Omit<StoredRefusal, "base64" | "first"> {
  base64: number;
  first: number | null;
}

/** See DeviceLogStore.readRefusals. */
export function selectRefusals(
  db: Sql,
  device: number | null,
  principal: string | null,
  limit: number,
): StoredRefusal[] {
  const where: string[] = [];
  const values: (number | string)[] = [];
  if (device !== null) {
    where.push("device = ?");
    values.push(device);
  }
  if (principal !== null) {
    where.push("principal = ?");
    values.push(principal);
  }
  const filter = where.length > 0 ? `WHERE ${where.join(" AND ")} ` : "";
  return (
    db
      .query<RefusalRow, (number | string)[]>(
        "SELECT device, principal, time, first, code, message, topic, payload, base64, count FROM refusal " +
          `${filter}ORDER BY id DESC LIMIT ?`,
      )
      .all(...values, limit)
      .map(({ first, ...r }) => ({ ...r, ...(first !== null && { first }), base64: r.base64 === 1 }))
      // a row that stands for several comes after others that came later than the last of them
      .sort((a, b) => b.time - a.time)
  );
}
