import { newParsed, parseValue } from "../measure/index.ts";
import { specOf } from "../measure/types.ts";
import type { Form } from "../measure/value.ts";
import { type Reference, referencesOf } from "../rules/references.ts";
import { definitionProblems } from "../rules/schema.ts";
import { configurationFields } from "./decoders.ts";
import type { Directory } from "./directory.ts";
import { computedIn, fieldRows } from "./formulas.ts";
import type { ProductNode } from "./nodes.ts";
import type { ConfigurationType } from "./integration-rows.ts";
import type { FieldType } from "../measure/types.ts";
import { type ActionChecks, actionsWrong, type Target } from "./rule-action-problems.ts";
import type { Rule } from "./rule-rows.ts";

/** Whether rules can do what they say: what they name must be there, and of a form that it can be compared in. */

/** Rules of one workspace at most, and entries of a list of their scope. */
export const MOST_RULES = 10_000;
export const MOST_NAMED = 1000;

interface RuleProblem {
  /** As the fleet file and the API call the property. */
  readonly path: string;
  readonly message: string;
}
/** What a product has, in the fleet or in the file that is applied. */
export interface Reached {
  readonly uid: number;
  field(id: string): FieldType | undefined;
  configuration(id: string): ConfigurationType | undefined;
  /** Whether something by this name can be sent to its devices. */
  downlink(name: string): boolean;
  /** Whether a field has a formula. */
  isComputed(id: string): boolean;
  /** Its computed fields, each with the fields that it is computed from. */
  computed(): readonly { readonly field: string; readonly sources: readonly string[] }[];
}
type Checks = Omit<ActionChecks, "own">;

/** What is wrong with a rule that is to be saved. @param reached the products whose devices it is about */
export function ruleProblems(
  rule: Pick<Rule, "definition" | "actions" | "alert">,
  reached: readonly Reached[],
  checks: Checks,
): RuleProblem[] {
  const { definition } = rule;
  const missing = referencesOf(definition).flatMap((one) => problemOf(one, reached));
  return [...definitionProblems(definition), ...missing, ...actionsWrong(rule, { ...checks, own: targetOf(reached) })];
}
/** What can be written and sent to devices of some products: what one of them takes is no mistake. */
export function targetOf(reached: readonly Reached[]): Target {
  return {
    field: (id) => reached.some((product) => product.field(id) !== undefined),
    downlink: (name) => reached.some((product) => product.downlink(name)),
    whyNotWritten(id, text) {
      const reasons = reached.flatMap((product) => {
        const type = product.field(id);
        if (type === undefined) return [];
        if (product.isComputed(id))
          return [`${id} is computed by its formula: nobody records in it. Write a field that it is computed from`];
        return [text === null ? null : whyNoValue(type, text)];
      });
      return reasons.includes(null) ? null : (reasons[0] ?? null);
    },
  };
}
/** Why a field of a type takes no such payload; null: it does. */
function whyNoValue(type: FieldType, text: string): string | null {
  const [bytes, out] = [new TextEncoder().encode(text), newParsed()];
  return parseValue(specOf(type), bytes, 0, bytes.length, out) ? null : out.error;
}
/** What actions of rules are judged by, of the fleet as it is. */
export function checksOf(directory: Directory, more: Pick<Checks, "isFree" | "whyNever" | "before"> = {}): Checks {
  const device = (uid: number): Target | null => {
    const product = directory.deviceByUid(uid)?.product;
    return product === undefined ? null : targetOf([reachedBy(directory, product)]);
  };
  return { ...more, device };
}
function problemOf({ path, kind, id, forms }: Reference, reached: readonly Reached[]): RuleProblem[] {
  const there = reached.flatMap((product): Form[] => {
    if (kind === "field") {
      const type = product.field(id);
      return type === undefined ? [] : [specOf(type).form];
    }
    const type = product.configuration(id);
    return type === undefined ? [] : [type];
  });
  const what = kind === "field" ? "field" : "configuration field";
  if (there.length === 0) return [{ path, message: `no product that the rule is about has the ${what} ${id}` }];
  if (forms === null || there.some((form) => forms.includes(form))) return [];
  return [{ path, message: `the ${what} ${id} is a ${there[0]}; here it should be a ${forms.join(" or a ")}` }];
}

/** What a rule names and is not there any more: it is broken, and does not fire where that is needed. */
export function brokenBy(directory: Directory, rule: Rule): RuleProblem[] {
  const { scope, account, workspace } = rule;
  const gone = (path: string, message: string): RuleProblem => ({ path, message });
  const problems: RuleProblem[] = [];
  for (const [i, uid] of scope.products.entries())
    if (directory.productByUid(uid) === undefined)
      problems.push(gone(`scope.products[${i}]`, "this product was deleted"));
  for (const [i, uid] of scope.devices.entries())
    if (directory.deviceByUid(uid) === undefined) problems.push(gone(`scope.devices[${i}]`, "this device was deleted"));
  const { user, apiUser } = account;
  const hasAccount =
    user !== null
      ? directory.membersOf(workspace).some((one) => one.user === user)
      : apiUser === null || directory.apiUser(apiUser) !== undefined;
  if (!hasAccount) problems.push(gone("account", "the account whose rights it has is gone, or no member any more"));
  return [...problems, ...ruleProblems(rule, reachOf(directory, rule), checksOf(directory))];
}
/** The products of the fleet whose devices a rule may be about. */
export function reachOf(directory: Directory, { workspace, scope }: Pick<Rule, "workspace" | "scope">): Reached[] {
  const named = new Set(scope.products);
  const own = new Set(scope.devices.map((uid) => directory.deviceByUid(uid)?.product.row.uid));
  return directory
    .productsOf(workspace)
    .filter(({ row }) => (named.size === 0 || named.has(row.uid)) && (own.size === 0 || own.has(row.uid)))
    .map((product) => reachedBy(directory, product));
}
function reachedBy(directory: Directory, product: ProductNode): Reached {
  const { row, fields } = product;
  return {
    uid: row.uid,
    computed: () => computedIn(fieldRows(product)),
    isComputed: (id) => fields.get(id)?.row.formula !== undefined,
    field: (id) => fields.get(id)?.row.type,
    configuration: (id) => configurationFields(directory, row.uid).find((one) => one.id === id)?.type,
    downlink: (name) => directory.named("downlink", row.uid, name) !== undefined,
  };
}
