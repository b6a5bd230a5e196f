import { BadValues, Refusal } from "../../base/errors.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { RuleLoops } from "../rule-loops.ts";
import { checksOf, MOST_RULES, reachOf, ruleProblems } from "../rule-problems.ts";
import type { Rule } from "../rule-rows.ts";
import { type Changes, patched, sameRow } from "./patch.ts";

/** Edits of rules, for FleetService.edit. */

/** @throws BadValues already_exists, invalid_request; Refusal invalid_request */
export function createRule(draft: Draughtsman, wish: Omit<Rule, "uid" | "created" | "snoozed">): void {
  const { directory, supplies } = draft;
  if (directory.countOf("rule", "workspace", wish.workspace) >= MOST_RULES)
    throw new Refusal("invalid_request", `A workspace has ${MOST_RULES} rules at most. Delete one that is not needed.`);
  check(draft, wish, null);
  const row = { ...wish, created: supplies.now, uid: draft.temporary() };
  draft.drafts.push({ kind: "rule", op: "put", row });
}

/** @throws BadValues already_exists, invalid_request */
export function changeRule(draft: Draughtsman, row: Rule, changes: Changes<Rule>): void {
  const next = patched(row, changes);
  if (sameRow(next, row)) return;
  check(draft, next, row.uid);
  draft.drafts.push({ kind: "rule", op: "put", row: next });
}

/** @param until µs; null: it is not snoozed any more */
export function snoozeRule(draft: Draughtsman, row: Rule, until: number | null): void {
  const next = patched(row, { snoozed: until });
  if (!sameRow(next, row)) draft.drafts.push({ kind: "rule", op: "put", row: next });
}

function check({ directory, supplies }: Draughtsman, row: Omit<Rule, "uid" | "created">, own: number | null): void {
  const other = directory.named("rule", row.workspace, row.name);
  if (other !== undefined && other.uid !== own)
    throw new BadValues("already_exists", [{ path: "name", message: `A rule "${row.name}" exists already.` }]);
  const { topics, whyNever } = supplies;
  const before = own === null ? [] : directory.row("rule", own)?.actions;
  const isFree = topics === undefined ? undefined : (topic: string) => topics.isFree(topic);
  const checks = checksOf(directory, { isFree, whyNever, before });
  const problems = ruleProblems(row, reachOf(directory, row), checks);
  const others = directory.childrenOf("rule", "workspace", row.workspace).filter(({ uid }) => uid !== own);
  const look = {
    reached: ({ scope }: Pick<Rule, "scope">) => reachOf(directory, { workspace: row.workspace, scope }),
    homeOf: (device: number) => directory.deviceByUid(device)?.row.product,
  };
  const loop = problems.length > 0 ? null : new RuleLoops(look, [row, ...others]).through(row);
  if (loop !== null) problems.push({ path: "actions", message: loop });
  if (problems.length > 0) throw new BadValues("invalid_request", problems);
}
