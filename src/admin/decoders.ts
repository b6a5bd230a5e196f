import { z } from "zod";
import { decoderVersion, decoderVersions, productDecoder } from "../fleet/decoders.ts";
import type { Directory } from "../fleet/directory.ts";
import { noVersion, rollBackDecoder, setDecoder, switchDecoderOff, useDecoder } from "../fleet/edit/decoders.ts";
import { COMMAND_LINE } from "../fleet/audit.ts";
import { productNamed } from "../fleet/named.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { Decoder } from "../fleet/types.ts";
import { printTime } from "../measure/time.ts";
import { checked } from "./checked.ts";
import { code, decoderFunction, note, versionNumber } from "./integration-values.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Decoders of products, and their versions. */

/** A version without its code, as lists have it. */
export function versionShown({ row }: ProductNode, { number, function: declared, created, by, note, code }: Decoder) {
  return {
    number,
    in_force: row.decoder === number,
    function: declared,
    created: printTime(created),
    by,
    note,
    bytes: Buffer.byteLength(code),
  };
}
export function versionWithCode(product: ProductNode, version: Decoder) {
  return { ...versionShown(product, version), code: version.code };
}
/** A version by its number. @throws Refusal not_found */
export function versionNumbered(directory: Directory, product: ProductNode, number: number | string): Decoder {
  const found = decoderVersion(directory, product.row.uid, Number(number));
  if (found === null) throw noVersion(product, number);
  return found;
}

const one = { product: values.named };
const schemas = {
  one: z.strictObject(one),
  set: z.strictObject({ ...one, code, function: decoderFunction.optional(), note: note.optional() }),
  show: z.strictObject({ ...one, number: versionNumber.optional() }),
  use: z.strictObject({ ...one, number: versionNumber }),
};

/** Managing decoders. @throws Refusal unknown_product, not_found, invalid_request, storage_unavailable */
export function decoderOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  const named = (slug: string) => productNamed(directory, slug);
  return {
    decoderSet: checked(schemas.set, async ({ product, ...wish }) => {
      const number = await fleet.edit((draft) => setDecoder(draft, named(product), { ...wish, by: COMMAND_LINE.name }));
      return { product, ...versionShown(named(product), versionNumbered(directory, named(product), number)) };
    }),
    decoderList: checked(schemas.one, async ({ product }) =>
      decoderVersions(directory, named(product).row.uid).map((version) => versionShown(named(product), version)),
    ),
    /** Null: none is in force. */
    decoderShow: checked(schemas.show, async ({ product, number }) => {
      const node = named(product);
      const version = number === undefined ? productDecoder(directory, node) : versionNumbered(directory, node, number);
      return version === null ? null : versionWithCode(node, version);
    }),
    decoderUse: checked(schemas.use, async ({ product, number }) => {
      await fleet.edit((draft) => useDecoder(draft, named(product), number));
      return { product, number };
    }),
    decoderRollBack: checked(schemas.one, async ({ product }) => ({
      product,
      number: await fleet.edit((draft) => rollBackDecoder(draft, named(product))),
    })),
    decoderOff: checked(schemas.one, async ({ product }) => {
      await fleet.edit((draft) => switchDecoderOff(draft, named(product)));
      return { product, number: null };
    }),
  };
}
