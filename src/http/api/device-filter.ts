import { z } from "zod";
import { seesDevice } from "../../admin/find.ts";
import * as values from "../../admin/values.ts";
import { isOnline } from "../../fleet/online.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { devicesFor } from "../kit/pages.ts";
import type { Seeker } from "./route.ts";

/** Which devices are asked for, and may be seen. */

export const FILTERS = {
  workspace: values.slug.optional(),
  product: values.slug.optional(),
  tag: values.tag.optional(),
  serial: values.deviceId.optional(),
  online: values.flagQuery.optional(),
  search: z
    .string()
    .max(200)
    .optional()
    .meta({ description: "In id, name, serial, location, tags or the name of the product, upper or lower case." }),
};
export type Filters = z.output<z.ZodObject<typeof FILTERS>>;

/** Whether a device is asked for, and may be seen. */
export function wantedBy({ deps, who }: Pick<Seeker, "deps" | "who">, query: Filters): (node: DeviceNode) => boolean {
  const text = query.search?.toLowerCase();
  const now = deps.clock.micros();
  return (node) => {
    const { row } = node;
    if (node.deleted || !seesDevice(who.principal, node)) return false;
    if (query.workspace !== undefined && node.product.workspace.slug !== query.workspace) return false;
    if (query.tag !== undefined && !row.tags.includes(query.tag)) return false;
    if (query.serial !== undefined && row.serial !== query.serial) return false;
    if (text !== undefined && !searched(node).some((part) => part.toLowerCase().includes(text))) return false;
    if (query.online === undefined) return true;
    if (!who.principal.mayView(node)) return false;
    return isOnline(deps, node, deps.series.seen(node).time, now) === query.online;
  };
}
export function searched({ row, product }: DeviceNode): string[] {
  return [row.id, row.name, row.serial ?? "", row.location ?? "", ...row.tags, product.row.name];
}

/** Those that may be asked for, in the order of their numbers. @param after number of the last one before; null: the product is not there */
export function candidatesOf(
  { deps: { directory }, who }: Pick<Seeker, "deps" | "who">,
  query: Filters,
  after: number,
) {
  const product = query.product === undefined ? null : directory.product(query.product);
  if (product === undefined) return [];
  if (query.serial === undefined) return devicesFor(directory, who.principal, product, after);
  return directory
    .devicesNamed(query.serial)
    .filter((node) => node.row.uid > after && (product === null || node.product === product))
    .sort((a, b) => a.row.uid - b.row.uid);
}
