import { errorText } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { lookAt, pulseAt } from "../../rules/look-at.ts";
import { COLD, type Moment, type RuleState } from "../../rules/machine.ts";
import type { Happening } from "../../rules/types.ts";
import type { ActiveRule } from "./active.ts";
import type { RuleFacts } from "./facts.ts";
import type { RuleLog } from "./log.ts";
import type { RuleNeeds } from "./needs.ts";
import type { RuleStates } from "./states.ts";
import type { Reason, RuleTeller } from "./teller.ts";

/** Looks at rules, for one device at one moment: changes states, and notes what happened. */
export class RuleEngine {
  /** A state that nothing is remembered of: used again for each look. */
  private readonly blank: RuleState = { ...COLD };

  constructor(
    private readonly needs: Pick<RuleNeeds, "clock" | "log" | "metrics">,
    private readonly states: RuleStates,
    private readonly facts: RuleFacts,
    private readonly teller: RuleTeller,
    private readonly log: RuleLog,
    /** A state is to be looked at again at a time, steady. */
    private readonly later: (rule: ActiveRule, device: number, at: Micros) => void,
  ) {}

  /** A look that fails harms nothing else: it is noted, and the state stays as it was. */
  look(rule: ActiveRule, device: DeviceNode, moment: Moment, reason: Reason): void {
    this.needs.metrics.looks++;
    try {
      this.tryLook(rule, device, moment, reason);
    } catch (error) {
      this.needs.metrics.errors++;
      const text = errorText(error);
      this.needs.log.error({ rule: rule.row.name, device: device.row.id, error: text }, "a look at a rule failed");
      this.log.note(rule.uid, { time: moment.at, device: device.row.uid, what: "error", text, values: [] });
    }
  }
  private tryLook(rule: ActiveRule, device: DeviceNode, moment: Moment, reason: Reason): void {
    const { uid, compiled } = rule;
    const known = this.states.find(uid, device.row.uid);
    if (!rule.sees(device)) return this.unseen(rule, device, known, moment);
    const state = known ?? Object.assign(this.blank, COLD);
    const { latched, inside, crossed } = state;
    this.facts.of(device, moment.at, reason.cause);
    const { change, isAfterHours } = lookAt(compiled, state, this.facts, moment, reason.silent);
    const isOther = state.latched !== latched || state.inside !== inside || state.crossed !== crossed;
    if (change === null && !isOther) return;
    const why = isAfterHours ? "hours" : null;
    if (change !== null) this.teller.tell(rule, device.row.uid, state, change, moment, reason, why);
    this.states.put(uid, device.row.uid, compiled.stamp, state);
    this.plan(rule, device.row.uid, state);
  }
  /** What its account may not view any more it does not see: what it had fired for is over. */
  private unseen(rule: ActiveRule, device: DeviceNode, state: RuleState | undefined, moment: Moment): void {
    if (state !== undefined) this.end(rule, device.row.uid, state, moment, "changed");
  }
  /** What a rule remembers of a device is over, although nothing became good. */
  end(
    rule: Pick<ActiveRule, "uid">,
    device: number,
    state: RuleState,
    moment: Moment,
    reason: NonNullable<Happening["reason"]>,
  ): void {
    this.teller.ended(rule, device, state, moment, reason);
    this.states.forget(rule.uid, device);
  }

  /**
   * It fires for a moment, and is over: at one of a schedule, or by a measurement.
   * @param device null: it is about none @param isOnce a moment counts once for a device, also when it comes again after a kill
   */
  pulse(rule: ActiveRule, device: DeviceNode | null, moment: Moment, reason: Reason, isOnce: boolean): void {
    this.needs.metrics.looks++;
    const { uid, compiled } = rule;
    const number = device?.row.uid ?? 0;
    const known = this.states.find(uid, number);
    if ((isOnce && known?.fired === moment.at) || (device !== null && !rule.sees(device))) return;
    const state = known ?? { ...COLD };
    this.facts.of(device, moment.at, reason.cause);
    if (!pulseAt(compiled, state, this.facts, moment)) return;
    this.teller.tell(rule, number, state, "fired", moment, reason, null);
    this.states.put(uid, number, compiled.stamp, state);
  }

  private plan(rule: ActiveRule, device: number, { due, repeatAt }: RuleState): void {
    const at = due ?? repeatAt;
    if (at !== null) this.later(rule, device, at);
  }
}
