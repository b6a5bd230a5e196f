import type { DeviceNode } from "../../fleet/nodes.ts";
import { printTime } from "../../measure/time.ts";
import type { AlertNeeds } from "./needs.ts";
import type { Task } from "./types.ts";

/** What templates of actions and alerts see. @see docs/alerts.md "Templates" */

type Needs = Pick<AlertNeeds, "directory" | "current" | "page">;
type Facts = Pick<Task, "rule" | "happening" | "alert" | "text" | "severity">;

/** What one happening gives templates. */
function eventValues({ directory, current, page }: Needs, { happening }: Facts): Record<string, unknown> {
  const { kind, time, values } = happening;
  const node = directory.deviceByUid(happening.device);
  const [first] = values;
  const now: [string, unknown][] = [];
  for (const field of node?.product.fields.values() ?? []) {
    const value = field.row.active === false ? null : current(node?.row.uid ?? 0, field.row.uid);
    if (value !== null) now.push([field.row.id, value.value]);
  }
  return {
    event: kind,
    // absent rather than null: a template that names it and has no default for it is not filled
    ...(first !== undefined && first.value !== null && { value: first.value }),
    field: first?.field ?? "",
    unit: first?.unit ?? "",
    values: Object.fromEntries([
      ...now,
      ...values.flatMap(({ field, value }) => (value === null ? [] : [[field, value] as const])),
    ]),
    time: printTime(time),
    timestamp: time / 1e6,
    ...(node !== undefined && { device: deviceValues(node, page) }),
  };
}
function deviceValues(node: DeviceNode, page: Needs["page"]): Record<string, unknown> {
  const { id, name, serial, tags } = node.row;
  return { id, name: name || id, serial: serial ?? "", product: node.product.row.slug, tags, url: page(node) ?? "" };
}

/** What templates see of some happenings of a rule; what is not said of all of them is of the first. */
export function templateValues(
  needs: Needs,
  rule: { readonly name: string; readonly workspace: number },
  facts: readonly [Facts, ...Facts[]],
): Record<string, unknown> {
  const events = facts.map((one) => eventValues(needs, one));
  const [{ alert, text, severity }] = facts;
  const devices = new Map(events.map(({ device }, i) => [facts[i]?.happening.device, device]));
  return {
    ...events[0],
    rule: rule.name,
    workspace: needs.directory.workspace(rule.workspace)?.slug ?? "",
    severity: severity ?? "",
    alert: alert ?? 0,
    text,
    count: events.length,
    events,
    devices: [...devices.values()].filter((one) => one !== undefined),
  };
}
