import { errorText } from "../../base/errors.ts";
import type { Happening } from "../../rules/types.ts";
import type { AlertBook } from "./book.ts";
import type { Draft } from "./draft.ts";
import { lived } from "./life.ts";
import type { TakingNeeds } from "./needs.ts";
import { textOf } from "./saying.ts";
import { taskRow } from "./stored.ts";
import type { Task } from "./types.ts";

/** ms until what the store refused is tried again. */
const REST_MS = 1000;
/** Happenings of one commit. */
const MOST_AT_ONCE = 500;

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
        const shut = await this.shut(some);
        const tasks = await this.book.change((draft) => this.draw(draft, some, shut));
        this.waiting.splice(0, some.length);
        if (tasks.length > 0) this.acts(tasks);
      } catch (error) {
        this.needs.log.warn({ error: errorText(error) }, "alerts cannot be stored; it is tried again");
        await new Promise<void>((resolve) => this.needs.later(resolve, REST_MS));
      }
    }
    this.isBusy = false;
  }

  /** Of what is true still and has no alert: that which somebody has closed. Firing anew would have opened another one since. */
  private async shut(rows: readonly Happening[]): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    for (const { id, kind, rule, device } of rows) {
      if (kind !== "repeated" || this.book.active(rule, device) !== null) continue;
      const [newest] = await this.book.list({ rule, device, limit: 1 });
      if (newest?.steps.findLast(({ what }) => what === "closed")?.by) found.add(id);
    }
    return found;
  }
  private draw(draft: Draft, rows: readonly Happening[], shut: ReadonlySet<number>): readonly Task[] {
    const tasks = rows.flatMap((row) => this.tasksOf(draft, row, shut.has(row.id)));
    if (tasks.length > 0) draft.ops.push({ op: "tasks_put", rows: tasks.map(taskRow) });
    draft.ops.push(this.needs.happeningsDone(rows.map(({ id }) => id)));
    return tasks;
  }
  private tasksOf(draft: Draft, happening: Happening, isShut: boolean): readonly Task[] {
    const { directory, metrics } = this.needs;
    const rule = this.needs.ruleOf(happening.rule);
    const isThere = happening.device === 0 || directory.deviceByUid(happening.device) !== undefined;
    if (rule === undefined || !isThere) return [];
    const before = draft.active(rule.uid, happening.device);
    const text = textOf(this.needs, rule, happening);
    if (before === null && rule.alert !== null && happening.kind !== "cleared" && this.isFull) return [];
    const make = () => ({ id: this.book.numbers.next("alert"), text });
    const { alert, isChanged, acts } = lived(before, happening, rule, make, isShut);
    if (alert !== null && isChanged) draft.put(alert);
    if (alert !== null && before === null) metrics.alerts.opened++;
    if (!acts) return [];
    // when it is over there is nothing new to say
    const said = happening.kind === "cleared" ? (alert?.text ?? text) : text;
    return rule.actions.flatMap(({ on, type }, action): Task[] =>
      on.includes(happening.kind)
        ? [
            {
              ...{
                id: this.book.numbers.next("task"),
                rule: rule.uid,
                time: this.needs.clock.micros(),
                action,
                type,
                happening,
              },
              ...{ alert: alert?.id ?? null, text: said, severity: alert?.severity ?? null, tries: 0 },
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
}
