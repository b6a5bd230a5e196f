import type { Database } from "bun:sqlite";
import type { DoorEvent, DoorQuery, StoredDoorEvent } from "../../ports.ts";

/** Adds events and forgets old ones, inside the caller's transaction. See the op `doors_put`. */
export function putDoors(db: Database, rows: readonly DoorEvent[], before: number, most: number): void {
  const insert = db.query(
    "INSERT INTO door (time, workspace, principal, device, kind, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  for (const row of rows) {
    const { time, workspace, principal, device, kind, ...rest } = row;
    insert.run(time, workspace, principal, device, kind, JSON.stringify(rest));
  }
  db.query("DELETE FROM door WHERE time < ?").run(before);
  db.query("DELETE FROM door WHERE id <= (SELECT max(id) FROM door) - ?").run(most);
}

interface Row extends Pick<StoredDoorEvent, "id" | "time" | "workspace" | "principal" | "device" | "kind"> {
  readonly body: string;
}

/** See DeviceLogStore.readDoors. @throws RangeError when a row is damaged */
export function selectDoors(db: Database, query: DoorQuery): StoredDoorEvent[] {
  const { visible, principal, device, kind, since, before } = query;
  const where: string[] = [];
  const values: (number | string)[] = [];
  const must = (condition: string, ...given: (number | string)[]): void => {
    where.push(condition);
    values.push(...given);
  };
  if (visible !== null) {
    const marks = visible.workspaces.map(() => "?").join(", ");
    must(`(principal = ? OR workspace IN (${marks}))`, visible.principal, ...visible.workspaces);
  }
  if (principal !== undefined) must("principal = ?", principal);
  if (device !== undefined) must("device = ?", device);
  if (kind !== undefined) must("kind = ?", kind);
  if (since !== undefined) must("time >= ?", since);
  if (before !== undefined) must("id < ?", before);
  const filter = where.length > 0 ? `WHERE ${where.join(" AND ")} ` : "";
  return db
    .query<Row, (number | string)[]>(
      `SELECT id, time, workspace, principal, device, kind, body FROM door ${filter}ORDER BY id DESC LIMIT ?`,
    )
    .all(...values, query.limit)
    .map(({ body, ...row }) => ({ ...(parsed(body, row.id) as Omit<StoredDoorEvent, keyof Row>), ...row })); // as it was put
}

function parsed(body: string, id: number): object {
  const value: unknown = JSON.parse(body);
  if (typeof value === "object" && value !== null) return value;
  throw new RangeError(`door event ${id} is damaged`);
}
