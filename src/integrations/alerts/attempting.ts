import type { RuleAction } from "../../fleet/types.ts";
import type { Doers } from "./doers.ts";
import { principalFor } from "./rights.ts";
import type { Outcome } from "./schedule.ts";
import type { Task } from "./types.ts";
import type { ActingRule } from "./types.ts";
import type { TakingNeeds } from "./needs.ts";

/** Does an action once, with the rights that the account of its rule has at this moment. @throws errors of ours */
export async function attemptOf(
  needs: Pick<TakingNeeds, "authority" | "directory">,
  doers: Doers,
  rule: ActingRule,
  action: RuleAction,
  tasks: readonly Task[],
): Promise<Outcome> {
  const principal = principalFor(needs, rule);
  if (principal === null)
    return {
      is: "dead",
      text: "The account whose rights the rule has is gone, or no member of the workspace any more: give it another.",
    };
  const [task, ...others] = tasks.filter(({ happening: { device } }) => {
    const node = needs.directory.deviceByUid(device);
    return device === 0 || (node !== undefined && principal.mayView(node));
  });
  if (task === undefined) return { is: "dead", text: "The account whose rights the rule has may not see the device." };
  const done = { op: "tasks_delete", ids: tasks.map(({ id }) => id) } as const;
  return doers.do(action, { rule, principal, tasks: [task, ...others], done });
}
