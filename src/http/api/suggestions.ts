import { z } from "zod";
import { findProductToEdit, findProductToManage } from "../../admin/find.ts";
import {
  chosenOf,
  chosenSuggestions,
  draftSuggestions,
  madeOf,
  markSuggestions,
  type Place,
  suggestionShown,
} from "../../admin/suggestions.ts";
import * as values from "../../admin/values.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { findProductToIntegrate, findWorkspaceFor } from "./find.ts";
import { suggestion } from "./pass-shape.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";

/** Serials and fields that came and are not there. */

const list = z.object({ items: z.array(suggestion) });
const made = z.object({
  items: z.array(z.object({ kind: z.enum(["device", "field"]), name: z.string() })).meta({
    description: "What is there now.",
  }),
});
const ignoring = z
  .strictObject({ ...chosenSuggestions.shape, ignored: z.boolean().default(true) })
  .refine(({ suggestions, all }) => (suggestions === undefined) !== (all === undefined), {
    message: "say which: `suggestions`, or `all: true`",
  });
const states = z.strictObject({
  state: z.enum(["open", "ignored"]).optional().meta({ description: "Both when absent." }),
});

const ofProduct = ({ row }: ProductNode): Place => ({ workspace: row.workspace, product: row.uid });
const ofWorkspace = ({ uid }: { readonly uid: number }): Place => ({ workspace: uid, product: 0 });
const integrating = (seeker: Seeker) => findWorkspaceFor(seeker, "integrations");

/** Devices take more than fields do. @throws Refusal not_permitted */
function mayMake(seeker: Seeker, slug: string, kinds: readonly { readonly kind: string }[]): ProductNode {
  return kinds.some(({ kind }) => kind === "device")
    ? findProductToManage(seeker, slug)
    : findProductToEdit(seeker, slug);
}

/** The operations of a product, or those of a workspace. */
function operations<T>(
  base: string,
  name: "Product" | "Workspace",
  find: (seeker: Seeker) => T,
  place: (found: T) => Place,
): AnyOperation[] {
  const what = name === "Product" ? "a product" : "no product";
  return [
    route({
      method: "get",
      path: `${base}/suggestions`,
      id: `list${name}Suggestions`,
      tag: "Integrations",
      summary: `List suggestions of ${what}`,
      description: "Serials and fields that came and are not there, the one that came last first; at most 200.",
      query: states,
      result: list,
      find,
      run: ({ deps, found, query: { state } }) => {
        const { workspace, product } = place(found);
        const all = deps.integrations.suggestions.list(workspace, product);
        return {
          body: { items: all.filter((one) => state === undefined || one.state === state).map(suggestionShown) },
        };
      },
    }),
    route({
      method: "post",
      path: `${base}/suggestions/ignore`,
      id: `ignore${name}Suggestions`,
      tag: "Integrations",
      summary: `Ignore suggestions of ${what}`,
      description: "They are counted on, and not listed among those that are open; `ignored: false` brings them back.",
      body: ignoring,
      result: list,
      refusals: ["not_found"],
      find,
      run: ({ deps, found, body: { ignored, ...wish } }) => {
        const { suggestions } = deps.integrations;
        const chosen = chosenOf(suggestions, place(found), wish);
        return { body: { items: markSuggestions(suggestions, chosen, ignored ? "ignored" : "open") } };
      },
    }),
  ];
}

export const SUGGESTIONS: readonly AnyOperation[] = [
  ...operations("/products/{product}", "Product", findProductToIntegrate, ofProduct),
  route({
    method: "post",
    path: "/products/{product}/suggestions/create",
    id: "createSuggested",
    tag: "Integrations",
    summary: "Create what is suggested",
    description:
      'Makes the devices and fields, all or none. Fields take "edit_product" on all of the product, devices the workspace permission "devices". What comes next is stored.',
    body: chosenSuggestions,
    result: made,
    status: 201,
    refusals: ["not_found", "already_exists"],
    find: findProductToIntegrate,
    run: async (call) => {
      const { suggestions } = call.deps.integrations;
      const chosen = await call.edit((draft) => {
        const found = call.again();
        const some = chosenOf(suggestions, ofProduct(found), call.body);
        draftSuggestions(draft, mayMake(call, found.row.slug, some), some);
        return some;
      });
      return { body: { items: madeOf(suggestions, chosen) } };
    },
  }),
  ...operations("/workspaces/{workspace}", "Workspace", integrating, ofWorkspace),
  route({
    method: "post",
    path: "/workspaces/{workspace}/suggestions/create",
    id: "createSuggestedDevices",
    tag: "Integrations",
    summary: "Create devices of no product yet",
    description:
      'Makes devices that a network named, in a product. Takes the workspace permissions "integrations" and "devices".',
    body: z
      .strictObject({ ...chosenSuggestions.shape, product: values.slug })
      .refine(({ suggestions, all }) => (suggestions === undefined) !== (all === undefined), {
        message: "say which: `suggestions`, or `all: true`",
      }),
    result: made,
    status: 201,
    refusals: ["not_found", "unknown_product", "already_exists"],
    find: integrating,
    run: async (call) => {
      const { suggestions } = call.deps.integrations;
      const { product, ...wish } = call.body;
      const chosen = await call.edit((draft) => {
        const some = chosenOf(suggestions, ofWorkspace(call.again()), wish);
        draftSuggestions(draft, mayMake(call, product, some), some);
        return some;
      });
      return { body: { items: madeOf(suggestions, chosen) } };
    },
  }),
];
