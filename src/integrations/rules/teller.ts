import type { Micros } from "../../base/types.ts";
import type { Value } from "../../measure/types.ts";
import { type Change, mayRun, type Moment, type RuleState } from "../../rules/machine.ts";
import { type Happening, MOST_DEPTH, type SeenValue } from "../../rules/types.ts";
import type { ActiveRule } from "./active.ts";
import type { RuleFacts } from "./facts.ts";
import type { RuleLedger } from "./ledger.ts";
import type { RuleLog } from "./log.ts";
import type { RuleNeeds } from "./needs.ts";
import type { RuleStates } from "./states.ts";

/** Why a rule is looked at for a device. */
export interface Reason {
  /** The measurement; null: the clock. */
  readonly cause: { readonly field: string; readonly value: Value; readonly time: Micros } | null;
  /** Of a rule about silence: whether the device is silent now, and what is told of it. */
  readonly silent?: boolean;
  readonly shown?: readonly SeenValue[];
  /** How many writes of rules led to it. */
  readonly depth: number;
}

/** Notes what happened: for who takes it over, for the log of the rule, for the figures. Says whether actions are to run. */
export class RuleTeller {
  constructor(
    private readonly needs: Pick<RuleNeeds, "clock" | "metrics">,
    private readonly states: RuleStates,
    private readonly facts: RuleFacts,
    private readonly ledger: RuleLedger,
    private readonly log: RuleLog,
  ) {}

  /** @param why why it cleared although nothing became good; null: something did */
  tell(
    rule: ActiveRule,
    device: number,
    state: RuleState,
    change: Change,
    moment: Moment,
    reason: Reason,
    why: Happening["reason"],
  ): void {
    const { metrics } = this.needs;
    const { compiled } = rule;
    const values = [...(reason.shown ?? []), ...this.facts.seen(compiled.looked)];
    const line = { time: moment.at, device: device === 0 ? null : device, values };
    if (change === "waits" || change === "waits_no_more")
      return this.log.note(rule.uid, { ...line, what: change, text: null });
    if (change !== "cleared" && reason.depth > MOST_DEPTH) {
      metrics.quiet.loop++;
      state.quiet = "loop";
      this.states.putLoop(rule.uid, compiled.stamp, moment.at);
      const text = `${reason.depth} writes of rules led to this: it is stopped here`;
      return this.log.note(rule.uid, { ...line, what: "loop", text });
    }
    // what clears is told where what fired was
    if (change !== "cleared") state.quiet = this.quiet(rule, moment);
    const { quiet } = state;
    // nobody was told that it fired
    if (quiet === "loop") return this.log.note(rule.uid, { ...line, what: change, text: null });
    metrics.happened[change]++;
    if (quiet !== null && change !== "cleared") metrics.quiet[quiet]++;
    const { isPulse } = compiled;
    const { depth } = reason;
    this.ledger.add({
      rule: rule.uid,
      device,
      kind: change,
      time: moment.at,
      values,
      depth,
      quiet,
      reason: why,
      isPulse,
    });
    const text = why === null ? (quiet === null ? null : QUIET[quiet]) : ENDED[why];
    this.log.note(rule.uid, { ...line, what: change, text });
  }
  private quiet({ uid, row, compiled }: ActiveRule, { at }: Moment): Happening["quiet"] {
    if (row.snoozed !== undefined && row.snoozed > Math.max(at, this.needs.clock.trusted())) return "snooze";
    const { limit } = row.definition;
    if (limit === null) return null;
    const own = this.states.own(uid, compiled.stamp);
    const may = mayRun(own.runs, limit, this.needs.clock.steady());
    this.states.putOwn(uid);
    return may ? null : "limit";
  }
  /** What it had fired for is over, although nothing became good. */
  ended(
    { uid }: Pick<ActiveRule, "uid">,
    device: number,
    { hot, quiet }: RuleState,
    { at }: Moment,
    reason: NonNullable<Happening["reason"]>,
  ): void {
    // nobody was told that it fired
    if (!hot || quiet === "loop") return;
    const happening = { kind: "cleared", time: at, values: [], depth: 0, quiet, reason } as const;
    this.ledger.add({ rule: uid, device, isPulse: false, ...happening });
    this.needs.metrics.happened.cleared++;
    this.log.note(uid, { time: at, device, what: "cleared", text: ENDED[reason], values: [] });
  }
}
const QUIET = { limit: "no action: its limit an hour is reached", snooze: "no action: it is snoozed" } as const;
const ENDED = {
  hours: "its hours are over",
  changed: "the rule or what it is about was changed",
  off: "the rule was switched off",
} as const;
