import { decoderVersion } from "../fleet/decoders.ts";
import type { Directory } from "../fleet/directory.ts";
import { noVersion } from "../fleet/edit/decoders.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { Decoder } from "../fleet/types.ts";
import { printTime } from "../measure/time.ts";

/** Versions of decoders, as answers have them. */

/** A version without its code, as lists have it. @param stopped whether the sandbox has stopped the one in force */
export function versionShown(
  { row }: ProductNode,
  stopped: boolean,
  { number, function: declared, created, by, note, code }: Decoder,
) {
  return {
    number,
    in_force: row.decoder === number,
    stopped: row.decoder === number && stopped,
    function: declared,
    created: printTime(created),
    by,
    note,
    bytes: Buffer.byteLength(code),
  };
}
export function versionWithCode(product: ProductNode, stopped: boolean, version: Decoder) {
  return { ...versionShown(product, stopped, version), code: version.code };
}
/** A version by its number. @throws Refusal not_found */
export function versionNumbered(directory: Directory, product: ProductNode, number: number | string): Decoder {
  const found = decoderVersion(directory, product.row.uid, Number(number));
  if (found === null) throw noVersion(product, number);
  return found;
}
