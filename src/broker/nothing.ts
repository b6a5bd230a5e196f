import type { Principal } from "../auth/principal.ts";
import { near } from "../base/suggest.ts";
import type { Directory, ProductNode } from "../fleet/directory.ts";
import { quote } from "../measure/bytes.ts";
import type { PlatformTopics } from "../topic/platform.ts";

/** Devices or products that are looked through for what may have been meant. */
const MOST_LOOKED = 2000;

/**
 * Why nothing is delivered under a filter at the moment, where a name in it is of nothing that the account may view; null:
 * there is something, or only wildcards. The filter is granted all the same: what is named may come, or the rights to it.
 * What may not be viewed is told of as what is not there, and never suggested.
 * @param canonical the filter as it was read, without `$share/<name>/` @param suggest whether to look for what was meant
 */
export function nothingThere(
  topics: PlatformTopics,
  directory: Directory,
  who: Principal,
  canonical: string,
  suggest: boolean,
): string | null {
  const scope = topics.classifyFilter(canonical);
  // a filter with other topics below it is not for measurements alone
  if (!scope.data || !canonical.startsWith(`${topics.prefix}/`)) return null;
  const { product: slug, device: id, field } = scope;
  if (slug === null) {
    if (id === null || directory.devicesNamed(id).some((device) => who.mayView(device))) return null;
    return nothing(`no device ${quote(id)}`);
  }
  const product = directory.product(slug);
  if (!product || !who.seesProduct(product))
    return nothing(`no product ${quote(slug)}`, suggest ? near(slug, slugsOf(directory, who)) : null);
  if (id !== null) {
    const device = product.device(id);
    if (!device || !who.mayView(device))
      return nothing(`no device ${quote(id)} in ${slug}`, suggest ? near(id, idsOf(product, who)) : null);
    if (device.row.id !== id) {
      const parts = canonical.split("/");
      parts[2] = device.row.id;
      return nothing(`${quote(id)} is a serial, and what is published bears the id: subscribe to ${parts.join("/")}`);
    }
  }
  if (field === null || product.fields.has(field)) return null;
  return nothing(`no field ${quote(field)} in ${slug}`, suggest ? near(field, product.fields.keys()) : null);
}

function nothing(what: string, guess: string | null = null): string {
  const meant = guess === null ? "" : ` Did you mean ${guess}?`;
  return `Nothing of that name is there now: ${what}${what.startsWith("no ") ? " that you may view" : ""}.${meant}`;
}
function* slugsOf(directory: Directory, who: Principal): Generator<string> {
  let looked = 0;
  for (const product of directory.products()) {
    if (++looked > MOST_LOOKED) return;
    if (who.seesProduct(product)) yield product.row.slug;
  }
}
function* idsOf(product: ProductNode, who: Principal): Generator<string> {
  let looked = 0;
  for (const device of product.devicesById.values()) {
    if (++looked > MOST_LOOKED) return;
    if (who.mayView(device)) yield device.row.id;
  }
}
