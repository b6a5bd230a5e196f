import type { DeviceNode } from "../../fleet/nodes.ts";
import type { DownlinkAction, FieldAction, MessageAction, NotificationAction } from "../../fleet/types.ts";
import type { Doing, DoingNeeds } from "./doing.ts";
import { fill, valuesOf } from "./filling.ts";
import type { Outcome } from "./schedule.ts";

/** Actions within this server. What they write and that it was done are one commit: so it is written once, whatever happens in between. */

/** Characters of a notification. */
const MOST_TEXT = 2000;

export async function doMessage(needs: DoingNeeds, action: MessageAction, doing: Doing): Promise<Outcome> {
  const { principal, rule, done } = doing;
  const values = valuesOf(needs, doing);
  const [topic, payload] = [fill(action.topic, values), fill(action.payload, values)];
  const why = needs.publish(principal, `rule ${rule.uid}`, topic, payload, action.retain);
  if (why !== null) return { is: "dead", text: `Nothing was published on ${topic.slice(0, 200)}: ${why}` };
  needs.commits.tied(done);
  await needs.commits.durable();
  return { is: "done", isStored: true, text: `A message was published on ${topic}.` };
}

export async function doField(needs: DoingNeeds, action: FieldAction, doing: Doing): Promise<Outcome> {
  const { principal, tasks, done } = doing;
  const device = deviceFor(needs, action.device, doing);
  if (typeof device === "string") return { is: "dead", text: device };
  const value = fill(action.value, valuesOf(needs, doing)).trim();
  const { refused, committed } = needs.write(
    principal,
    device,
    action.field,
    value,
    done,
    tasks[0].happening.depth + 1,
  );
  const place = `${device.product.row.slug}/${device.row.id} ${action.field}`;
  if (refused !== null) return { is: "dead", text: `${place} was not written: ${refused}` };
  await committed;
  return { is: "done", isStored: true, text: `${value.slice(0, 200)} was written to ${place}.` };
}

export async function doDownlink(needs: DoingNeeds, action: DownlinkAction, doing: Doing): Promise<Outcome> {
  const { principal, done } = doing;
  const device = deviceFor(needs, action.device, doing);
  if (typeof device === "string") return { is: "dead", text: device };
  if (!principal.mayRecord(device))
    return { is: "dead", text: "The account whose rights the rule has may not send to the device." };
  const definition = needs.directory
    .childrenOf("downlink", "product", device.product.row.uid)
    .find(({ name }) => name === action.downlink);
  if (definition === undefined)
    return { is: "dead", text: `${device.product.row.slug} has no downlink ${action.downlink}.` };
  const values = valuesOf(needs, doing);
  const given = Object.entries(action.values).map(([name, text]) => [name, jsonOr(fill(text, values))] as const);
  const { name, confirmed, replace, wait } = definition;
  const content = { form: "values", values: Object.fromEntries(given) } as const;
  await needs.queue({ device, name, by: principal.key, content, confirmed, replace, wait }, done);
  return {
    is: "done",
    isStored: true,
    text: `The downlink ${name} was queued for ${device.product.row.slug}/${device.row.id}.`,
  };
}

export async function doNotification(needs: DoingNeeds, action: NotificationAction, doing: Doing): Promise<Outcome> {
  const { rule, tasks, done } = doing;
  const [{ id, happening, severity }] = tasks;
  const text = fill(action.text, valuesOf(needs, doing)).trim().slice(0, MOST_TEXT);
  const about = { id, workspace: rule.workspace, rule: rule.uid, device: happening.device, severity };
  const notification = { ...about, time: needs.clock.micros(), text };
  const rows = [{ key: id, time: notification.time, body: JSON.stringify(notification) }];
  needs.commits.tied({ op: "journal_put", journal: notificationsOf(rule.workspace), rows });
  needs.commits.tied(done);
  await needs.commits.durable();
  needs.notify(notification);
  return { is: "done", isStored: true, text: `People in the console were told: ${text}` };
}
/** The journal of the notifications of a workspace. */
export const notificationsOf = (workspace: number): string => `notifications:${workspace}`;

/** The device that an action is about, or why there is none. */
function deviceFor({ directory }: DoingNeeds, own: number | null, { rule, tasks }: Doing): DeviceNode | string {
  const device = directory.deviceByUid(own ?? tasks[0].happening.device);
  if (device === undefined) return own === null ? "The rule fired for no device." : "The device that it names is gone.";
  return device.product.row.workspace === rule.workspace ? device : "The device is of another workspace.";
}
/** What reads as JSON is that, everything else a text. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
