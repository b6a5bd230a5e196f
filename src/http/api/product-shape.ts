import { z } from "zod";
import { created, createdAt, uuid } from "../../admin/integration-values.ts";
import { networkOfProduct } from "../../admin/networks.ts";
import * as values from "../../admin/values.ts";
import type { ProductNode } from "../../fleet/nodes.ts";

/** A product, as the API has it. */

/** What may be said of a product beside its name. */
const settings = {
  retain_last_values: z.boolean().meta({ description: "Current values are retained MQTT messages." }),
  publish_backfill: z.boolean().meta({ description: "Measurements older than the current value are published, too." }),
  bool_text: values.boolText,
  online_timeout: values.onlineTimeout,
  network: networkOfProduct,
};
export const product = z
  .object({
    slug: z.string().meta({ description: "Stands in topics; unique in the instance; never changes." }),
    name: z.string(),
    workspace: z.string().meta({ description: "Slug of its workspace." }),
    uuid,
    created,
    ...settings,
    decoder: z.int().nullable().meta({ description: "Number of the decoder version in force; null: none." }),
  })
  .meta({ id: "Product", description: "A kind of device, with its fields." });

export function showProduct({ row, workspace }: ProductNode) {
  return {
    slug: row.slug,
    name: row.name,
    workspace: workspace.slug,
    uuid: row.uuid ?? "",
    created: createdAt(row),
    retain_last_values: row.retainLastValues,
    publish_backfill: row.publishBackfill,
    bool_text: row.boolText,
    online_timeout: row.onlineTimeout ?? null,
    decoder: row.decoder ?? null,
    network: row.network ?? null,
  };
}

export const productChanges = z.strictObject({ name: values.name, ...settings }).partial();
export function productSettings(body: z.output<typeof productChanges>) {
  return {
    retainLastValues: body.retain_last_values,
    publishBackfill: body.publish_backfill,
    boolText: body.bool_text,
    onlineTimeout: body.online_timeout,
    network: body.network,
  };
}
