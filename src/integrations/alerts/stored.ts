import { objectIn } from "../downlinks/stored.ts";
import type { StoredAlert, StoredTask } from "../../store/ports.ts";
import type { Alert, Task } from "./types.ts";

/** Alerts and tasks as the store has them, and back; what is read is trusted as far as its shape was looked at. */

export function rowOf(alert: Alert): StoredAlert {
  const { id, workspace, rule, device, severity, state, opened, changed, ...rest } = alert;
  return { id, workspace, rule, device, severity, state, opened, changed, body: JSON.stringify(rest) };
}
/** Null: its body is damaged. */
export function alertIn({ body, ...row }: StoredAlert): Alert | null {
  const rest = objectIn(body);
  if (rest === null || typeof rest.text !== "string" || !Array.isArray(rest.steps) || !Array.isArray(rest.values))
    return null;
  return { ...(rest as unknown as Omit<Alert, keyof StoredAlert>), ...row }; // what has these parts was written whole
}

export function taskRow({ id, rule, time, ...rest }: Task): StoredTask {
  return { id, rule, time, body: JSON.stringify(rest) };
}
/** Null: its body is damaged. */
export function taskIn({ body, ...row }: StoredTask): Task | null {
  const rest = objectIn(body);
  if (rest === null || typeof rest.action !== "number" || typeof rest.happening !== "object") return null;
  return { ...(rest as unknown as Omit<Task, keyof StoredTask>), ...row }; // as above
}
