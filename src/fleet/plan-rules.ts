import { Refusal } from "../base/errors.ts";
import { definitionFrom } from "../rules/schema.ts";
import type { Directory } from "./directory.ts";
import type { FileWorkspace } from "./file.ts";
import type { FileRule } from "./file-rules.ts";
import { fileAccount } from "./plan-account.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { twice } from "./plan-fields.ts";
import { actionsFrom } from "./rule-action-wish.ts";
import { reachIn } from "./plan-rule-reach.ts";
import { RuleLoops } from "./rule-loops.ts";
import { MOST_RULES, ruleProblems } from "./rule-problems.ts";
import type { Rule, RuleScope } from "./types.ts";

/** The rules of a workspace, as a fleet file says them. @param path of it in the file @throws Refusal invalid_fleet */
export function planRules(
  directory: Directory,
  draft: Draughtsman,
  { slug, rules }: FileWorkspace,
  path: string,
): void {
  const workspace = draft.findWorkspace(slug) ?? 0;
  const seen = new Set<string>();
  const reached = reachIn(directory, draft, workspace);
  const { topics, whyNever } = draft.supplies;
  const isFree = topics === undefined ? undefined : (topic: string) => topics.isFree(topic);
  const planned: Rule[] = [];
  for (const [i, file] of rules.entries()) {
    const at = `${path}.rules[${i}]`;
    if (seen.has(file.name)) throw twice(`${at}.name`, file.name);
    seen.add(file.name);
    const known = directory.named("rule", workspace, file.name);
    const row = rowOf(draft, file, known, workspace, at);
    const checks = { isFree, whyNever, before: known?.actions, device: reached.device };
    const wrong = ruleProblems(row, reached.of(row.scope), checks);
    if (wrong.length > 0) throw invalid(wrong.map((one) => `${at}.${one.path}: ${one.message}`).join("\n"));
    planned.push(row);
    draft.put("rule", row, known, `rule ${slug}/${file.name}`, differences(known, row));
  }
  const others = directory.childrenOf("rule", "workspace", workspace).filter(({ name }) => !seen.has(name));
  const look = { reached: ({ scope }: Pick<Rule, "scope">) => reached.of(scope), homeOf: reached.homeOf };
  const loops = new RuleLoops(look, [...planned, ...others]);
  for (const [i, row] of planned.entries()) {
    const loop = loops.through(row);
    if (loop !== null) throw invalid(`${path}.rules[${i}].actions: ${loop}`);
  }
  if (planned.length + others.length > MOST_RULES)
    throw invalid(`${path}.rules: a workspace has ${MOST_RULES} rules at most`);
}
const invalid = (text: string) => new Refusal("invalid_fleet", text);

function rowOf(draft: Draughtsman, file: FileRule, known: Rule | undefined, workspace: number, at: string): Rule {
  const { name, description = known?.description, scope, account, active, actions, ...rest } = file;
  const { alert = known?.alert, ...given } = rest;
  if (given.trigger === undefined && known === undefined) throw invalid(`${at}.trigger: is missing`);
  return {
    uid: known?.uid ?? draft.temporary(),
    workspace,
    name,
    ...(typeof description === "string" && { description }),
    scope: scopeOf(draft, scope, known?.scope, workspace, `${at}.scope`),
    definition: definitionFrom(given, known?.definition ?? null),
    actions: actionsIn(draft, actions, known, workspace, at),
    ...(alert !== undefined && alert !== null && { alert }),
    account: fileAccount(draft, account, known?.account, workspace, at),
    active: active ?? known?.active ?? true,
    ...(known?.snoozed !== undefined && { snoozed: known.snoozed }),
    created: known?.created ?? draft.supplies.now,
  };
}

function scopeOf(
  draft: Draughtsman,
  file: FileRule["scope"],
  known: RuleScope | undefined,
  workspace: number,
  at: string,
): RuleScope {
  const productOf = (slug: string) => {
    const product = draft.findProduct(slug);
    return product?.workspace === workspace ? product : undefined;
  };
  const products = file?.products?.map((slug, i) => {
    const product = productOf(slug);
    if (product !== undefined) return product.uid;
    throw invalid(`${at}.products[${i}]: the workspace has no product with the slug "${slug}"`);
  });
  const devices = file?.devices?.map((text, i) => {
    const [slug = "", id = ""] = text.split("/");
    const uid = productOf(slug) && draft.findDevice(slug, id);
    if (uid !== undefined) return uid;
    throw invalid(`${at}.devices[${i}]: the workspace has no device "${text}"`);
  });
  return {
    products: products ?? known?.products ?? [],
    devices: devices ?? known?.devices ?? [],
    tags: file?.tags ?? known?.tags ?? [],
  };
}

function actionsIn(
  draft: Draughtsman,
  given: FileRule["actions"],
  known: Rule | undefined,
  workspace: number,
  at: string,
): Rule["actions"] {
  if (given === undefined) return known?.actions ?? [];
  const deviceOf = (product: string, device: string) =>
    draft.findProduct(product)?.workspace === workspace ? draft.findDevice(product, device) : undefined;
  return actionsFrom(given, deviceOf, known?.actions ?? [], ({ path, message }) => {
    throw invalid(`${at}.${path}: ${message}`);
  });
}

function differences(before: Rule | undefined, after: Rule) {
  const text = (value: unknown) => (value === undefined || value === null ? undefined : JSON.stringify(value));
  // what is in them may be secret
  const other = (was: unknown, is: unknown) =>
    text(was) === text(is) ? ([1, 1] as const) : ([before && "before", "those of the file"] as const);
  const pair = (key: keyof Rule["definition"]) => [text(before?.definition[key]), text(after.definition[key])] as const;
  return {
    description: [before?.description, after.description],
    scope: [text(before?.scope), text(after.scope)],
    trigger: pair("trigger"),
    condition: pair("condition"),
    for: pair("for"),
    repeat: pair("repeat"),
    hours: pair("hours"),
    limit: pair("limit"),
    max_age: pair("max_age"),
    actions: other(before?.actions, after.actions),
    alert: [text(before?.alert), text(after.alert)],
    account: [text(before?.account), text(after.account)],
    active: [before?.active, after.active],
  } as const;
}
