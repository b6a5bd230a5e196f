import { z } from "zod";
import { showRule, shown } from "../../admin/rule-shown.ts";
import * as given from "../../admin/rule-values.ts";
import { makeRule, ruleChanges, snoozeEnd } from "../../admin/rules.ts";
import { changeRule, snoozeRule } from "../../fleet/edit/rules.ts";
import { findWorkspaceFor } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import { RULE_TRIALS } from "./rule-trials.ts";
import { RULE_BOOKS } from "./rule-books.ts";
import { answer, findRule, PATH, TAKES } from "./rule-found.ts";
import { etagOf } from "./state.ts";

/** Rules of a workspace. All of it takes the workspace permission "rules". */

const ACTS = "Its account has no more rights than who sets it up.";

export const RULES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/rules",
    id: "listRules",
    tag: "Rules",
    summary: "List rules",
    description: `Those of a workspace, oldest first. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(shown),
    find: (seeker) => findWorkspaceFor(seeker, "rules"),
    run: ({ deps, found, query }) => ({
      body: page(
        deps.directory.childrenOf("rule", "workspace", found.uid),
        query,
        ({ uid }) => uid,
        (row) => showRule(deps, row),
      ),
    }),
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/rules",
    id: "createRule",
    tag: "Rules",
    summary: "Create a rule",
    description: `It has the rights of who creates it, unless \`account\` names another. ${ACTS} It is looked at from the next measurement on. ${TAKES}`,
    body: given.created,
    result: shown,
    status: 201,
    refusals: ["already_exists"],
    find: (seeker) => findWorkspaceFor(seeker, "rules"),
    run: async (call) => {
      const { deps, body } = call;
      await call.edit((draft) => makeRule(call, draft, call.again(), body));
      const row = deps.directory.named("rule", call.found.uid, body.name);
      if (row === undefined) throw new Error("the rule that was committed is not there");
      const location = `/api/v1/workspaces/${call.found.slug}/rules/${row.uid}`;
      return { body: showRule(deps, row), etag: etagOf(row), location };
    },
  }),
  route({
    method: "get",
    path: PATH,
    id: "getRule",
    tag: "Rules",
    summary: "Get a rule",
    description: TAKES,
    result: shown,
    find: findRule,
    run: answer,
  }),
  route({
    method: "patch",
    path: PATH,
    id: "updateRule",
    tag: "Rules",
    summary: "Update a rule",
    description: `When what it looks at changes (trigger, condition, for, hours, scope) it begins anew: what it had fired for is over. ${ACTS} ${TAKES}`,
    body: given.changed,
    result: shown,
    needsState: true,
    refusals: ["already_exists"],
    find: findRule,
    run: async (call) => {
      await call.edit((draft) => {
        const { workspace, row } = call.again();
        call.checkState(etagOf(row));
        changeRule(draft, row, ruleChanges(call, workspace, row, call.body));
      });
      return answer(call);
    },
  }),
  route({
    method: "delete",
    path: PATH,
    id: "deleteRule",
    tag: "Rules",
    summary: "Delete a rule",
    description: `With its log and its state. ${TAKES}`,
    result: shown,
    find: findRule,
    run: async (call) => {
      const before = showRule(call.deps, call.found.row);
      await call.edit((draft) => {
        draft.drafts.push({ kind: "rule", op: "delete", uid: call.again().row.uid });
      });
      return { body: before };
    },
  }),
  route({
    method: "post",
    path: `${PATH}/snooze`,
    id: "snoozeRule",
    tag: "Rules",
    summary: "Snooze a rule",
    description: `Until then its actions do not run; it is looked at all the same, and its log goes on. ${TAKES}`,
    body: z.strictObject({ until: given.until }),
    result: shown,
    find: findRule,
    run: async (call) => {
      await call.edit((draft) => {
        const { row } = call.again();
        snoozeRule(draft, row, snoozeEnd(call.body.until, draft.supplies.now));
      });
      return answer(call);
    },
  }),
  ...RULE_BOOKS,
  ...RULE_TRIALS,
];
