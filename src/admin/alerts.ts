import { Refusal } from "../base/errors.ts";
import type { Actor as AuditActor } from "../fleet/audit.ts";
import type { Workspace } from "../fleet/types.ts";
import type { AlertPort } from "../integrations/alerts/port.ts";
import type { Alert } from "../integrations/alerts/types.ts";
import { quote } from "../measure/bytes.ts";
import type { Asker, Powers } from "./actor.ts";
import type { AdminDeps } from "./types.ts";

/** What is done with alerts, whichever way it is asked. Who may view the device may see its alerts; those of no device the members of the workspace. */

export type AlertDeps = Pick<AdminDeps, "directory" | "alerts" | "audit">;

/** @throws Refusal not_available: no server runs */
export function alertsOf({ alerts }: Pick<AdminDeps, "alerts">): AlertPort {
  if (alerts !== undefined) return alerts;
  throw new Refusal("not_available", "Alerts are kept by a running server, and none has this data folder. Start it.");
}

/** Whether who asks may see an alert at this moment. */
export function maySee(
  { directory }: Pick<AdminDeps, "directory">,
  who: Powers,
  { workspace, device }: Pick<Alert, "workspace" | "device">,
): boolean {
  if (device === 0) return who.inWorkspace(workspace);
  const node = directory.deviceByUid(device);
  return node !== undefined && who.mayView(node);
}
/** Whether who asks may acknowledge and close it: who records to the device, or manages rules. */
function mayChange({ directory }: Pick<AdminDeps, "directory">, who: Powers, { workspace, device }: Alert): boolean {
  if (who.may(workspace, "rules")) return true;
  const node = directory.deviceByUid(device);
  return node !== undefined && who.mayRecord(node);
}

/** One of a workspace, by its number. @throws Refusal not_found */
export async function findAlert({ deps, who }: Asker<AlertDeps>, workspace: Workspace, number: string): Promise<Alert> {
  const alert = /^\d{1,15}$/.test(number) ? await alertsOf(deps).find(Number(number)) : null;
  if (alert?.workspace === workspace.uid && maySee(deps, who.principal, alert)) return alert;
  throw new Refusal("not_found", `${workspace.slug} has no alert ${quote(number)} that you may see.`);
}

/**
 * Somebody looks after it, or closes it; it is in the audit log.
 * @param note what they say to it @throws Refusal not_found, not_permitted, immutable, storage_unavailable
 */
export async function changeAlert(
  asker: Asker<AlertDeps>,
  workspace: Workspace,
  number: string,
  what: "acknowledge" | "close",
  note: string | null,
  by: AuditActor,
): Promise<Alert> {
  const { deps, who } = asker;
  const before = await findAlert(asker, workspace, number);
  if (!mayChange(deps, who.principal, before))
    throw new Refusal(
      "not_permitted",
      'This takes "record_measurements" on the device, or the permission "rules" in the workspace.',
    );
  if (before.state === "closed") throw new Refusal("immutable", "This alert is closed.");
  const port = alertsOf(deps);
  const after = await port[what](before.id, { key: by.key, name: by.name }, note);
  if (after === null) throw new Refusal("not_found", `${workspace.slug} has no alert ${quote(number)} any more.`);
  if (after.state === before.state) return after;
  const name = `${after.ruleName} ${after.id}`;
  const target = { workspace: workspace.uid, target: after.id, name };
  const steps = { before: { state: before.state }, after: { state: after.state, ...(note !== null && { note }) } };
  await deps.audit.addAudit([{ time: port.now(), by, action: `alert.${what}`, ...target, ...steps }]);
  return after;
}
