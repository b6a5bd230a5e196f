import { z } from "zod";
import { deviceCan, type Held, heldBy, heldOnDevice, heldOnProduct } from "../auth/held.ts";
import { Refusal } from "../base/errors.ts";
import { deviceNamed, productNamed } from "../fleet/named.ts";
import type { Directory } from "../fleet/directory.ts";
import { DEVICE_PERMISSIONS, type DevicePermission, type Grant } from "../fleet/types.ts";
import * as the from "./values.ts";
import type { AdminDeps } from "./types.ts";

/** What an account may do; with a product or a device, on that. `who`: an account, or one of its tokens. */
export const rightsWish = z.strictObject({
  who: the.named,
  product: the.named.optional(),
  device: the.named.optional(),
});

export interface RightsLine {
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

/** @throws Refusal not_found, unknown_product, unknown_device; invalid_request */
export async function showRights(
  { directory, fleet }: Pick<AdminDeps, "directory" | "fleet">,
  wish: z.output<typeof rightsWish>,
): Promise<RightsAnswer> {
  const key = fleet.keyOf(wish.who);
  const held = heldBy(directory, key);
  const there = on(directory, held, wish);
  const can = there && deviceCan(there);
  return {
    account: fleet.accountName(key),
    lines: (there ?? held).map((one) => lineOf(directory, one)),
    can: can && DEVICE_PERMISSIONS.filter((permission) => can.has(permission)),
  };
}

/** What counts on the product or device that is asked for; null: none is. */
function on(directory: Directory, held: readonly Held[], wish: z.output<typeof rightsWish>): Held[] | null {
  if (wish.product === undefined) {
    if (wish.device === undefined) return null;
    throw new Refusal("invalid_request", "A device is named with its product.");
  }
  const product = productNamed(directory, wish.product);
  if (wish.device === undefined) return heldOnProduct(held, product);
  return heldOnDevice(held, deviceNamed(product, wish.device));
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
function lineOf(directory: Directory, held: Held): RightsLine {
  const { workspace, grant } = held;
  const because = becauseOf(directory, held);
  const slug = directory.workspace(workspace)?.slug ?? null;
  return { because, workspace: slug, on: scopeOf(directory, grant), can: [...grant.can] };
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
