import type { DeviceNode } from "../../fleet/nodes.ts";
import type { ActiveRule } from "./active.ts";
import type { RuleEngine } from "./engine.ts";
import type { RuleFacts } from "./facts.ts";
import type { RuleLedger } from "./ledger.ts";
import type { RuleNeeds } from "./needs.ts";
import type { RulePlans } from "./plans.ts";
import type { RuleStates } from "./states.ts";

/** What looking at rows needs. */
export interface FeedParts {
  readonly needs: RuleNeeds;
  readonly plans: RulePlans;
  readonly facts: RuleFacts;
  readonly states: RuleStates;
  readonly engine: RuleEngine;
  readonly ledger: RuleLedger;
}

/** What looks by the clock need. */
export interface ClockParts extends FeedParts {
  rule(uid: number): ActiveRule | undefined;
  all(): Iterable<ActiveRule>;
  /** Looks at a rule for a device as things are now; what has to be read for that is read first. */
  lookNow(rule: ActiveRule, device: DeviceNode): Promise<void>;
}
