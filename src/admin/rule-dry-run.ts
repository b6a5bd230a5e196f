import { z } from "zod";
import { BadValues, Refusal } from "../base/errors.ts";
import { checksOf, reachOf, ruleProblems } from "../fleet/rule-problems.ts";
import type { Rule, Workspace } from "../fleet/types.ts";
import { printTime } from "../measure/time.ts";
import { definitionFrom } from "../rules/schema.ts";
import type { Asker } from "./actor.ts";
import { device, looking, seenValue, showDevice, showSeen } from "./rule-books.ts";
import { changed } from "./rule-values.ts";
import { scopeFrom } from "./rules.ts";
import type { AdminDeps } from "./types.ts";
import * as values from "./values.ts";

/** Dry runs of rules over recorded history. */

type Deps = Pick<AdminDeps, "directory" | "fleet" | "rules">;

const DAY = 86_400_000_000;
const MOST_DAYS = 31;
const moment = z
  .string()
  .max(64)
  .optional()
  .meta({ description: `RFC 3339. Seven days up to now when absent; at most ${MOST_DAYS} days.` });
const { scope, trigger, condition, for: hold, repeat, hours } = changed.shape;
/** What a dry run looks at of a rule; what is absent is as the rule has it. */
export const dryAsked = z.strictObject({
  scope,
  trigger,
  condition,
  for: hold,
  repeat,
  hours,
  from: moment,
  to: moment,
});
type DryAsked = z.output<typeof dryAsked>;

export const dryShown = z
  .object({
    from: values.time,
    to: values.time,
    devices: z.int(),
    measurements: z.int().meta({ description: "How many were looked at." }),
    fired: z.int().meta({ description: "How often it would have fired." }),
    firings: z
      .array(
        z.object({
          device,
          fired: values.time,
          cleared: values.time.nullable().meta({ description: "null: it would hold still, or it fires for a moment." }),
          values: z.array(seenValue),
        }),
      )
      .meta({ description: "The first two hundred." }),
    complete: z
      .boolean()
      .meta({ description: "false: there are more devices or measurements than a dry run looks at." }),
  })
  .meta({ id: "RuleDryRun", description: "What a rule would have done. Nothing was stored or sent." });

/** @param known the rule; null: it is none yet @throws BadValues, Refusal invalid_request, not_available */
export async function dryRunOf(
  asker: Asker<Deps>,
  workspace: Workspace,
  known: Rule | null,
  { from: first, to: last, scope: given, ...definition }: DryAsked,
) {
  const { deps, who } = asker;
  if (definition.trigger === undefined && known === null)
    throw new BadValues("invalid_request", [{ path: "trigger", message: "is missing" }]);
  const looks = {
    workspace: workspace.uid,
    scope: given === undefined && known !== null ? known.scope : scopeFrom(deps.directory, workspace.uid, given),
    definition: definitionFrom(definition, known?.definition ?? null),
  };
  const judged = { definition: looks.definition, actions: [] };
  const problems = ruleProblems(judged, reachOf(deps.directory, looks), checksOf(deps.directory));
  if (problems.length > 0) throw new BadValues("invalid_request", problems);
  const rules = looking(deps);
  const run = await rules.dryRun(looks, rangeOf(first, last, rules.now()), (node) => who.principal.mayView(node));
  return {
    from: printTime(run.from),
    to: printTime(run.to),
    devices: run.devices,
    measurements: run.points,
    fired: run.fired,
    firings: run.firings.map(({ device: node, fired, cleared, values: seen }) => ({
      device: node === null ? null : showDevice(deps, node.row.uid, () => true),
      fired: printTime(fired),
      cleared: cleared === null ? null : printTime(cleared),
      values: showSeen(seen),
    })),
    complete: !run.isCut,
  };
}
function rangeOf(first: string | undefined, last: string | undefined, now: number) {
  const to = Math.min(last === undefined ? now : timeOf("to", last), now);
  const from = first === undefined ? to - 7 * DAY : timeOf("from", first);
  if (from >= to || to - from > MOST_DAYS * DAY)
    throw new Refusal("invalid_request", `from: a dry run is over at most ${MOST_DAYS} days that are past.`);
  return { from, to };
}
function timeOf(key: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms) && ms >= 0) return ms * 1000;
  throw new Refusal("invalid_request", `${key}: allowed is a time like 2026-01-31T08:00:00Z.`);
}
