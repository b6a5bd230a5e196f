import { z } from "zod";
import type { Directory } from "../fleet/directory.ts";
import { actionsShown } from "../fleet/rule-action-shown.ts";
import { brokenBy } from "../fleet/rule-problems.ts";
import type { Rule } from "../fleet/types.ts";
import { accountKeyOf } from "../integrations/webhooks/rights.ts";
import { printTime } from "../measure/time.ts";
import type { definitionSchema } from "../rules/schema.ts";
import { wish } from "./rule-values.ts";
import { showScope } from "./scope.ts";
import type { AdminDeps } from "./types.ts";
import * as values from "./values.ts";

/** Rules, as answers have them. */

type Shown = Omit<z.output<typeof definitionSchema>, "condition"> & { condition: Record<string, unknown> | null };
type Deps = Pick<AdminDeps, "directory" | "fleet" | "rules">;

export const shown = z
  .object({
    rule: z.int().meta({ description: "Its number." }),
    workspace: z.string(),
    ...wish,
    condition: z.record(z.string(), z.unknown()).nullable().meta({ description: "What must hold; null: nothing." }),
    created: values.time,
    snoozed_until: values.time.nullable().meta({ description: "Until then its actions do not run." }),
    state: z.enum(["active", "broken", "off"]).meta({
      description: "broken: something that it names is not there any more; it does nothing where that is needed.",
    }),
    problems: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .meta({ description: "What is missing of a broken one, and where it is named." }),
    loop_stopped: values.time.nullable().meta({
      description:
        "When it was stopped last because writes of rules went round; null: never since what it looks at or does was changed, or no server runs.",
    }),
  })
  .meta({ id: "Rule", description: "When something is so, something is done." });

/** As answers have it. */
export function showRule({ directory, fleet, rules }: Deps, row: Rule) {
  const { uid, name, scope, definition, active, created } = row;
  const key = accountKeyOf(row);
  const problems = brokenBy(directory, row);
  const loop = rules?.loopOf(uid) ?? null;
  return {
    rule: uid,
    workspace: directory.workspace(row.workspace)?.slug ?? "",
    name,
    description: row.description ?? null,
    scope: showScope(directory, scope),
    ...(definition as Shown), // only read
    actions: [...actionsShown(row.actions, (uid) => deviceName(directory, uid))],
    alert: row.alert ?? null,
    account: key === null ? null : fleet.accountName(key),
    active,
    created: printTime(created),
    snoozed_until: row.snoozed === undefined ? null : printTime(row.snoozed),
    state: !active ? ("off" as const) : problems.length > 0 ? ("broken" as const) : ("active" as const),
    problems,
    loop_stopped: loop === null ? null : printTime(loop),
  };
}
function deviceName(directory: Directory, uid: number): string | undefined {
  const node = directory.deviceByUid(uid);
  return node && `${node.product.row.slug}/${node.row.id}`;
}
