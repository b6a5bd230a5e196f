import type { AlertNeeds } from "./needs.ts";
import type { ActingRule, Task } from "./types.ts";

/** What came of actions, for the log of their rules; who runs the server reads in its log that some are given up. */
export class Notes {
  /** Actions of which that was said; it is said again when they have worked in between. */
  private readonly told = new Set<string>();

  constructor(
    private readonly needs: Pick<AlertNeeds, "note" | "log"> & { ruleOf(uid: number): ActingRule | undefined },
  ) {}

  put({ rule, happening: { device }, type, action }: Task, isDone: boolean, text: string): void {
    const what = isDone ? "action" : "action_failed";
    if (isDone) this.told.delete(`${rule}:${action}`);
    this.needs.note(rule, { device, what, text: `${type} (action ${action + 1}): ${text}` });
  }
  /** It is not tried any more. */
  gaveUp(task: Task, text: string): void {
    const { rule, action, type } = task;
    this.put(task, false, text);
    const key = `${rule}:${action}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    const name = this.needs.ruleOf(rule)?.name ?? rule;
    this.needs.log.warn({ rule: name, action: action + 1, type, why: text }, "an action of a rule is given up");
  }
}
