import { z } from "zod";
import { deviceCan, type Held, heldBy, heldOnDevice, heldOnProduct } from "../auth/held.ts";
import { Refusal } from "../base/errors.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { type Asker, atTheCommandLine } from "./actor.ts";
import { findDevice, findProduct } from "./find.ts";
import type { Directory } from "../fleet/directory.ts";
import { DEVICE_PERMISSIONS, type DevicePermission, type Grant } from "../fleet/types.ts";
import * as values from "./values.ts";
import type { AdminDeps } from "./types.ts";

/** What an account may do; with a product or a device, on that. `who`: an account, or one of its tokens. */
export const rightsWish = z.strictObject({
  who: values.named,
  product: values.named.optional(),
  device: values.named.optional(),
});

interface RightsLine {
  /** The role, the grant by what it is on, or being an administrator. */
  readonly because: string;
  /** Slug; null: the instance. */
  readonly workspace: string | null;
  /** What it is about: `all devices`, `product p`, `tag t`, `device p/d`, `workspace`, `instance`, `topics a/#`. */
  readonly on: string;
  readonly can: readonly string[];
}
export interface RightsAnswer {
  readonly account: string;
  /** Everything it holds; with a product or a device: what of it counts there. */
  readonly lines: readonly RightsLine[];
  /** On the product or the device, when one was named; null: none was. */
  readonly can: readonly DevicePermission[] | null;
}

/** What of an account's rights counts somewhere, and what it may do there. */
export interface Given<N> {
  readonly node: N;
  readonly held: readonly Held[];
  readonly can: readonly DevicePermission[];
}
interface Rights {
  /** Everything that it holds. */
  readonly held: readonly Held[];
  /** When a product was named. */
  readonly product?: Given<ProductNode>;
  /** When a device was named. */
  readonly device?: Given<DeviceNode>;
}

/**
 * What an account holds, and what of it counts on a product or a device that is named.
 * @param only uid of a workspace beyond which nothing is told; null: all
 * @throws Refusal unknown_product, unknown_device; invalid_request: a device without its product
 */
export function rightsOf(
  asker: Asker,
  key: string,
  where: { readonly product?: string | undefined; readonly device?: string | undefined },
  only: number | null = null,
): Rights {
  const held = heldBy(asker.deps.directory, key).filter(({ workspace }) => only === null || workspace === only);
  if (where.product === undefined) {
    if (where.device === undefined) return { held };
    throw new Refusal("invalid_request", "A device is named with its product.");
  }
  const node = findProduct(asker, where.product);
  const product = given(node, heldOnProduct(held, node));
  if (where.device === undefined) return { held, product };
  const device = findDevice(asker, where.product, where.device);
  return { held, product, device: given(device, heldOnDevice(held, device)) };
}
function given<N>(node: N, held: readonly Held[]): Given<N> {
  const can = deviceCan(held);
  return { node, held, can: DEVICE_PERMISSIONS.filter((permission) => can.has(permission)) };
}

/** Why somebody holds a right, in words: the role, the grant by what it is on, or being an administrator. */
export function becauseOf(directory: Directory, { grant, origin }: Held): string {
  switch (origin.from) {
    case "role":
      return `role ${origin.role}`;
    case "grant":
      return `its grant on ${scopeOf(directory, grant)}`;
    case "administrator":
      return "administrator of the instance";
  }
}

/** What an account may do, and why. @throws Refusal not_found, unknown_product, unknown_device; invalid_request */
export async function showRights(
  deps: Pick<AdminDeps, "directory" | "fleet">,
  { who, ...where }: z.output<typeof rightsWish>,
): Promise<RightsAnswer> {
  const key = deps.fleet.keyOf(who);
  const { held, product, device } = rightsOf(atTheCommandLine(deps), key, where);
  const there = device ?? product;
  return {
    account: deps.fleet.accountName(key),
    lines: (there?.held ?? held).map((one) => lineOf(deps.directory, one)),
    can: there?.can ?? null,
  };
}

/** One right in words. */
export function lineOf(directory: Directory, held: Held): RightsLine {
  const { workspace, grant } = held;
  const slug = directory.workspace(workspace)?.slug ?? null;
  return { because: becauseOf(directory, held), workspace: slug, on: scopeOf(directory, grant), can: [...grant.can] };
}
/** What a grant is on, in words: `product pump`, `tag t`. */
export function scopeOf(directory: Directory, grant: Grant): string {
  switch (grant.scope) {
    case "all":
      return "all devices";
    case "product":
      return `product ${directory.productByUid(grant.product)?.row.slug ?? "?"}`;
    case "tag":
      return `tag ${grant.tag}`;
    case "device": {
      const device = directory.deviceByUid(grant.device);
      return `device ${device?.product.row.slug ?? "?"}/${device?.row.id ?? "?"}`;
    }
    case "free_topics": {
      const except = grant.except.length > 0 ? ` except ${grant.except.join(", ")}` : "";
      return `topics ${grant.filters.join(", ")}${except}`;
    }
    default:
      return grant.scope;
  }
}
