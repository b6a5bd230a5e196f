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
  readonly rule: ActiveRule;
  readonly device: number;
}

/**
 * What rules do by the clock: what has held for long enough, what is told again, hours that begin and end, schedules, silence. It waits while
 * rows of the feed were not looked at yet, since one of them may say that something holds no more.
 */
export class RuleClock {
  private readonly due = new DueHeap<Due>();
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

  /** A state is to be looked at again at a time, steady. */
  readonly later = (rule: ActiveRule, device: number, at: Micros): void => {
    this.due.add({ at, rule, device });
  };
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
    const { states, needs } = parts;
    const now = needs.clock.steady();
    for (let i = 0; i < MOST_DUE; i++) {
      const due = this.due.take(now);
      if (due === undefined) break;
      const { rule, device, at } = due;
      const state = states.find(rule.uid, device);
      const node = needs.directory.deviceByUid(device);
      if (state === undefined || node === undefined || (state.due ?? state.repeatAt) !== at) continue;
      if (parts.rule(rule.uid) === rule) await parts.lookNow(rule, node);
    }
    parts.ledger.flush();
    await this.silence.tick();
    await this.hours.tick();
    await this.schedules.tick();
  }
}
