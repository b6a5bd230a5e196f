import { errorText } from "../../base/errors.ts";
import type { RuleAction } from "../../fleet/types.ts";
import type { StoreOp } from "../../store/ports.ts";
import { Lanes, type Work } from "./lanes.ts";
import { type Outcome, waitBefore } from "./schedule.ts";
import { taskIn, taskRow } from "./stored.ts";
import { attemptOf } from "./attempting.ts";
import type { Doers } from "./doers.ts";
import type { TakingNeeds } from "./needs.ts";
import { Notes } from "./notes.ts";
import { Places } from "./places.ts";
import type { Task } from "./types.ts";

/** Tasks that are read at once. */
const PIECE = 1000;
/** ms until what the store refused is tried again. */
const REST_MS = 1000;

/**
 * Does the actions of rules: those of one action in order, failed ones again later, and what can never be done is given up with words in the
 * log of the rule. What is done stays done: a task is deleted in the commit that has its effect, or behind it.
 */
export class Runner {
  private readonly lanes: Lanes;
  private readonly notes: Notes;
  private readonly doing = new Set<Promise<void>>();
  private readonly places = new Places();
  private isOpen = false;
  private wakeAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly needs: TakingNeeds,
    private readonly doers: Doers,
  ) {
    this.lanes = new Lanes((task) => {
      const action = this.actionOf(task);
      return action?.type === "email" ? action.digest : 0;
    });
    this.notes = new Notes(needs);
    needs.metrics.alerts.waiting = () => this.lanes.size;
  }

  /** What was to be done when the server stopped. @param known hears of each number */
  async load(known: (task: number) => void): Promise<void> {
    for (let after = 0; ; ) {
      const rows = await this.needs.store.readTasks(after, PIECE);
      const tasks = rows.flatMap((row) => taskIn(row) ?? []);
      for (const { id } of rows) known(id);
      this.lanes.add(tasks, this.needs.clock.steady());
      after = rows.at(-1)?.id ?? after;
      if (rows.length < PIECE) return;
    }
  }
  start(): void {
    this.isOpen = true;
    this.pump();
  }
  /** They are in the store. */
  add(tasks: readonly Task[]): void {
    this.lanes.add(tasks, this.needs.clock.steady());
    this.pump();
  }
  /** Nothing is begun any more, and what is under way ends; the rest is done after the next start. */
  async stop(): Promise<void> {
    this.isOpen = false;
    await Promise.all(this.doing);
  }
  /** Those of devices and rules that are gone are not done. */
  forget(devices: ReadonlySet<number>, rules: ReadonlySet<number>): readonly StoreOp[] {
    const ids = this.lanes.drop(({ rule, happening }) => rules.has(rule) || devices.has(happening.device));
    return ids.length === 0 ? [] : [{ op: "tasks_delete", ids }];
  }

  /** About once a second, and when something came. */
  readonly pump = (): void => {
    while (this.isOpen) {
      const now = this.needs.clock.steady();
      const next = this.lanes.next(now, (task) => this.places.hasRoom(this.actionOf(task)));
      if (next === null) return;
      if (typeof next === "number") return this.wake(next, now);
      const action = this.actionOf(next.tasks[0]);
      const leave = action && this.places.take(action);
      const one = this.work(next).finally(() => {
        this.doing.delete(one);
        leave?.();
        this.needs.later(this.pump, 0);
      });
      this.doing.add(one);
    }
  };
  /** Undefined: the rule is gone, or has another one in this place since. */
  private actionOf({ rule, action, type }: Task): RuleAction | undefined {
    const now = this.needs.ruleOf(rule)?.actions[action];
    return now?.type === type ? now : undefined;
  }
  private wake(at: number, now: number): void {
    if (at >= this.wakeAt && this.wakeAt > now) return;
    this.wakeAt = at;
    this.needs.later(this.pump, Math.ceil((at - now) / 1000));
  }

  private async work(work: Work): Promise<void> {
    const [first] = work.tasks;
    const rule = this.needs.ruleOf(first.rule);
    const action = this.actionOf(first);
    let outcome: Outcome;
    try {
      outcome =
        rule === undefined || action === undefined
          ? { is: "dead", text: "The rule has another action in this place since." }
          : await attemptOf(this.needs, this.doers, rule, action, work.tasks);
    } catch (error) {
      // a mistake of ours must not lose what is to be done
      outcome = { is: "again", text: errorText(error) };
    }
    await this.settle(work, first, outcome);
  }
  private async settle(work: Work, first: Task, outcome: Outcome): Promise<void> {
    const { metrics, clock, chance } = this.needs;
    const { is, text } = outcome;
    const tries = first.tries + 1;
    const wait = is === "again" ? waitBefore(tries, outcome.isRefused === true, outcome.wait ?? 0, chance()) : null;
    if (is === "again" && wait !== null) {
      metrics.alerts.actions.failed++;
      const tasks = work.tasks.map((task) => ({ ...task, tries }));
      this.needs.commits.tied({ op: "tasks_put", rows: tasks.map(taskRow) });
      this.notes.put(first, false, `${text} It is tried again in ${Math.round(wait / 1e6)} s.`);
      return this.lanes.back(work, tasks, clock.steady() + wait);
    }
    metrics.alerts.actions[is === "done" ? "done" : "given_up"]++;
    if (is === "done") this.notes.put(first, true, text);
    else this.notes.gaveUp(first, `${text} It is given up${tries > 1 ? ` after ${tries} tries` : ""}.`);
    if (outcome.is !== "done" || outcome.isStored !== true) await this.deleted(work);
    this.lanes.over(work, clock.steady());
  }
  /** Until it is durable: only then others of the same action go on. */
  private async deleted({ tasks }: Work): Promise<void> {
    for (;;) {
      try {
        this.needs.commits.tied({ op: "tasks_delete", ids: tasks.map(({ id }) => id) });
        return await this.needs.commits.durable();
      } catch {
        if (!this.isOpen) return;
        await new Promise<void>((resolve) => this.needs.later(resolve, REST_MS));
      }
    }
  }
}
