import { BadValues, Refusal } from "../../base/errors.ts";
import { codeProblem, type DecoderWish, versionOf } from "../decoder-versions.ts";
import { decoderVersion, decoderVersions, productDecoder } from "../decoders.ts";
import type { ProductNode } from "../nodes.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { changeProduct } from "./products.ts";

/** Edits of a product's payload decoder, for FleetService.edit. */

/**
 * Puts code in force as a product's decoder. Code that a version has already (with the same function) puts that one in force; other
 * code becomes a new version.
 * @returns the number in force
 * @throws BadValues invalid_request
 */
export function setDecoder(draft: Draughtsman, product: ProductNode, wish: DecoderWish): number {
  const problem = codeProblem(wish.code);
  if (problem !== null) throw new BadValues("invalid_request", [{ path: "code", message: problem }]);
  const { number, drafts } = versionOf(draft.directory, product.row.uid, wish, draft.supplies.now);
  draft.drafts.push(...drafts);
  changeProduct(draft, product, { decoder: number });
  return number;
}

/** Puts a version in force that there is already. @throws Refusal not_found */
export function useDecoder(draft: Draughtsman, product: ProductNode, number: number): void {
  if (decoderVersion(draft.directory, product.row.uid, number) === null) throw noVersion(product, number);
  changeProduct(draft, product, { decoder: number });
}

/**
 * Puts the version before the one in force in force again.
 * @returns its number
 * @throws Refusal not_found: there is none
 */
export function rollBackDecoder(draft: Draughtsman, product: ProductNode): number {
  const now = productDecoder(draft.directory, product)?.number ?? Number.POSITIVE_INFINITY;
  const before = decoderVersions(draft.directory, product.row.uid).findLast(({ number }) => number < now);
  if (before === undefined)
    throw new Refusal("not_found", `${product.row.slug} has no older version of its decoder to go back to.`);
  changeProduct(draft, product, { decoder: before.number });
  return before.number;
}

/** Takes the decoder out of force; its versions stay. */
export function switchDecoderOff(draft: Draughtsman, product: ProductNode): void {
  changeProduct(draft, product, { decoder: null });
}

export function noVersion(product: ProductNode, number: number | string): Refusal {
  return new Refusal("not_found", `The decoder of ${product.row.slug} has no version ${String(number).slice(0, 20)}.`);
}
