import { BadValues } from "../base/errors.ts";
import { fieldNamed, productNamed } from "./named.ts";
import type { Directory } from "./directory.ts";
import type { FileKeeping } from "./file.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { retentionDifferences, statedRetention } from "./plan-retention.ts";
import { isShorter, policyOf, retentionProblem } from "./retention.ts";
import type { Field, Product } from "./types.ts";

/**
 * Drafts what is said of a product, or of one field of it, about how long measurements are kept.
 * @param said as in the fleet file: what is left out stays
 * @returns whether something will go that is kept now
 * @throws Refusal unknown_product, unknown_field; BadValues invalid_request when it makes no sense
 */
export function draftRetention(
  draft: Draughtsman,
  directory: Directory,
  { product: slug, field: id }: { readonly product: string; readonly field?: string | undefined },
  said: FileKeeping,
): { readonly goes: boolean } {
  const node = productNamed(directory, slug);
  const product = node.row;
  if (id === undefined) {
    const row = changed(product, said);
    check(row);
    for (const field of node.fields.values()) check(row, field.row);
    draft.put("product", row, product, `product ${slug}`, differences("product", product, row));
    return { goes: isShorter(policyOf(product), policyOf(row)) };
  }
  const field = fieldNamed(node, id).row;
  const row = changed(field, said);
  check(product, row);
  draft.put("field", row, field, `field ${slug}/${field.id}`, differences("field", field, row));
  return { goes: isShorter(policyOf(product, field), policyOf(product, row)) };
}

function check(product: Product, field?: Field): void {
  const problem = retentionProblem(product, field);
  if (problem === null) return;
  const whose = field === undefined ? "" : ` (field ${field.id})`;
  throw new BadValues("invalid_request", [{ path: problem.key, message: `${problem.text}${whose}` }]);
}
function changed<R extends Product | Field>(row: R, said: FileKeeping): R {
  const { retention, ...rest } = row;
  // a row without its retention, and with another one, is a row of its kind
  return { ...rest, ...statedRetention(said, retention) } as unknown as R;
}
function differences(kind: "product" | "field", before: Product | Field, after: Product | Field) {
  return retentionDifferences(kind, before.retention, after.retention);
}
