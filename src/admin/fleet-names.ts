import { z } from "zod";
import type { Workspace } from "../fleet/types.ts";
import { fieldType } from "./values.ts";
import type { Asker } from "./actor.ts";
import { seesDevice, seesProduct } from "./find.ts";

/** Names of a workspace that one can choose from: identifiers of its fields, and tags of its devices. */

export const fieldName = z
  .object({
    id: z.string(),
    name: z.string().meta({ description: "As the first product has it." }),
    types: z.array(fieldType).meta({ description: "Products may have different fields of one identifier." }),
    unit: z.string().nullable(),
    products: z.int().meta({ description: "How many products have it." }),
  })
  .meta({ id: "FieldName", description: "An identifier of fields, over the products of a workspace." });
export const tagName = z
  .object({ tag: z.string(), devices: z.int().meta({ description: "How many devices have it." }) })
  .meta({ id: "TagName" });

interface Asked {
  /** Part of it, upper or lower case. */
  readonly search?: string | undefined;
  readonly limit: number;
}
type FieldName = z.output<typeof fieldName>;

/** Those that most products have first. @param products slugs; empty: all of the workspace that who asks may see */
export function fieldNames(
  { deps: { directory }, who }: Asker,
  { uid }: Workspace,
  { search = "", limit, products }: Asked & { readonly products: readonly string[] },
): FieldName[] {
  const found = new Map<string, FieldName>();
  const part = search.toLowerCase();
  for (const product of directory.products()) {
    const { workspace, slug } = product.row;
    if (workspace !== uid || (products.length > 0 && !products.includes(slug))) continue;
    if (!seesProduct(who.principal, product)) continue;
    for (const { row } of product.fields.values()) {
      const { id, name, type, unit } = row;
      if (!id.toLowerCase().includes(part) && !name.toLowerCase().includes(part)) continue;
      const known = found.get(id) ?? { id, name, types: [], unit, products: 0 };
      const types = known.types.includes(type) ? known.types : [...known.types, type];
      found.set(id, { ...known, types, products: known.products + 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.products - a.products || compare(a.id, b.id)).slice(0, limit);
}

/** Those that most devices have first, of devices that who asks may see. */
export function tagNames(
  { deps: { directory }, who }: Asker,
  { uid }: Workspace,
  { search = "", limit }: Asked,
): z.output<typeof tagName>[] {
  const counts = new Map<string, number>();
  const part = search.toLowerCase();
  for (const product of directory.products()) {
    if (product.row.workspace !== uid) continue;
    for (const device of product.devicesById.values()) {
      const { tags } = device.row;
      if (tags.length === 0 || !seesDevice(who.principal, device)) continue;
      for (const tag of tags) if (tag.toLowerCase().includes(part)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([tag, devices]) => ({ tag, devices }))
    .sort((a, b) => b.devices - a.devices || compare(a.tag, b.tag))
    .slice(0, limit);
}
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
