import { COMMAND_LINE } from "../fleet/audit.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { Content, Downlink } from "../integrations/downlinks/types.ts";
import { printTime } from "../measure/time.ts";
import type { AccountNames } from "./names.ts";

/** What is sent, as people see it: of a request no headers and no parameters, which may hold secrets. */
export function contentInfo(content: Content) {
  const { hex = null, port: at = null } = content.form === "bytes" ? content : {};
  const { topic = null, payload = null } = content.form === "message" ? content : {};
  const request =
    content.form === "request" ? `${content.request.method} ${content.request.url.split("?", 1)[0]}` : null;
  const written = writtenIn(content);
  return { hex, port: at, request, topic, payload, written };
}

/** Values for fields, or for metrics of Sparkplug B by the name that was given; null: it is something else. */
function writtenIn(content: Content) {
  if (content.form === "rows") return content.rows.map((row) => ({ ...row }));
  return content.form === "metrics" ? content.metrics.map(({ metric, value }) => ({ field: metric, value })) : null;
}

/** A downlink to a device, as people see it. @param names of accounts */
export function deviceDownlinkInfo(device: DeviceNode, downlink: Downlink, names: Pick<AccountNames, "accountName">) {
  const { id, name, state, created, confirmed, replace, attempts, by, content, steps } = downlink;
  return {
    id,
    product: device.product.row.slug,
    device: device.row.id,
    downlink: name,
    state,
    created: printTime(created),
    sender: by === "" ? null : by === COMMAND_LINE.key ? COMMAND_LINE.name : names.accountName(by),
    confirmed,
    replace,
    attempts,
    ...contentInfo(content),
    steps: steps.map((step) => ({ state: step.state, time: printTime(step.time), note: step.note })),
  };
}
