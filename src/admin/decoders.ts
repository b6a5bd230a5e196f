import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { decoderVersions, productDecoder } from "../fleet/decoders.ts";
import { rollBackDecoder, setDecoder, switchDecoderOff, useDecoder } from "../fleet/edit/decoders.ts";
import { COMMAND_LINE } from "../fleet/audit.ts";
import { productNamed } from "../fleet/named.ts";
import { checked } from "./checked.ts";
import { answerShown } from "./tryout-shape.ts";
import { mustCompile, tryDecoder, tryWish } from "./tryout.ts";
import { code, decoderFunction, note, versionNumber } from "./integration-values.ts";
import type { OperationsDeps } from "./types.ts";
import { versionNumbered, versionShown, versionWithCode } from "./decoder-versions.ts";
import * as values from "./values.ts";

/** Decoders of products, and their versions. */

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
  const stopped = (slug: string) => deps.integrations?.stopped.is(named(slug)) ?? false;
  return {
    decoderSet: checked(schemas.set, async ({ product, ...wish }) => {
      await mustCompile(deps.integrations?.tryOut ?? null, named(product), wish.code);
      const number = await fleet.edit((draft) => setDecoder(draft, named(product), { ...wish, by: COMMAND_LINE.name }));
      return { product, ...versionShown(named(product), false, versionNumbered(directory, named(product), number)) };
    }),
    decoderList: checked(schemas.one, async ({ product }) =>
      decoderVersions(directory, named(product).row.uid).map((version) =>
        versionShown(named(product), stopped(product), version),
      ),
    ),
    /** Null: none is in force. */
    decoderShow: checked(schemas.show, async ({ product, number }) => {
      const node = named(product);
      const version = number === undefined ? productDecoder(directory, node) : versionNumbered(directory, node, number);
      return version === null ? null : versionWithCode(node, stopped(product), version);
    }),
    decoderUse: checked(schemas.use, async ({ product, number }) => {
      await fleet.edit((draft) => useDecoder(draft, named(product), number));
      deps.integrations?.stopped.restart(named(product));
      return { product, number };
    }),
    decoderRollBack: checked(schemas.one, async ({ product }) => ({
      product,
      number: await fleet.edit((draft) => rollBackDecoder(draft, named(product))),
    })),
    decoderTry: checked(tryWish.extend(one), async ({ product, ...wish }) => {
      const tryOut = deps.integrations?.tryOut;
      if (tryOut === undefined)
        throw new Refusal("not_available", "Decoders of products are tried by a running server: start it.");
      return answerShown(await tryDecoder({ directory, tryOut }, named(product), wish));
    }),
    decoderOff: checked(schemas.one, async ({ product }) => {
      await fleet.edit((draft) => switchDecoderOff(draft, named(product)));
      return { product, number: null };
    }),
  };
}
