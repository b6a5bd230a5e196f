import { deviceCan, heldBy, heldOnProduct } from "../auth/held.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { Asker } from "./actor.ts";

/** Whether who asks may change a product that was found. */
export function mayEditProduct({ deps, who }: Asker, product: ProductNode): boolean {
  if (who.principal.may(product.row.workspace, "devices")) return true;
  return deviceCan(heldOnProduct(heldBy(deps.directory, who.principal.key), product)).has("edit_product");
}
