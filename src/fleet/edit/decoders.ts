import { BadValues, Refusal } from "../../base/errors.ts";
import type { FunctionName } from "../../decoders/types.ts";
import { decoderVersion, decoderVersions, productDecoder } from "../decoders.ts";
import type { ProductNode } from "../nodes.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { changeProduct } from "./products.ts";
import type { Decoder } from "../types.ts";

/** Edits of a product's payload decoder, for FleetService.edit. */

/** A version's code may be so long, in bytes of UTF-8. */
const MOST_CODE = 256 * 1024;
/** So many versions of a product are kept, and so much code of them; the oldest go first, never the one in force. */
const MOST_VERSIONS = 100;
const MOST_OF_ALL = 4 * 1024 * 1024;

interface DecoderWish {
  readonly code: string;
  /** Null: the first that the code has. */
  readonly function?: FunctionName | null | undefined;
  readonly note?: string | undefined;
  /** Name of who makes it. */
  readonly by: string;
}

/** What is wrong with a decoder's code; null: nothing that can be seen without running it. */
function codeProblem(code: string): string | null {
  if (code.trim() === "") return "there is no code in it; to switch the decoder off, use the operation for that";
  if (!code.isWellFormed()) return "is no well-formed text";
  const bytes = Buffer.byteLength(code);
  return bytes > MOST_CODE ? `is ${bytes} bytes long; at most ${MOST_CODE} are allowed` : null;
}

/**
 * Puts code in force as a product's decoder. Code that a version has already (with the same function) puts that one in force; other
 * code becomes a new version.
 * @returns the number in force
 * @throws BadValues invalid_request
 */
export function setDecoder(draft: Draughtsman, product: ProductNode, wish: DecoderWish): number {
  const number = draftVersion(draft, product.row.uid, product, wish);
  changeProduct(draft, product, { decoder: number });
  return number;
}

/**
 * Drafts a version where none is as wished, and drops the oldest beyond the bounds. The product has to be drafted by the caller.
 * @param product its uid, a temporary one for a product of the same edit; @param node null: it is new
 * @returns the number that the version has
 * @throws BadValues invalid_request
 */
function draftVersion(draft: Draughtsman, product: number, node: ProductNode | null, wish: DecoderWish): number {
  const problem = codeProblem(wish.code);
  if (problem !== null) throw new BadValues("invalid_request", [{ path: "code", message: problem }]);
  const { code, function: declared = null, note = "", by } = wish;
  const versions = node === null ? [] : decoderVersions(draft.directory, product);
  const same = versions.findLast((one) => one.code === code && one.function === declared);
  if (same !== undefined) return same.number;
  const number = (versions.at(-1)?.number ?? 0) + 1;
  const row: Decoder = { uid: 0, product, number, code, function: declared, created: draft.supplies.now, by, note };
  for (const old of tooMany(versions, code.length)) draft.drafts.push({ kind: "decoder", op: "delete", uid: old.uid });
  draft.drafts.push({ kind: "decoder", op: "put", row });
  return number;
}

/** Those that go when another one comes: what it replaces in force may be looked back at, so it is not counted among them. */
function tooMany(versions: readonly Decoder[], added: number): readonly Decoder[] {
  let [count, length] = [versions.length + 1, versions.reduce((sum, { code }) => sum + code.length, added)];
  let gone = 0;
  while (gone < versions.length - 1 && (count > MOST_VERSIONS || length > MOST_OF_ALL)) {
    count--;
    length -= versions[gone]?.code.length ?? 0;
    gone++;
  }
  return versions.slice(0, gone);
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

function noVersion(product: ProductNode, number: number | string): Refusal {
  return new Refusal("not_found", `The decoder of ${product.row.slug} has no version ${String(number).slice(0, 20)}.`);
}
