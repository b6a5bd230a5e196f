import type { DeviceNode } from "../../fleet/nodes.ts";
import type { SeenEvent } from "../../ingest/event-log.ts";
import { excerpt } from "../../ingest/refusals.ts";
import type { PassEnd } from "./pass-types.ts";
import type { Passing } from "./work.ts";

/** A pass as those see it who watch what happens. */
export function passEvent(passing: Passing, end: PassEnd, devices: readonly DeviceNode[]): SeenEvent {
  const { incoming, product, workspace } = passing;
  const { way, network, remote, topic, body, principal } = incoming;
  const [device, other] = devices;
  return {
    kind: "pass",
    principal: principal?.key ?? (product === null ? "" : `p:${product.row.uid}`),
    workspace,
    device: device !== undefined && other === undefined ? device.row.uid : 0,
    remote,
    code: end.outcome,
    message: messageOf(end),
    topic: topic ?? [way, network].filter((part) => part !== null).join(" "),
    bytes: body.length,
    ...excerpt(body),
  };
}

function messageOf({ event, rows, left, decoded, messages }: PassEnd): string {
  const stored = rows.filter(({ fate }) => fate === "stored").length;
  const bad = rows.find(({ message }) => message !== null);
  const why = decoded?.error?.message ?? messages[0] ?? bad?.message ?? (rows.length === 0 ? event?.text : undefined);
  const total = rows.length + left;
  const count = `${stored} of ${total} ${total === 1 ? "row" : "rows"} stored`;
  return why === undefined ? `${count}.` : `${count}: ${why}`;
}
