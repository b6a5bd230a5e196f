import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import type { Definition } from "../../sparkplug/definitions.ts";
import { isOfSession } from "../../sparkplug/names.ts";
import type { Part } from "../../sparkplug/node-types.ts";
import { pathOf, type Speaker } from "../../sparkplug/topics.ts";
import type { Metric } from "../../sparkplug/types.ts";
import { writing, writtenAs } from "../../sparkplug/values.ts";
import type { Host } from "./host.ts";
import { deviceOf, productOf } from "./rows.ts";
import { publishCommand } from "./state.ts";
import type { SparkplugNeeds, SparkplugWrite } from "./types.ts";

/**
 * Writes values to metrics of the node or device that a device here stands for: NCMD or DCMD, which nobody acknowledges; what it came to is the value that
 * comes back. @returns null: the device stands for none
 */
export function sendTo(
  needs: SparkplugNeeds,
  host: Host,
  device: DeviceNode,
  writes: readonly SparkplugWrite[],
): Verdict | null {
  const found = partOf(needs, host, device);
  const { principal, row } = host;
  if (found === null || principal === undefined) return null;
  const { speaker, part } = found;
  const path = pathOf(speaker);
  if (!part.alive) return { is: "later", reason: `${path} is not online`, seconds: null };
  const metrics: Metric[] = [];
  const now = Math.floor(needs.clock.micros() / 1000);
  for (const { metric, value } of writes) {
    const definition = definitionOf(host, device, part, metric);
    if (definition === undefined)
      return { is: "refused", reason: `the last birth of ${path} announced no metric for ${metric.slice(0, 80)}` };
    const written = writtenAs(definition.type, value);
    if ("problem" in written) return { is: "refused", reason: `${definition.name}: ${written.problem}` };
    const { name, alias, type } = definition;
    // where a birth gave an alias, the name is left out; but for what controls the node [tck-id-payloads-alias-data-cmd-requirement]
    const isShort = alias !== null && !isOfSession(name);
    metrics.push(writing(isShort ? null : name, isShort ? alias : null, type, written.raw, now));
  }
  const refusal = publishCommand(needs, row, principal, speaker, metrics);
  return refusal === null ? { is: "accepted", ids: [] } : { is: "refused", reason: refusal.message };
}

/** The field of a metric, by the field's identifier or by the metric's own name. */
function definitionOf(
  host: Host,
  { product }: DeviceNode,
  { definitions }: Part,
  name: string,
): Definition | undefined {
  const metric = host.names.metricOf(product.row.uid, name.toUpperCase());
  return (metric === undefined ? undefined : definitions.find(metric)) ?? definitions.find(name);
}
/** The node or device that a device here stands for. */
function partOf(
  { directory }: SparkplugNeeds,
  host: Host,
  device: DeviceNode,
): { readonly speaker: Speaker; readonly part: Part } | null {
  for (const node of host.nodes)
    for (const [name, part] of node.edge.parts) {
      const speaker = node.part(name);
      const product = productOf(directory, host.row, speaker);
      if (product === device.product && deviceOf(product, speaker) === device) return { speaker, part };
    }
  return null;
}
