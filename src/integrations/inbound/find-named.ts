import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";

/**
 * The devices that the first of some names means of which there is one: of a product, or of a whole workspace, where an id counts before a serial.
 * @param product null: the workspace @param workspace uid
 */
export function findNamed(
  directory: Pick<Directory, "devicesNamed">,
  names: readonly string[],
  product: ProductNode | null,
  workspace: number,
): readonly DeviceNode[] {
  for (const name of names) {
    const own = product?.device(name);
    if (own !== undefined) return [own];
    if (product !== null) continue;
    const all = directory.devicesNamed(name).filter((one) => one.product.row.workspace === workspace);
    const byId = all.filter(({ row }) => row.id === name);
    if (all.length > 0) return byId.length > 0 ? byId : all;
  }
  return [];
}
/** Why nothing goes to any of several. */
export function severalCalled(names: readonly string[]): string {
  return `Several products have a device called ${names.join(" or ")}: name the product in the route.`;
}
/** Why nothing goes anywhere. */
export function noneCalled(names: readonly string[]): string {
  return `No device with the id or serial ${names.join(" or ")} is known in the workspace.`;
}
