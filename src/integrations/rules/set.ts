import type { Clock } from "../../base/types.ts";
import type { AppliedChange } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Rule } from "../../fleet/types.ts";
import type { Moment } from "../../rules/machine.ts";
import { ActiveRule } from "./active.ts";
import type { RuleClock } from "./clock.ts";
import type { RuleLog } from "./log.ts";
import type { FeedParts } from "./parts.ts";

interface SetParts extends FeedParts {
  readonly clock: RuleClock;
  readonly log: RuleLog;
}

/** This moment, on both clocks. */
export function momentOf(clock: Clock): Moment {
  return { at: clock.micros(), steady: clock.steady() };
}

/** The rules that are switched on, as the fleet has them. */
export class RuleSet {
  readonly active = new Map<number, ActiveRule>();

  constructor(private readonly parts: SetParts) {}

  /** What it remembers is looked at when it is due. */
  begin(rule: ActiveRule): void {
    this.parts.clock.begin(rule);
    for (const [device, { due, repeatAt }] of this.parts.states.of(rule.uid)) {
      const at = due ?? repeatAt;
      if (at !== null) this.parts.clock.later(rule, device, at);
    }
  }
  /** The fleet has changed. @param isLoaded the states were read: what is new begins at once */
  follow(changes: readonly AppliedChange[], isLoaded: boolean): void {
    let isOther = false;
    for (const change of changes) {
      if (change.kind === "rule") {
        if (change.op === "put") this.put(change.row, isLoaded);
        else this.remove(change.before, null);
      } else if (change.kind === "device") this.device(change.node);
      isOther ||= change.kind === "device" || change.kind === "field" || change.kind === "product";
    }
    if (isOther) this.parts.plans.changed();
  }
  private put(row: Rule, isLoaded: boolean): void {
    const known = this.active.get(row.uid);
    if (!row.active) return this.remove(row, "off");
    if (known !== undefined) {
      const next = new ActiveRule(this.parts.needs, row);
      if (next.compiled.stamp === known.compiled.stamp) {
        if (JSON.stringify(row.actions) !== JSON.stringify(known.row.actions))
          this.parts.states.putLoop(row.uid, known.compiled.stamp, null);
        return known.follow(row);
      }
      this.remove(row, "changed");
    }
    const rule = this.add(row);
    if (isLoaded) this.begin(rule);
  }
  add(row: Rule): ActiveRule {
    const rule = new ActiveRule(this.parts.needs, row);
    this.active.set(row.uid, rule);
    this.parts.plans.add(rule);
    return rule;
  }
  /** @param why null: it was deleted, and nobody is told what that ends */
  private remove(row: Rule, why: "changed" | "off" | null): void {
    const rule = this.active.get(row.uid);
    if (rule !== undefined) {
      this.active.delete(row.uid);
      this.parts.plans.remove(rule);
      this.parts.clock.end(rule);
    }
    if (why !== null)
      for (const [device, state] of [...this.parts.states.of(row.uid)])
        this.parts.engine.end(row, device, state, momentOf(this.parts.needs.clock), why);
    this.parts.states.forgetRule(row.uid);
    if (why === null) this.parts.log.forget(row.uid);
  }
  /** A device has changed, or is gone: rules that are not about it any more let go of it. */
  private device(node: DeviceNode): void {
    const { uid } = node.row;
    for (const number of this.parts.states.rulesOf(uid)) {
      const rule = this.active.get(number);
      const state = this.parts.states.find(number, uid);
      if (node.deleted) this.parts.states.forget(number, uid);
      else if (rule !== undefined && state !== undefined && !rule.compiled.isAbout(node))
        this.parts.engine.end(rule, uid, state, momentOf(this.parts.needs.clock), "changed");
    }
  }
}
