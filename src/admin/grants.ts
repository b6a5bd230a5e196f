import { type BadValue, BadValues } from "../base/errors.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { Grant } from "../fleet/types.ts";
import type { AdminDeps } from "./types.ts";
import type { WireGrant } from "./values.ts";

/** Lines of rights as the API writes them, and as rows have them. */

/** @param workspace uid; rights end at it. @throws BadValues invalid_request: a line that names what is not there */
export function grantsFrom(
  { directory, supplies }: Draughtsman,
  workspace: number,
  wire: readonly WireGrant[],
): Grant[] {
  const bad: BadValue[] = [];
  const grants = wire.map((line, i): Grant => {
    const wrong = (key: string, message: string) => bad.push({ path: `grants[${i}].${key}`, message });
    switch (line.scope) {
      case "product":
      case "device": {
        const product = directory.product(line.product);
        if (product?.row.workspace !== workspace) {
          wrong("product", "The workspace has no such product.");
          return line.scope === "product" ? { ...line, product: 0 } : { scope: "device", device: 0, can: line.can };
        }
        if (line.scope === "product") return { ...line, product: product.row.uid };
        const device = product.device(line.device);
        if (!device) wrong("device", `${product.row.slug} has no such device.`);
        return { scope: "device", device: device?.row.uid ?? 0, can: line.can };
      }
      case "free_topics":
        for (const key of ["filters", "except"] as const)
          for (const [j, filter] of line[key].entries())
            if (supplies.topics && !supplies.topics.isFree(filter))
              wrong(`${key}[${j}]`, `These topics belong to the platform; rights on them are given on devices.`);
        return line;
      default:
        return line;
    }
  });
  if (bad.length > 0) throw new BadValues("invalid_request", bad);
  return grants;
}

/** A line of rights for answers. */
export function showGrant({ directory }: Pick<AdminDeps, "directory">, grant: Grant): WireGrant {
  switch (grant.scope) {
    case "product":
      return { ...grant, product: directory.productByUid(grant.product)?.row.slug ?? "", can: [...grant.can] };
    case "device": {
      const device = directory.deviceByUid(grant.device);
      const { scope, can } = grant;
      return { scope, product: device?.product.row.slug ?? "", device: device?.row.id ?? "", can: [...can] };
    }
    case "free_topics":
      return { ...grant, filters: [...grant.filters], except: [...grant.except], can: [...grant.can] };
    case "workspace":
      return { ...grant, can: [...grant.can] };
    case "instance":
      return { ...grant, can: [...grant.can] };
    default:
      return { ...grant, can: [...grant.can] };
  }
}
