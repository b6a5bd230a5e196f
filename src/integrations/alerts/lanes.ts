import type { Micros } from "../../base/types.ts";
import type { Task } from "./types.ts";

/** Mails that are put together at most. */
const MOST_TOGETHER = 200;

/** What waits for one action of one rule. */
interface Lane {
  readonly tasks: Task[];
  /** µs of the steady clock: when its first came here. */
  since: Micros;
  /** It is not tried before this. */
  notBefore: Micros;
  isBusy: boolean;
}
/** Some that are done together. */
export interface Work {
  readonly key: string;
  readonly tasks: readonly [Task, ...Task[]];
}

/**
 * Which actions are done next. Those of one action of a rule are done in their order, one at a time or, where they gather, together; knows no clock.
 */
export class Lanes {
  private readonly all = new Map<string, Lane>();
  size = 0;

  /** @param digestOf seconds that an action gathers: 0, one by one */
  constructor(private readonly digestOf: (task: Task) => number) {}

  add(tasks: readonly Task[], now: Micros): void {
    for (const task of tasks) {
      const key = `${task.rule}:${task.action}`;
      const lane = this.all.get(key) ?? { tasks: [], since: now, notBefore: 0, isBusy: false };
      if (lane.tasks.length === 0) lane.since = now;
      lane.tasks.push(task);
      this.all.set(key, lane);
      this.size++;
    }
  }
  /**
   * What may be done now; when to look again, µs of the steady clock; null: nothing waits that is not being done.
   * @param hasRoom whether one more of its kind can be done
   */
  next(now: Micros, hasRoom: (task: Task) => boolean = () => true): Work | Micros | null {
    let soonest: Micros | null = null;
    for (const [key, lane] of this.all) {
      const [first] = lane.tasks;
      if (lane.isBusy || first === undefined || !hasRoom(first)) continue;
      const digest = this.digestOf(first);
      const due = Math.max(lane.notBefore, lane.since + digest * 1_000_000);
      const isFull = digest > 0 && lane.tasks.length >= MOST_TOGETHER && lane.notBefore <= now;
      if (due > now && !isFull) {
        soonest = Math.min(soonest ?? due, due);
        continue;
      }
      lane.isBusy = true;
      // to the end: the others come before its next one
      this.all.delete(key);
      this.all.set(key, lane);
      return { key, tasks: [first, ...lane.tasks.slice(1, digest > 0 ? MOST_TOGETHER : 1)] };
    }
    return soonest;
  }
  /** They were done, or given up. */
  over({ key, tasks }: Work, now: Micros): void {
    const lane = this.all.get(key);
    if (lane === undefined) return;
    const gone = new Set(tasks.map(({ id }) => id));
    // they are its first, but for those that were taken out meanwhile: thousands may wait behind them, which are not looked at
    let count = 0;
    for (let first = lane.tasks[0]; first !== undefined && gone.has(first.id); first = lane.tasks[count]) count++;
    lane.tasks.splice(0, count);
    this.size -= count;
    if (lane.tasks.length === 0) this.all.delete(key);
    else this.all.set(key, { tasks: lane.tasks, since: now, notBefore: 0, isBusy: false });
  }
  /** They are tried again, as they are now. @param notBefore µs of the steady clock */
  back({ key }: Work, tasks: readonly Task[], notBefore: Micros): void {
    const lane = this.all.get(key);
    if (lane === undefined) return;
    const byId = new Map(tasks.map((task) => [task.id, task]));
    const next = lane.tasks.map((task) => byId.get(task.id) ?? task);
    this.all.set(key, { tasks: next, since: lane.since, notBefore, isBusy: false });
  }
  /** Takes out those that a test names. @returns their numbers */
  drop(is: (task: Task) => boolean): readonly number[] {
    const gone: number[] = [];
    for (const [key, lane] of this.all) {
      const out = lane.tasks.filter(is);
      if (out.length === 0) continue;
      gone.push(...out.map(({ id }) => id));
      const left = lane.tasks.filter((task) => !is(task));
      this.size -= out.length;
      if (left.length === 0) this.all.delete(key);
      else this.all.set(key, { ...lane, tasks: left });
    }
    return gone;
  }
}
