import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Schedule } from "../../rules/time.ts";
import type { ActiveRule } from "./active.ts";
import type { ClockParts } from "./parts.ts";
import { devicesOf } from "./devices-of.ts";

/** Devices that are looked at in one go. */
const AT_ONCE = 1000;
/** However late what was missed may be: so far back is looked. */
const MOST_BACK: Micros = 7 * 86_400_000_000;

/** The last moment of a schedule after one and up to another; null: there is none. */
function lastMoment(schedule: Schedule, after: Micros, upTo: Micros): Micros | null {
  let last: Micros | null = null;
  for (let next = schedule.next(after); next !== null && next <= upTo; next = schedule.next(next)) last = next;
  return last;
}

interface Run {
  readonly rule: ActiveRule;
  readonly moment: Micros;
  readonly devices: Iterator<DeviceNode>;
}

/**
 * Schedules. What was missed while the server was down is made up once, with its last moment, unless it is older than the rule takes. Up to when
 * the moments of a rule are over is stored in the commit of what the last one of them did.
 */
export class RuleSchedules {
  private readonly next = new Map<ActiveRule, Micros>();
  private readonly runs: Run[] = [];

  constructor(private readonly parts: ClockParts) {}

  /** It begins now. */
  begin(rule: ActiveRule): void {
    if (rule.compiled.schedule === null) return;
    const { states, needs } = this.parts;
    const own = states.own(rule.uid, rule.compiled.stamp);
    if (own.until === null) {
      own.until = needs.clock.micros();
      states.putOwn(rule.uid);
    }
    this.plan(rule, rule.compiled.schedule, own.until);
  }
  end(rule: ActiveRule): void {
    this.next.delete(rule);
  }
  private plan(rule: ActiveRule, schedule: Schedule, after: Micros): void {
    this.next.set(rule, schedule.next(after) ?? Number.POSITIVE_INFINITY);
  }

  async tick(): Promise<void> {
    const { parts } = this;
    const now = parts.needs.clock.micros();
    for (const [rule, next] of this.next) if (now >= next) this.due(rule, now);
    for (let i = 0; i < AT_ONCE && this.runs.length > 0; i++) {
      const [run] = this.runs;
      const next = run?.devices.next();
      if (run === undefined || next === undefined || next.done === true || parts.rule(run.rule.uid) !== run.rule) {
        this.runs.shift();
        if (run !== undefined && parts.rule(run.rule.uid) === run.rule) this.over(run);
      } else if (!next.value.deleted) await this.pulse(run, next.value);
    }
    parts.ledger.flush();
  }
  private due(rule: ActiveRule, now: Micros): void {
    const { schedule, maxAge, stamp, isAlone } = rule.compiled;
    if (schedule === null) return;
    const own = this.parts.states.own(rule.uid, stamp);
    const after = Math.max(own.until ?? now, now - Math.min(maxAge, MOST_BACK));
    const moment = lastMoment(schedule, after, now);
    this.plan(rule, schedule, now);
    if (moment === null) return this.done(rule, now);
    const { directory, clock } = this.parts.needs;
    const reason = { cause: null, depth: 0 };
    if (isAlone) {
      this.parts.engine.pulse(rule, null, { at: moment, steady: clock.steady() }, reason, true);
      this.done(rule, moment);
    } else this.runs.push({ rule, moment, devices: devicesOf(directory, rule) });
  }
  private async pulse({ rule, moment }: Run, device: DeviceNode): Promise<void> {
    const { facts, engine, needs } = this.parts;
    for (const read of facts.missing(device, rule.compiled.looked, moment, Number.MAX_SAFE_INTEGER) ?? []) await read();
    engine.pulse(rule, device, { at: moment, steady: needs.clock.steady() }, { cause: null, depth: 0 }, true);
  }
  private over({ rule, moment }: Run): void {
    this.done(rule, moment);
  }
  private done({ uid, compiled }: ActiveRule, until: Micros): void {
    const { states } = this.parts;
    states.own(uid, compiled.stamp).until = until;
    states.putOwn(uid);
  }
}
