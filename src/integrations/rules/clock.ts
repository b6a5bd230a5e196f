import { errorText } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { ActiveRule } from "./active.ts";
import type { ClockParts } from "./parts.ts";
import { DueHeap } from "./heap.ts";
import type { RuleFeed } from "./feed.ts";
import { RuleSchedules } from "./schedules.ts";
import { Silence } from "./silence.ts";
import { HourSweeps } from "./hours.ts";

/** What one tick does of each kind: a few ms. */
const MOST_DUE = 2000;

interface Due {
  readonly at: Micros;
  readonly rule: number;
  readonly device: number;
}
const keyOf = (rule: number, device: number): string => `${rule} ${device}`;

/**
 * What rules do by the clock: what has held for long enough, what is told again, hours that begin and end, schedules, silence. It waits while
 * rows of the feed were not looked at yet, since one of them may say that something holds no more.
 */
export class RuleClock {
  private readonly due = new DueHeap<Due>();
  /** When the state of a rule for a device is looked at next. */
  private readonly planned = new Map<string, Micros>();
  private readonly hours: HourSweeps;
  private readonly schedules: RuleSchedules;
  private readonly silence: Silence;
  private isRunning = false;

  constructor(
    private readonly parts: ClockParts,
    private readonly feed: Pick<RuleFeed, "caughtUp">,
    /** Rows that were not looked at yet. */
    private readonly behind: () => number,
  ) {
    this.hours = new HourSweeps(parts);
    this.schedules = new RuleSchedules(parts);
    this.silence = new Silence(parts);
  }

  /**
   * A state is to be looked at again at a time, steady. One entry of each is enough, the earliest: what flaps while it waits for days would pile
   * them up; when it is due it sees what is true then.
   */
  readonly later = ({ uid }: Pick<ActiveRule, "uid">, device: number, at: Micros): void => {
    const key = keyOf(uid, device);
    if ((this.planned.get(key) ?? Number.POSITIVE_INFINITY) <= at) return;
    this.planned.set(key, at);
    this.due.add({ at, rule: uid, device });
  };
  /** Entries that wait. */
  get waiting(): number {
    return this.due.size;
  }
  /** A rule is new, or what it looks at is. */
  begin(rule: ActiveRule): void {
    this.schedules.begin(rule);
  }
  end(rule: ActiveRule): void {
    this.schedules.end(rule);
    this.hours.end(rule);
  }

  /** About once a second. */
  async tick(): Promise<void> {
    if (this.isRunning || this.behind() > 0) return;
    this.isRunning = true;
    this.feed.caughtUp();
    try {
      await this.run();
    } catch (error) {
      this.parts.needs.metrics.errors++;
      this.parts.needs.log.error(
        { error: errorText(error) },
        "rules could not be looked at by the clock; it is tried again",
      );
    } finally {
      this.isRunning = false;
      this.parts.ledger.flush();
    }
  }
  private async run(): Promise<void> {
    const { parts } = this;
    const now = parts.needs.clock.steady();
    for (let i = 0; i < MOST_DUE; i++) {
      const due = this.due.take(now);
      if (due === undefined) break;
      await this.again(due, now);
    }
    parts.ledger.flush();
    await this.silence.tick();
    await this.hours.tick();
    await this.schedules.tick();
  }
  private async again({ rule: uid, device, at }: Due, now: Micros): Promise<void> {
    const { states, needs } = this.parts;
    const key = keyOf(uid, device);
    // an earlier one took its place
    if (this.planned.get(key) !== at) return;
    this.planned.delete(key);
    const [rule, state, node] = [this.parts.rule(uid), states.find(uid, device), needs.directory.deviceByUid(device)];
    const next = state === undefined ? null : (state.due ?? state.repeatAt);
    if (rule === undefined || node === undefined || next === null) return;
    if (next > now) this.later(rule, device, next);
    else await this.parts.lookNow(rule, node);
  }
}
