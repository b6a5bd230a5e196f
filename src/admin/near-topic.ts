import type { Principal } from "../auth/principal.ts";
import { near } from "../base/suggest.ts";
import type { Directory } from "../fleet/directory.ts";
import type { ProductNode } from "../fleet/nodes.ts";

/** Devices or products that are looked through. */
const MOST = 2000;

/**
 * The topic with each name that is not there replaced by the nearest that is; null: nothing near would work.
 * @param root the first level that is right for what is to be done
 */
export function nearTopic(
  directory: Directory,
  { prefix, root }: { readonly prefix: string; readonly root: string },
  who: Principal,
  topic: string,
  works: (topic: string) => boolean,
): string | null {
  const levels = topic.split("/");
  const base = topic.startsWith("$share/") ? 2 : 0;
  const begins = levels[base] ?? "";
  // the other one is the commonest mistake of all
  const roots = [prefix, `${prefix}-pub`];
  if (roots.includes(begins) || near(begins, roots) !== null) levels[base] = root;
  const slug = levels[base + 1] ?? "";
  const product = productNear(directory, who, slug);
  if (product === null) return null;
  if (!isWild(slug)) levels[base + 1] = product.row.slug;
  const id = levels[base + 2];
  if (id !== undefined && !isWild(id)) {
    const seen = product.devicesById
      .values()
      .take(MOST)
      .filter((one) => who.mayView(one) || who.mayRecord(one));
    levels[base + 2] =
      product.device(id)?.row.id ??
      near(
        id,
        seen.map(({ row }) => row.id),
      ) ??
      id;
  }
  const field = levels[base + 3];
  if (field !== undefined && !isWild(field)) {
    const upper = field.toUpperCase();
    levels[base + 3] = product.fields.has(upper) ? upper : (near(field, product.fields.keys()) ?? field);
  }
  const other = levels.join("/");
  return other !== topic && works(other) ? other : null;
}
function isWild(level: string): boolean {
  return level === "+" || level === "#" || level === "*";
}
function productNear(directory: Directory, who: Principal, slug: string): ProductNode | null {
  const exact = directory.product(slug);
  if (exact && who.seesProduct(exact)) return exact;
  const seen = new Map<string, ProductNode>();
  let looked = 0;
  for (const product of directory.products()) {
    if (++looked > MOST) break;
    if (who.seesProduct(product)) seen.set(product.row.slug, product);
  }
  const guess = near(slug, seen.keys());
  return guess === null ? null : (seen.get(guess) ?? null);
}
