import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { changeRule, snoozeRule } from "../fleet/edit/rules.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { Directory } from "../fleet/directory.ts";
import type { Rule, Workspace } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { atTheCommandLine } from "./actor.ts";
import { checked } from "./checked.ts";
import { trialWish, tryRuleAction } from "./rule-trial.ts";
import { ruleLines, ruleStates } from "./rule-books.ts";
import { dryAsked, dryRunOf } from "./rule-dry-run.ts";
import { showRule } from "./rule-shown.ts";
import * as given from "./rule-values.ts";
import { makeRule, ruleChanges, snoozeEnd } from "./rules.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

/** Rules, for who has the data folder; by name in a workspace, or by number. */

const which = { rule: values.named, workspace: values.named.optional() };
const workspace = values.named.optional();
const schemas = {
  create: given.created.extend({ workspace }),
  list: z.strictObject({ workspace }),
  one: z.strictObject(which),
  test: trialWish.extend(which),
  update: given.changed.extend(which),
  snooze: z.strictObject({ ...which, until: given.until }),
  dry: dryAsked.extend(which),
  attempt: dryAsked.extend({ workspace }),
  log: z.strictObject({ ...which, limit: z.int().min(1).max(200).default(20) }),
};
type Which = z.output<typeof schemas.one>;

/** Managing rules. @throws Refusal not_found, invalid_request, already_exists, not_available, storage_unavailable */
export function ruleOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  const asker = atTheCommandLine(deps);
  const one = (wish: Which) => ruleNamed(deps, wish);
  /** Changes the rule that is meant, and shows it. */
  const change = async (wish: Which, edit: (draft: Draughtsman, row: Rule) => void) => {
    const { uid } = one(wish);
    await fleet.edit((draft) => edit(draft, one(wish)));
    return showRule(deps, directory.row("rule", uid) ?? one(wish));
  };
  return {
    ruleCreate: checked(schemas.create, async ({ workspace: slug, ...wish }) => {
      const row = workspaceOf(deps, slug);
      await fleet.edit((draft) => makeRule(asker, draft, row, wish));
      const made = directory.named("rule", row.uid, wish.name);
      if (made === undefined) throw new Error("the rule that was committed is not there");
      return showRule(deps, made);
    }),
    ruleList: checked(schemas.list, async ({ workspace: slug }) => {
      const rows =
        slug === undefined
          ? directory.all("rule")
          : directory.childrenOf("rule", "workspace", workspaceOf(deps, slug).uid);
      return rows.map((row) => showRule(deps, row));
    }),
    ruleShow: checked(schemas.one, async (wish) => showRule(deps, one(wish))),
    ruleUpdate: checked(schemas.update, ({ rule, workspace: slug, ...wish }) =>
      change({ rule, workspace: slug }, (draft, row) =>
        changeRule(draft, row, ruleChanges(asker, workspaceBy(directory, row.workspace), row, wish)),
      ),
    ),
    ruleDelete: checked(schemas.one, async (wish) => {
      const shown = showRule(deps, one(wish));
      await fleet.edit((draft) => {
        draft.drafts.push({ kind: "rule", op: "delete", uid: one(wish).uid });
      });
      return shown;
    }),
    ruleSnooze: checked(schemas.snooze, ({ until, ...wish }) =>
      change(wish, (draft, row) => snoozeRule(draft, row, snoozeEnd(until, draft.supplies.now))),
    ),
    ...looks(deps),
  };
}

/** What looks at rules, and tries them. */
function looks(deps: OperationsDeps) {
  const asker = atTheCommandLine(deps);
  const one = (wish: Which) => ruleNamed(deps, wish);
  return {
    ruleDryRun: checked(schemas.dry, async ({ rule, workspace: slug, ...asked }) => {
      const row = one({ rule, workspace: slug });
      return dryRunOf(asker, workspaceBy(deps.directory, row.workspace), row, asked);
    }),
    ruleTry: checked(schemas.attempt, async ({ workspace: slug, ...asked }) =>
      dryRunOf(asker, workspaceOf(deps, slug), null, asked),
    ),
    ruleTestAction: checked(schemas.test, async ({ rule, workspace: slug, ...wish }) => {
      const { uid, workspace: of } = one({ rule, workspace: slug });
      return tryRuleAction(asker, workspaceBy(deps.directory, of), { ...wish, rule: uid });
    }),
    ruleLog: checked(schemas.log, async ({ limit, ...wish }) =>
      ruleLines(deps, one(wish).uid, undefined, limit, () => true),
    ),
    ruleStates: checked(schemas.one, async (wish) => ruleStates(deps, one(wish).uid, () => true)),
  };
}
function workspaceBy(directory: Directory, uid: number): Workspace {
  const row = directory.workspace(uid);
  if (row === undefined) throw new Refusal("not_found", "The workspace is gone.");
  return row;
}

/** @throws Refusal not_found, invalid_request: there are several of this name */
function ruleNamed({ directory }: Pick<OperationsDeps, "directory">, { rule, workspace: slug }: Which): Rule {
  const of = slug === undefined ? null : (directory.workspaceBySlug(slug)?.uid ?? 0);
  const all = directory.all("rule").filter((row) => of === null || row.workspace === of);
  const found = all.filter((row) => row.name === rule);
  const row = found[0] ?? all.find(({ uid }) => String(uid) === rule.replace(/^#/, ""));
  if (row === undefined) throw new Refusal("not_found", `There is no rule ${quote(rule)}.`);
  if (found.length > 1)
    throw new Refusal("invalid_request", `There are several rules ${quote(rule)}: say which workspace is meant.`);
  return row;
}
