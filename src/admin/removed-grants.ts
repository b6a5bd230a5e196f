import { Turns } from "../base/turns.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { ApiUser, Workspace } from "../fleet/types.ts";
import type { AdminDeps } from "./types.ts";

/** What is to be deleted. */
export type Target =
  | { readonly kind: "workspace"; readonly row: Workspace }
  | { readonly kind: "product"; readonly node: ProductNode }
  | { readonly kind: "field"; readonly node: FieldNode }
  | { readonly kind: "devices"; readonly nodes: readonly DeviceNode[] }
  | { readonly kind: "apiUser"; readonly row: ApiUser };

/** What goes that has a row of its own. */
export interface Parts {
  readonly products: readonly ProductNode[];
  readonly fields: readonly FieldNode[];
  readonly devices: readonly DeviceNode[];
  readonly apiUsers: readonly ApiUser[];
}

/** Lines of rights: those that API users hold which go, and those of others that name what goes. Counted in short turns. */
export async function grantsOf(
  { directory }: Pick<AdminDeps, "directory">,
  target: Target,
  { products, devices, apiUsers }: Parts,
): Promise<number> {
  const held = apiUsers.reduce((sum, { grants }) => sum + grants.length, 0);
  // a workspace's rights are those of its API users
  if (target.kind === "workspace") return held;
  // of a product's devices is asked by the product: there may be very many
  const whole = new Set(products);
  const owners = new Set(products);
  const named = new Set<number>();
  const turns = new Turns();
  for (const { row, product } of target.kind === "devices" ? devices : []) {
    named.add(row.uid);
    owners.add(product);
    if (turns.due) await turns.next();
  }
  const isGone = (device: number) => {
    const product = named.has(device) ? undefined : directory.deviceByUid(device)?.product;
    return named.has(device) || (product !== undefined && whole.has(product));
  };
  const workspaces = new Set([...owners].map(({ row }) => row.workspace));
  let n = held;
  for (const workspace of workspaces)
    for (const { grants } of directory.apiUsersOf(workspace))
      for (const g of grants)
        if (
          g.scope === "device"
            ? isGone(g.device)
            : g.scope === "product" && products.some(({ row }) => row.uid === g.product)
        )
          n++;
  return n;
}
