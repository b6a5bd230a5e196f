import { Refusal } from "../base/errors.ts";
import { definitionFrom } from "../rules/schema.ts";
import { configurationFields } from "./decoders.ts";
import type { Directory } from "./directory.ts";
import type { FileWorkspace } from "./file.ts";
import type { FileRule } from "./file-rules.ts";
import { fileAccount } from "./plan-account.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { twice } from "./plan-fields.ts";
import { MOST_RULES, type Reached, ruleProblems } from "./rule-problems.ts";
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
  const products = reachIn(directory, draft, workspace);
  for (const [i, file] of rules.entries()) {
    const at = `${path}.rules[${i}]`;
    if (seen.has(file.name)) throw twice(`${at}.name`, file.name);
    seen.add(file.name);
    const known = directory.named("rule", workspace, file.name);
    const row = rowOf(draft, file, known, workspace, at);
    const wrong = ruleProblems(row, products(row.scope));
    if (wrong.length > 0) throw invalid(wrong.map((one) => `${at}.${one.path}: ${one.message}`).join("\n"));
    draft.put("rule", row, known, `rule ${slug}/${file.name}`, differences(known, row));
  }
  const all = new Set([...directory.childrenOf("rule", "workspace", workspace).map(({ name }) => name), ...seen]);
  if (all.size > MOST_RULES) throw invalid(`${path}.rules: a workspace has ${MOST_RULES} rules at most`);
}
const invalid = (text: string) => new Refusal("invalid_fleet", text);

function rowOf(draft: Draughtsman, file: FileRule, known: Rule | undefined, workspace: number, at: string): Rule {
  const { name, description = known?.description, scope, account, active, ...given } = file;
  if (given.trigger === undefined && known === undefined) throw invalid(`${at}.trigger: is missing`);
  return {
    uid: known?.uid ?? draft.temporary(),
    workspace,
    name,
    ...(typeof description === "string" && { description }),
    scope: scopeOf(draft, scope, known?.scope, workspace, `${at}.scope`),
    definition: definitionFrom(given, known?.definition ?? null),
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

/** What the products of a workspace have when the file is applied, of those that a scope allows. */
function reachIn(directory: Directory, draft: Draughtsman, workspace: number): (scope: RuleScope) => Reached[] {
  const products = new Map<number, Reached>();
  for (const slug of draft.productSlugs(workspace)) {
    const uid = draft.findProduct(slug)?.uid ?? 0;
    const node = directory.product(slug);
    const drafted = draft.drafts.flatMap((one) =>
      one.op === "put" && one.kind === "field" && one.row.product === uid ? [one.row] : [],
    );
    const own = [...draft.configuration.values()].filter((one) => one.product === uid);
    products.set(uid, {
      field: (id) => drafted.find((one) => one.id === id)?.type ?? node?.fields.get(id)?.row.type,
      configuration: (id) =>
        [...own, ...(node === undefined ? [] : configurationFields(directory, uid))].find((one) => one.id === id)?.type,
    });
  }
  const productOf = new Map(
    draft.drafts.flatMap((one) =>
      one.op === "put" && one.kind === "device" ? [[one.row.uid, one.row.product] as const] : [],
    ),
  );
  return ({ products: named, devices }) => {
    const own = new Set(devices.map((uid) => productOf.get(uid) ?? directory.deviceByUid(uid)?.product.row.uid));
    return [...products]
      .filter(([uid]) => (named.length === 0 || named.includes(uid)) && (own.size === 0 || own.has(uid)))
      .map(([, reached]) => reached);
  };
}

function differences(before: Rule | undefined, after: Rule) {
  const text = (value: unknown) => (value === undefined || value === null ? undefined : JSON.stringify(value));
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
    account: [text(before?.account), text(after.account)],
    active: [before?.active, after.active],
  } as const;
}
