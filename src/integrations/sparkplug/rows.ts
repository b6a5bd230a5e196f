import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Sparkplug } from "../../fleet/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import { parseTime, printTime } from "../../measure/index.ts";
import type { EachRow } from "../../ingest/each.ts";
import type { NamedMetric } from "../../sparkplug/definitions.ts";
import { isOfSession, serialOf } from "../../sparkplug/names.ts";
import { pathOf, type Speaker } from "../../sparkplug/topics.ts";
import { fieldTypeOf, recordedOf } from "../../sparkplug/values.ts";
import { matches } from "../../topic/names.ts";
import type { Judged } from "../inbound/judge.ts";
import type { Named } from "../inbound/suggestions.ts";
import type { MetricNames } from "./metric-names.ts";

/** The product that a node's or a device's device is of: the first rule that matches its path; undefined: none does. */
export function productOf(directory: Directory, row: Sparkplug, speaker: Speaker): ProductNode | undefined {
  const path = pathOf(speaker);
  const rule = row.products.find(({ nodes }) => matches(nodes, path));
  return rule === undefined ? undefined : directory.productByUid(rule.product);
}
/** The device of a node, or of a device at it; undefined: there is none. */
export function deviceOf(product: ProductNode, speaker: Speaker): DeviceNode | undefined {
  return product.device(serialOf(speaker));
}
/** What is suggested for a node or a device that has none. @param product null: no rule leads to one */
export function missingDevice(workspace: number, product: ProductNode | null, speaker: Speaker): Named {
  const serial = serialOf(speaker);
  const path = pathOf(speaker);
  const place = { workspace, product: product?.row.uid ?? 0 };
  return { ...place, kind: "device", name: serial, sample: path, type: null, label: path };
}

/**
 * Where the values of metrics go. Metrics of the session, transient ones and those without a value go nowhere.
 * @param sent of the message, for metrics without a time of their own; ms @param now µs
 */
export function judgeMetrics(
  metrics: readonly NamedMetric[],
  sent: number | null,
  device: DeviceNode,
  names: MetricNames,
  now: number,
): readonly Judged[] {
  return metrics.flatMap((metric) => {
    const { name, type, value, isTransient } = metric;
    if (value === null || isTransient || isOfSession(name)) return [];
    const recorded = recordedOf(type, value);
    if (recorded === null) return [];
    return [judge(metric, recorded, sent, device, names, now)];
  });
}

function judge(
  { name, type, unit, timestamp, isHistorical }: NamedMetric,
  value: NonNullable<ReturnType<typeof recordedOf>>,
  sent: number | null,
  device: DeviceNode,
  names: MetricNames,
  now: number,
): Judged {
  const { product } = device;
  const millis = timestamp ?? sent;
  const time = parseTime(millis === null || millis === 0 ? null : (millis / 1000).toFixed(3), now);
  const field = names.fieldOf(product.row.uid, name, now);
  const shown = {
    device: device.row.id,
    field: field ?? name,
    value,
    time: time !== null && "time" in time ? printTime(time.time) : null,
  };
  const out = (fate: "refused" | "suggested", message: string, missing: Named | null = null): Judged => ({
    shown: { ...shown, fate, message },
    row: null,
    missing,
  });
  if (field === null) return out("refused", "There are too many metrics: 50,000 of a host get fields.");
  if (!product.fields.has(field)) {
    const { workspace, uid } = product.row;
    const sample = JSON.stringify(value);
    const wish = { workspace, product: uid, kind: "field", name: field, sample, label: name } as const;
    return out("suggested", `${product.row.slug} has no field ${field}, for the metric ${name.slice(0, 80)}.`, {
      ...wish,
      type: fieldTypeOf(type),
      unit,
    });
  }
  if (time !== null && "error" in time) return out("refused", time.error);
  const row: EachRow = { device, field, value, time: time?.time ?? null, isHistory: isHistorical };
  return { shown: { ...shown, fate: "stored", message: null }, row, missing: null };
}
