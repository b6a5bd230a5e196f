import { SEVERITIES } from "../../../fleet/rule-action-rows.ts";
import {
  ALERT_STATES,
  type AlertOp,
  type AlertQuery,
  type StoreOp,
  type StoredAlert,
  type StoredTask,
} from "../../ports.ts";
import type { Sql } from "./sql.ts";

/** The step of the schema that brought them. */
export const ALERTS = `
  -- Alerts of rules; severity: 0 info to 3 critical; state: 0 open, 1 acknowledged, 2 closed; body: what else there is, as JSON.
  CREATE TABLE alert (
    id INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, rule INTEGER NOT NULL, device INTEGER NOT NULL, severity INTEGER NOT NULL,
    state INTEGER NOT NULL, opened INTEGER NOT NULL, changed INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alert_workspace ON alert (workspace);
  CREATE INDEX alert_device ON alert (device);
  CREATE INDEX alert_rule ON alert (rule);
  CREATE INDEX alert_state ON alert (state, changed);
  -- Actions of rules that are to be done; body: what, and how often it was tried, as JSON.
  CREATE TABLE alert_task (id INTEGER PRIMARY KEY, rule INTEGER NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  `;

export function isAlertOp(op: StoreOp): op is AlertOp {
  return op.op.startsWith("alerts_") || op.op.startsWith("tasks_");
}
/** Inside the caller's transaction. See AlertOp. */
export function applyAlerts(db: Sql, op: AlertOp): void {
  switch (op.op) {
    case "alerts_put": {
      const put = db.query("INSERT OR REPLACE INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
      for (const { id, workspace, rule, device, severity, state, opened, changed, body } of op.rows)
        put.run(id, workspace, rule, device, rankOf(severity), numberOf(state), opened, changed, body);
      return;
    }
    case "alerts_trim":
      db.query("DELETE FROM alert WHERE state = ? AND changed < ?").run(CLOSED, op.before);
      db.query(
        "DELETE FROM alert WHERE state = ? AND id <= (SELECT id FROM alert WHERE state = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
      ).run(CLOSED, CLOSED, op.most);
      return;
    case "alerts_forget": {
      const drop = db.query("DELETE FROM alert WHERE device = ?");
      for (const device of op.devices) drop.run(device);
      return;
    }
    case "tasks_put": {
      const put = db.query("INSERT OR REPLACE INTO alert_task VALUES (?, ?, ?, ?)");
      for (const { id, rule, time, body } of op.rows) put.run(id, rule, time, body);
      return;
    }
    case "tasks_delete": {
      const drop = db.query("DELETE FROM alert_task WHERE id = ?");
      for (const id of op.ids) drop.run(id);
      return;
    }
    default:
      op satisfies never;
  }
}

type State = StoredAlert["state"];
const rankOf = (severity: StoredAlert["severity"]) => SEVERITIES.indexOf(severity);
const numberOf = (state: State) => ALERT_STATES.indexOf(state);
const CLOSED = numberOf("closed");

interface Row extends Omit<StoredAlert, "severity" | "state"> {
  readonly severity: number;
  readonly state: number;
}
/** @throws RangeError when the row is damaged */
function alertOf({ severity, state, ...row }: Row): StoredAlert {
  const [word, life] = [SEVERITIES[severity], ALERT_STATES[state]];
  if (word === undefined || life === undefined) throw new RangeError(`alert ${row.id} is damaged`);
  return { ...row, severity: word, state: life };
}

/** Reads of alerts and tasks. */
export function alertsIn(db: () => Sql) {
  return {
    select: (query: AlertQuery) => selectAlerts(db(), query),
    one: (id: number) => selectAlert(db(), id),
    tasks: (after: number, limit: number) => selectTasks(db(), after, limit),
  };
}

/** See AlertStore.readAlerts. */
function selectAlerts(db: Sql, query: AlertQuery): StoredAlert[] {
  // PostgreSQL has no empty lists
  if (query.states?.length === 0) return [];
  const where: string[] = [];
  const values: number[] = [];
  const must = (condition: string, ...given: (number | undefined)[]): void => {
    const known = given.filter((one) => one !== undefined);
    if (known.length < given.length) return;
    where.push(condition);
    values.push(...known);
  };
  must("workspace = ?", query.workspace);
  must("rule = ?", query.rule);
  must("device = ?", query.device);
  if (query.states !== undefined)
    must(`state IN (${query.states.map(() => "?").join(", ")})`, ...query.states.map(numberOf));
  must("severity >= ?", query.least && rankOf(query.least));
  must("opened >= ?", query.since);
  must("opened < ?", query.until);
  must("id < ?", query.before);
  const filter = where.length > 0 ? `WHERE ${where.join(" AND ")} ` : "";
  return db
    .query<Row, number[]>(`SELECT * FROM alert ${filter}ORDER BY id DESC LIMIT ?`)
    .all(...values, query.limit)
    .map(alertOf);
}
/** See AlertStore.readAlert. */
function selectAlert(db: Sql, id: number): StoredAlert | null {
  const row = db.query<Row, [number]>("SELECT * FROM alert WHERE id = ?").get(id);
  return row === null ? null : alertOf(row);
}
/** See AlertStore.readTasks. */
function selectTasks(db: Sql, after: number, limit: number): StoredTask[] {
  return db
    .query<StoredTask, [number, number]>("SELECT * FROM alert_task WHERE id > ? ORDER BY id LIMIT ?")
    .all(after, limit);
}
