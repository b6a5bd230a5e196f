import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import { productNamed, workspaceNamed } from "../fleet/named.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import { draftOf } from "../integrations/inbound/making.ts";
import type { Suggestion } from "../integrations/inbound/suggestions.ts";
import { fieldIdOf } from "../fleet/rules.ts";
import { printTime } from "../measure/time.ts";
import { checked } from "./checked.ts";
import { type IntegrationsDeps, integrationsOf } from "./passes.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Suggestions: serials and fields that came and are not there. */

/** As people see it. */
export function suggestionShown({ workspace: _, product: __, first, last, ...more }: Suggestion) {
  return { ...more, first: printTime(first), last: printTime(last) };
}

const kind = z.enum(["device", "field"]);
/** One that is meant; a field's type and name may be others than the guessed ones. */
const chosenSuggestion = z.strictObject({
  kind,
  name: z.string().min(1).max(200).meta({ description: "The serial, or the identifier of the field." }),
  type: values.fieldType.optional().meta({ description: "Of a field; the guessed type when absent." }),
  label: values.name.optional().meta({ description: "The name for people; the suggested one when absent." }),
});
type ChosenSuggestion = z.output<typeof chosenSuggestion>;
/** Which ones: these, or all that are open, of both kinds or of one. */
export const chosenSuggestions = z
  .strictObject({
    suggestions: z.array(chosenSuggestion).min(1).max(200).optional(),
    all: z.literal(true).optional().meta({ description: "All that are open." }),
    kind: kind.optional().meta({ description: "With `all`: of this kind alone." }),
  })
  .refine(({ suggestions, all }) => (suggestions === undefined) !== (all === undefined), {
    message: "say which: `suggestions`, or `all: true`",
  });
type Chosen = z.output<typeof chosenSuggestions>;

/** Where suggestions stand: of a product, or of a workspace where no product is known. */
export interface Place {
  readonly workspace: number;
  readonly product: number;
}
type Suggestions = IntegrationsDeps["suggestions"];

/** The one that is meant. @throws Refusal not_found */
function findSuggestion(
  suggestions: Suggestions,
  place: Place,
  wish: Pick<ChosenSuggestion, "kind" | "name">,
): Suggestion {
  const name = wish.kind === "field" ? (fieldIdOf(wish.name) ?? wish.name) : wish.name;
  const found = suggestions.find({ ...place, kind: wish.kind, name });
  if (found !== undefined) return found;
  throw new Refusal("not_found", `No ${wish.kind} "${wish.name.slice(0, 80)}" is suggested here.`);
}
/** Those that a request means, each with what it wishes. @throws Refusal not_found */
export function chosenOf(suggestions: Suggestions, place: Place, wish: Chosen): Suggestion[] {
  if (wish.suggestions === undefined)
    return suggestions
      .list(place.workspace, place.product)
      .filter((one) => one.state === "open" && (wish.kind === undefined || one.kind === wish.kind));
  return wish.suggestions.map(({ type, label, ...key }) => {
    const found = findSuggestion(suggestions, place, key);
    return { ...found, type: type ?? found.type, label: label ?? found.label };
  });
}
/** Drafts what is suggested. What somebody made meanwhile is passed over. */
export function draftSuggestions(draft: Draughtsman, product: ProductNode, chosen: readonly Suggestion[]): void {
  for (const one of chosen)
    if (one.kind === "device" ? product.device(one.name) === undefined : !product.fields.has(one.name))
      draftOf(draft, product, one);
}
/** They are there now, or were before. */
export function madeOf(suggestions: Suggestions, chosen: readonly Suggestion[]) {
  for (const one of chosen) suggestions.remove(one);
  return chosen.map(({ kind: what, name }) => ({ kind: what, name }));
}
/** Puts some away, or brings them back. */
export function markSuggestions(suggestions: Suggestions, chosen: readonly Suggestion[], state: Suggestion["state"]) {
  return chosen.map((one) => suggestionShown(suggestions.mark(suggestions.find(one) ?? one, state)));
}

const place = { product: values.named.optional(), workspace: values.named.optional() };
const names = { kind: kind.optional(), names: z.array(z.string().min(1).max(200)).max(200).default([]) };
const schemas = {
  list: z.strictObject({ ...place, ignored: z.boolean().default(false) }),
  create: z.strictObject({ ...place, ...names, into: values.named.optional(), type: values.fieldTypeGiven.optional() }),
  ignore: z.strictObject({ ...place, ...names, back: z.boolean().default(false) }),
};

/** For the commands. @throws Refusal unknown_product, not_found, invalid_request, already_exists, not_available */
export function suggestionOperations(deps: OperationsDeps) {
  const { directory, fleet } = deps;
  const placeOf = ({ product, workspace }: { product?: string | undefined; workspace?: string | undefined }): Place => {
    if (product === undefined) return { workspace: workspaceNamed(directory, workspace ?? "").uid, product: 0 };
    const { row } = productNamed(directory, product);
    return { workspace: row.workspace, product: row.uid };
  };
  const all = (at: Place, wish: { kind?: "device" | "field" | undefined; names: readonly string[] }): Chosen =>
    wish.names.length === 0
      ? { all: true, kind: wish.kind }
      : { suggestions: wish.names.map((name) => ({ kind: wish.kind ?? kindOf(deps, at, name), name })) };
  return {
    suggestionList: checked(schemas.list, async ({ ignored, ...wish }) => {
      const { workspace, product } = placeOf(wish);
      const found = integrationsOf(deps).suggestions.list(workspace, product);
      return found.filter(({ state }) => ignored || state === "open").map(suggestionShown);
    }),
    suggestionCreate: checked(schemas.create, async ({ into, type, ...wish }) => {
      const { suggestions } = integrationsOf(deps);
      const at = placeOf(wish);
      const chosen = chosenOf(suggestions, at, all(at, wish)).map((one) => ({ ...one, type: type ?? one.type }));
      await fleet.edit((draft) => draftSuggestions(draft, productNamed(directory, into ?? wish.product ?? ""), chosen));
      return madeOf(suggestions, chosen);
    }),
    suggestionIgnore: checked(schemas.ignore, async ({ back, ...wish }) => {
      const { suggestions } = integrationsOf(deps);
      const at = placeOf(wish);
      const found = chosenOf(suggestions, at, all(at, wish));
      return markSuggestions(suggestions, found, back ? "open" : "ignored");
    }),
  };
}

/** The kind of what a name alone means. @throws Refusal not_found, invalid_request, not_available */
function kindOf(deps: OperationsDeps, at: Place, name: string): "device" | "field" {
  const { suggestions } = integrationsOf(deps);
  const field = suggestions.find({ ...at, kind: "field", name: fieldIdOf(name) ?? name }) !== undefined;
  const device = suggestions.find({ ...at, kind: "device", name }) !== undefined;
  if (field && device)
    throw new Refusal("invalid_request", `"${name}" is suggested as a device and as a field: say which kind.`);
  if (!field && !device)
    throw new Refusal("not_found", `Neither a field nor a device "${name.slice(0, 80)}" is suggested here.`);
  return field ? "field" : "device";
}
