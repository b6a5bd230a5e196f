import type { Alert, Notification } from "../integrations/alerts/types.ts";
import { printTime } from "../measure/time.ts";
import type { AdminDeps } from "./types.ts";

/** Alerts and notifications, as answers have them. */

type Deps = Pick<AdminDeps, "directory">;

function placeOf({ directory }: Deps, { workspace, device }: Pick<Alert, "workspace" | "device">) {
  const node = directory.deviceByUid(device);
  return {
    workspace: directory.workspace(workspace)?.slug ?? "",
    device: node === undefined ? null : { product: node.product.row.slug, device: node.row.id, name: node.row.name },
  };
}
const valuesOf = (values: Alert["values"]) =>
  values.map(({ field, value, time, unit }) => ({ field, value, time: time === null ? null : printTime(time), unit }));

export function showAlert(deps: Deps, alert: Alert) {
  const { id, rule, ruleName, severity, state, text, opened, changed, count, fired, values, latest } = alert;
  const over = alert.steps.findLast(({ what }) => what === "closed");
  return {
    alert: id,
    ...placeOf(deps, alert),
    rule,
    rule_name: ruleName,
    severity,
    state,
    text,
    opened: printTime(opened),
    changed: printTime(changed),
    count,
    last_fired: printTime(fired),
    values: valuesOf(values),
    latest: valuesOf(latest),
    acknowledged:
      alert.acknowledged === null ? null : { by: alert.acknowledged.name, time: printTime(alert.acknowledged.time) },
    closed: state !== "closed" || over === undefined ? null : { by: over.by?.name ?? null, time: printTime(over.time) },
    steps: alert.steps.map(({ time, what, by, note }) => ({ time: printTime(time), what, by: by?.name ?? null, note })),
  };
}
export function showNotification(deps: Deps, notification: Notification) {
  const { id, rule, time, severity, text } = notification;
  return { notification: id, ...placeOf(deps, notification), rule, time: printTime(time), severity, text };
}
