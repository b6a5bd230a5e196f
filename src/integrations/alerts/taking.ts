import { errorText } from "../../base/errors.ts";
import type { RuleAction, RuleAlert } from "../../fleet/types.ts";
import type { Happening } from "../../rules/types.ts";
import type { StoreOp } from "../../store/ports.ts";
import { parseTemplate } from "../../templates/template.ts";
import type { AlertBook } from "./book.ts";
import type { Draft } from "./draft.ts";
import { lived } from "./life.ts";
import type { AlertNeeds } from "./needs.ts";
import { taskRow } from "./stored.ts";
import type { Task } from "./types.ts";
import { templateValues } from "./values.ts";

/** ms until what the store refused is tried again. */
const REST_MS = 1000;
/** Happenings of one commit. */
const MOST_AT_ONCE = 500;

/** A rule, as far as alerts and actions look at it. */
export interface ActingRule {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  readonly account: { readonly user: number | null; readonly apiUser: number | null };
  readonly actions: readonly RuleAction[];
  readonly alert: RuleAlert | null;
}
export interface TakingNeeds extends AlertNeeds {
  /** undefined: it is gone. */
  ruleOf(uid: number): ActingRule | undefined;
  /** What takes happenings out of those that wait. */
  happeningsDone(ids: readonly number[]): StoreOp;
}

/**
 * Takes what happened to rules, in order: the change of the alert, the actions that are to be done, and that the happening was taken are one
 * commit. So each has its effect once, however often it is handed over.
 */
export class Taking {
  private waiting: Happening[] = [];
  private isBusy = false;
  private isOpen = false;

  /** @param acts hears of actions that are to be done, when they are durable */
  constructor(
    private readonly needs: TakingNeeds,
    private readonly book: AlertBook,
    private readonly acts: (tasks: readonly Task[]) => void,
  ) {}

  /** They are in the store. What comes before the start waits for it. */
  take(rows: readonly Happening[]): void {
    for (const row of rows) this.waiting.push(row);
    if (this.isOpen && !this.isBusy) void this.work();
  }
  start(): void {
    this.isOpen = true;
    if (!this.isBusy) void this.work();
  }
  /** What is not taken yet is at the next start. */
  stop(): void {
    this.isOpen = false;
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0 && this.isOpen) {
      const some = this.waiting.slice(0, MOST_AT_ONCE);
      try {
        const tasks = await this.book.change((draft) => this.draw(draft, some));
        this.waiting.splice(0, some.length);
        if (tasks.length > 0) this.acts(tasks);
      } catch (error) {
        this.needs.log.warn({ error: errorText(error) }, "alerts cannot be stored; it is tried again");
        await new Promise<void>((resolve) => this.needs.later(resolve, REST_MS));
      }
    }
    this.isBusy = false;
  }

  private draw(draft: Draft, rows: readonly Happening[]): readonly Task[] {
    const tasks = rows.flatMap((row) => this.tasksOf(draft, row));
    if (tasks.length > 0) draft.ops.push({ op: "tasks_put", rows: tasks.map(taskRow) });
    draft.ops.push(this.needs.happeningsDone(rows.map(({ id }) => id)));
    return tasks;
  }
  private tasksOf(draft: Draft, happening: Happening): readonly Task[] {
    const { directory, metrics } = this.needs;
    const rule = this.needs.ruleOf(happening.rule);
    const isThere = happening.device === 0 || directory.deviceByUid(happening.device) !== undefined;
    if (rule === undefined || !isThere) return [];
    const before = draft.active(rule.uid, happening.device);
    const text = this.textOf(rule, happening);
    if (before === null && rule.alert !== null && happening.kind === "fired" && this.isFull) return [];
    const make = () => ({ id: this.book.next("alert"), text });
    const { alert, isChanged, acts } = lived(before, happening, rule, make);
    if (alert !== null && isChanged) draft.put(alert);
    if (alert !== null && before === null) metrics.alerts.opened++;
    if (!acts) return [];
    return rule.actions.flatMap(({ on, type }, action): Task[] =>
      on.includes(happening.kind)
        ? [
            {
              ...{
                id: this.book.next("task"),
                rule: rule.uid,
                time: this.needs.clock.micros(),
                action,
                type,
                happening,
              },
              ...{ alert: alert?.id ?? null, text: alert?.text ?? text, severity: alert?.severity ?? null, tries: 0 },
            },
          ]
        : [],
    );
  }
  private get isFull(): boolean {
    if (!this.book.isFull) return false;
    this.needs.log.error({}, "there are as many open alerts as there may be: no more are opened until some are closed");
    return true;
  }

  /** What the alert says. A template that cannot be filled never becomes half a text: then it is the name of the rule. */
  private textOf(rule: ActingRule, happening: Happening): string {
    if (rule.alert === null || happening.kind === "cleared") return rule.name;
    const { severity } = rule.alert;
    try {
      const facts = { rule: rule.uid, happening, alert: null, text: rule.name, severity };
      const text = parseTemplate(rule.alert.text).render(templateValues(this.needs, rule, [facts]));
      return text.trim().slice(0, MOST_TEXT) || rule.name;
    } catch (error) {
      const text = `The text of the alert cannot be filled, so it is the rule's name: ${errorText(error)}`;
      this.needs.note(rule.uid, { device: happening.device, what: "action_failed", text });
      return rule.name;
    }
  }
}
/** Characters of what an alert says. */
const MOST_TEXT = 2000;
