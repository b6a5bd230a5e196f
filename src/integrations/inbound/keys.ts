import type { ProductNode } from "../../fleet/nodes.ts";

/**
 * A text without the rest of the keys that stand in a product's address: they let everybody write who has them, and what is noted is
 * read by more people than may write.
 * @param product null: there is no key that could stand in it
 */
export function withoutKeys(text: string, product: ProductNode | null): string {
  let shown = text;
  for (const key of [product?.row.integrationKey, product?.row.oldIntegrationKey?.key, product?.row.uuid])
    if (key !== undefined && shown.length >= key.length)
      shown = shown.replaceAll(new RegExp(key, "gi"), (found) => `${found.slice(0, 4)}…`);
  return shown;
}
