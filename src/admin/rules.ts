import { BadValues, Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import { createRule } from "../fleet/edit/rules.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import { type ActionWish, actionsFrom } from "../fleet/rule-action-wish.ts";
import type { Rule, RuleAction, RuleScope, Workspace } from "../fleet/types.ts";
import { secondsOf } from "../rules/duration.ts";
import { definitionFrom } from "../rules/schema.ts";
import type { Asker } from "./actor.ts";
import type { RuleGiven } from "./rule-values.ts";
import { scopeIn } from "./scope.ts";
import type { AdminDeps } from "./types.ts";
import { accountFrom, checkActing, ownAccount } from "./webhook-account.ts";

/** What is done with rules, whichever way it is asked. */

type Deps = Pick<AdminDeps, "directory" | "fleet">;

/** Makes one. @throws BadValues, Refusal invalid_request, already_exists, not_permitted */
export function makeRule(
  asker: Asker<Deps>,
  draft: Draughtsman,
  workspace: Workspace,
  given: RuleGiven & Pick<Rule, "name">,
): void {
  createRule(draft, wishFrom(asker, workspace, given));
}
/** What a new one is, with what is not said as it is then. @throws BadValues, Refusal not_permitted */
function wishFrom(asker: Asker<Deps>, workspace: Workspace, given: RuleGiven & Pick<Rule, "name">) {
  const { name, description, scope, account = null, active = true, actions = [], alert, ...definition } = given;
  const own = account === null ? ownAccount(asker) : accountFrom(asker, workspace, account);
  checkActing(asker, workspace.uid, own, "rule");
  return {
    workspace: workspace.uid,
    name,
    ...(typeof description === "string" && { description }),
    scope: scopeFrom(asker.deps.directory, workspace.uid, scope),
    definition: definitionFrom(definition, null),
    actions: actionsIn(asker.deps.directory, workspace.uid, actions, []),
    ...(alert !== undefined && alert !== null && { alert }),
    account: own,
    active,
  };
}
/** What a change of the API changes in a row. @throws BadValues, Refusal not_permitted */
export function ruleChanges(asker: Asker<Deps>, workspace: Workspace, row: Rule, given: RuleGiven) {
  const { name, description, scope, account, active, actions, alert, ...definition } = given;
  // whoever changes what it says makes its account do that
  checkActing(asker, workspace.uid, row.account, "rule");
  const next =
    account === undefined ? row.account : account === null ? ownAccount(asker) : accountFrom(asker, workspace, account);
  checkActing(asker, workspace.uid, next, "rule");
  return {
    ...{ name, description, active, alert, account: next },
    actions: actions && actionsIn(asker.deps.directory, workspace.uid, actions, row.actions),
    scope: scope && scopeFrom(asker.deps.directory, workspace.uid, scope),
    definition: definitionFrom(definition, row.definition),
  };
}

/** @throws BadValues */
function actionsIn(
  directory: Directory,
  workspace: number,
  given: readonly ActionWish[],
  known: readonly RuleAction[],
): readonly RuleAction[] {
  const bad: { path: string; message: string }[] = [];
  const deviceOf = (slug: string, id: string) => {
    const product = directory.product(slug);
    return product?.row.workspace === workspace ? product.device(id)?.row.uid : undefined;
  };
  const actions = actionsFrom(given, deviceOf, known, (one) => bad.push(one));
  if (bad.length > 0) throw new BadValues("invalid_request", bad);
  return actions;
}

export function scopeFrom(directory: Directory, workspace: number, given: RuleGiven["scope"]): RuleScope {
  if (given === undefined) return { products: [], devices: [], tags: [] };
  return scopeIn(directory, workspace, given, "scope");
}

/** The end of a snooze, µs; null: it ends. @param now µs @throws Refusal invalid_request */
export function snoozeEnd(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = secondsOf(text);
  const at = seconds === null ? Date.parse(text) * 1000 : now + seconds * 1_000_000;
  if (/^\d{4}-/.test(text) === (seconds === null) && Number.isSafeInteger(at) && at > now) return at;
  throw new Refusal(
    "invalid_request",
    "until: allowed is a time to come like 2030-12-31T18:00:00Z, or one from now like 30m, 8h or 2d.",
  );
}
