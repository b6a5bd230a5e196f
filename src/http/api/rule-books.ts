import { z } from "zod";
import { ruleLines, ruleStates, shownLine, shownState } from "../../admin/rule-books.ts";
import { dryAsked, dryRunOf, dryShown } from "../../admin/rule-dry-run.ts";
import { findWorkspaceFor } from "./find.ts";
import { DEFAULT, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import { findRule, PATH, TAKES } from "./rule-found.ts";

/** The log of a rule, and what it remembers of devices. */

const MOST = 1000;
const DRY =
  "What it would have done over recorded history, with the times and the values. Nothing is stored or sent; its limit and snoozing are not looked at.";

export const RULE_BOOKS: readonly AnyOperation[] = [
  route({
    method: "post",
    path: "/workspaces/{workspace}/rules/dry-run",
    id: "tryRule",
    tag: "Rules",
    summary: "Try a rule",
    description: `${DRY} Of one that is not saved. ${TAKES}`,
    body: dryAsked,
    result: dryShown,
    find: (seeker) => findWorkspaceFor(seeker, "rules"),
    run: async (call) => ({ body: await dryRunOf(call, call.found, null, call.body) }),
  }),
  route({
    method: "post",
    path: `${PATH}/dry-run`,
    id: "dryRunRule",
    tag: "Rules",
    summary: "Dry run a rule",
    description: `${DRY} What the body says takes the place of what the rule says. ${TAKES}`,
    body: dryAsked,
    result: dryShown,
    find: findRule,
    run: async (call) => ({
      body: await dryRunOf(call, call.found.workspace, call.found.row, call.body),
    }),
  }),
  route({
    method: "get",
    path: `${PATH}/log`,
    id: "listRuleLog",
    tag: "Rules",
    summary: "List the log of a rule",
    description: `The last two hundred changes, newest first, each with the values that were looked at. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(shownLine),
    find: findRule,
    run: async ({ deps, found, query, who }) => {
      const { limit = DEFAULT, cursor } = query;
      const before = cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined;
      const items = await ruleLines(deps, found.row.uid, before, limit, (node) => who.principal.mayView(node));
      const last = items.at(-1);
      return { body: { items, next: items.length < limit || last === undefined ? null : String(last.line) } };
    },
  }),
  route({
    method: "get",
    path: `${PATH}/states`,
    id: "listRuleStates",
    tag: "Rules",
    summary: "List the devices of a rule",
    description: `Of those for which it has fired, or waits: its state. At most ${MOST}, those first for which it holds. ${TAKES}`,
    result: z.object({ items: z.array(shownState) }),
    find: findRule,
    run: ({ deps, found, who }) => ({
      body: { items: ruleStates(deps, found.row.uid, (node) => who.principal.mayView(node)).slice(0, MOST) },
    }),
  }),
];
