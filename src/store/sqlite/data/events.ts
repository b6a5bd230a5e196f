import type { InspectorEvent, EventQuery, StoredEvent } from "../../ports.ts";
import type { Sql } from "./sql.ts";

/** Adds events and forgets old ones, inside the caller's transaction. See the op `events_put`. */
export function putEvents(db: Sql, rows: readonly InspectorEvent[], before: number, most: number): void {
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

interface Row extends Pick<StoredEvent, "id" | "time" | "workspace" | "principal" | "device" | "kind"> {
  readonly body: string;
}

/** See DeviceLogStore.readEvents. @throws RangeError when a row is damaged */
export function selectEvents(db: Sql, query: EventQuery): StoredEvent[] {
  const { visible, principal, device, kind, since, before } = query;
  const where: string[] = [];
  const values: (number | string)[] = [];
  const must = (condition: string, ...given: (number | string)[]): void => {
    where.push(condition);
    values.push(...given);
  };
  if (visible !== null) {
    // no workspace has this number; a list without any is none to PostgreSQL
    const workspaces = [-1, ...visible.workspaces];
    const marks = workspaces.map(() => "?").join(", ");
    must(`(principal = ? OR workspace IN (${marks}))`, visible.principal, ...workspaces);
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
    .map(({ body, ...row }) => ({ ...(parsed(body, row.id) as Omit<StoredEvent, keyof Row>), ...row })); // as it was put
}

function parsed(body: string, id: number): object {
  const value: unknown = JSON.parse(body);
  if (typeof value === "object" && value !== null) return value;
  throw new RangeError(`event ${id} is damaged`);
}
