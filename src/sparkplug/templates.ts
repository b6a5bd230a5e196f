import type { Metric, Raw, Template } from "./types.ts";

/** Deeper than templates are read. */
const DEEPEST = 8;
/** The metrics that a metric stands for: the members of a template's instance, as `name/member`, otherwise itself. A definition stands for none. */
export function flattened(metric: Metric, depth = 0): readonly Metric[] {
  const template = templateIn(metric.value);
  if (template === null) return metric.type === "Template" ? [] : [metric];
  if (template.isDefinition || depth > DEEPEST) return [];
  const { timestamp, isHistorical, isTransient } = metric;
  return template.metrics.flatMap((member) =>
    flattened(
      {
        ...member,
        name: member.name === null ? null : `${metric.name ?? ""}/${member.name}`,
        timestamp: member.timestamp ?? timestamp,
        isHistorical: isHistorical || member.isHistorical,
        isTransient: isTransient || member.isTransient,
      },
      depth + 1,
    ),
  );
}
function templateIn(value: Raw | null): Template | null {
  return typeof value === "object" && value !== null && "isDefinition" in value ? value : null;
}
