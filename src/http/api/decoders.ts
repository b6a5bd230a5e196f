import { z } from "zod";
import { versionNumbered, versionShown, versionWithCode } from "../../admin/decoder-versions.ts";
import { code, decoderFunction, note, versionNumber } from "../../admin/integration-values.ts";
import { answerShown, tryResult } from "../../admin/tryout-shape.ts";
import { mustCompile, tryDecoder, tryWish } from "../../admin/tryout.ts";
import { decoderVersions, productDecoder } from "../../fleet/decoders.ts";
import { setDecoder, switchDecoderOff, useDecoder } from "../../fleet/edit/decoders.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { inForce, listed, version } from "./decoder-shape.ts";
import { findProductToEdit } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, type ApiDeps, route } from "./route.ts";

/** Decoders of products. Code may say more than measurements do, so reading it takes what changing it takes. */

const TAKES = 'Takes "edit_product" on all of the product, or the workspace permission "devices".';

function shown({ directory, integrations }: ApiDeps, product: ProductNode) {
  const row = productDecoder(directory, product);
  return { version: row === null ? null : versionWithCode(product, integrations.stopped.is(product), row) };
}

export const DECODERS: readonly AnyOperation[] = [
  route({
    method: "post",
    path: "/products/{product}/decoder/try",
    id: "tryDecoder",
    tag: "Decoders",
    summary: "Try a decoder",
    description:
      "The one in force, a version, or code that is none yet: with an uplink, a request or a message that is given, or with what came last, the version in force " +
      `beside it. Nothing is stored. ${TAKES}`,
    body: tryWish,
    result: tryResult,
    refusals: ["not_found", "unknown_device", "overloaded"],
    find: findProductToEdit,
    run: async ({ deps, found, body, again }) => {
      const { directory, integrations } = deps;
      const answer = await tryDecoder({ directory, tryOut: integrations.tryOut }, found, body);
      again(); // rights may have changed meanwhile
      return { body: answerShown(answer) };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/decoder",
    id: "getDecoder",
    tag: "Decoders",
    summary: "Get the decoder in force",
    description: TAKES,
    result: inForce,
    find: findProductToEdit,
    run: ({ deps, found }) => ({ body: shown(deps, found) }),
  }),
  route({
    method: "put",
    path: "/products/{product}/decoder",
    id: "useDecoderVersion",
    tag: "Decoders",
    summary: "Put a decoder version in force",
    description: `An older one to roll back; null switches the decoder off, and its versions stay. ${TAKES}`,
    body: z.strictObject({ number: versionNumber.nullable() }),
    result: inForce,
    refusals: ["not_found"],
    find: findProductToEdit,
    run: async (call) => {
      const { number } = call.body;
      await call.edit((draft) =>
        number === null ? switchDecoderOff(draft, call.again()) : useDecoder(draft, call.again(), number),
      );
      call.deps.integrations.stopped.restart(call.found);
      return { body: shown(call.deps, call.found) };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/decoders",
    id: "listDecoderVersions",
    tag: "Decoders",
    summary: "List decoder versions",
    description: `Oldest first, without their code. The last hundred are kept. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(listed),
    find: findProductToEdit,
    run: ({ deps, found, query }) => {
      const all = decoderVersions(deps.directory, found.row.uid);
      const stopped = deps.integrations.stopped.is(found);
      return {
        body: page(
          all,
          query,
          ({ number }) => number,
          (row) => versionShown(found, stopped, row),
        ),
      };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/decoders",
    id: "setDecoder",
    tag: "Decoders",
    summary: "Set the decoder",
    description:
      "Puts code in force. Code that a version has already, with the same function, puts that version in force; other code becomes a new " +
      `version. The code has to be JavaScript, and is not run: try it before, with tryDecoder. ${TAKES}`,
    body: z.strictObject({ code, function: decoderFunction.optional(), note: note.optional() }),
    result: version,
    status: 201,
    find: findProductToEdit,
    run: async (call) => {
      const { deps, body, found, who } = call;
      await mustCompile(deps.integrations.tryOut, found, body.code);
      const number = await call.edit((draft) => setDecoder(draft, call.again(), { ...body, by: who.principal.name }));
      const row = versionNumbered(deps.directory, found, number);
      return {
        body: versionWithCode(found, false, row),
        location: `/api/v1/products/${found.row.slug}/decoders/${number}`,
      };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/decoders/{version}",
    id: "getDecoderVersion",
    tag: "Decoders",
    summary: "Get a decoder version",
    description: `With its code. ${TAKES}`,
    result: version,
    refusals: ["not_found"],
    find: (seeker) => {
      const product = findProductToEdit(seeker);
      return { product, row: versionNumbered(seeker.deps.directory, product, seeker.param("version")) };
    },
    run: ({ deps, found: { product, row } }) => ({
      body: versionWithCode(product, deps.integrations.stopped.is(product), row),
    }),
  }),
];
