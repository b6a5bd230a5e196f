import type { Directory } from "../../fleet/directory.ts";
import { pathOf } from "../../sparkplug/topics.ts";
import type { Host } from "./host.ts";
import type { HostNode } from "./nodes.ts";
import { deviceOf, productOf } from "./rows.ts";
import type { SparkplugPart, SparkplugStatus } from "./types.ts";

/** Hosts and nodes as people see them. */

export function statusOf(host: Host | undefined): SparkplugStatus {
  const nodes = host === undefined ? [] : [...host.nodes];
  const alive = nodes.filter(({ edge }) => edge.alive).length;
  const reason = host === undefined ? "It is not there yet." : host.obstacle;
  return { state: host?.isOnline === true ? "online" : "off", reason, nodes: nodes.length, alive };
}

/** A node and its devices. */
export function partsOf(directory: Directory, host: Host, node: HostNode): readonly SparkplugPart[] {
  const { edge, rebirths, lastAsked } = node;
  // one that was heard and never born is a node, too
  const devices = edge.parts.has(null) ? [...edge.parts.keys()] : [null, ...edge.parts.keys()];
  return devices.map((device) => {
    const speaker = node.part(device);
    const part = edge.parts.get(device);
    const product = productOf(directory, host.row, speaker);
    return {
      path: pathOf(speaker),
      alive: part?.alive === true,
      since: part?.since ?? 0,
      born: part?.born ?? 0,
      metrics: part?.definitions.size ?? 0,
      device: product === undefined ? null : (deviceOf(product, speaker) ?? null),
      session: device === null ? { gaps: edge.order.gaps, rebirths, lastAsked } : null,
    };
  });
}
