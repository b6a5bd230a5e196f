import type { ProductNode } from "../../fleet/nodes.ts";

/** There are no plans here; 0 is without a limit. @param product how long its measurements are kept; null: of no product */
export function planOf(product: ProductNode | null) {
  const days = product?.row.retention?.days ?? 0;
  return {
    id: "free",
    name: "Free",
    slug: "free",
    datapointsPerDay: 0,
    dataRetentionDays: days,
    dataRetentionMonths: Math.floor(days / 30),
    maxPerWorkspace: 0,
    canAddToWorkspace: true,
  };
}
