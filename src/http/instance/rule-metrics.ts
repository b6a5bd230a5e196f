import type { Metrics } from "../../base/metrics.ts";
import type { Figures, Labelled } from "./metric-names.ts";

/** What is counted of rules. */

export function ruleCounters({ rules }: Metrics): Figures {
  return [
    ["fieldcast_rule_looks_total", "Looks at a rule for a device.", () => rules.looks],
    ["fieldcast_rule_late_total", "Measurements that came too late for a rule to look at.", () => rules.late],
    ["fieldcast_rule_errors_total", "Looks at rules that failed.", () => rules.errors],
  ];
}
export function ruleLabelled({ rules }: Metrics): Labelled {
  return [
    ["fieldcast_rules_total", "What happened by rules.", "what", () => Object.entries(rules.happened)],
    [
      "fieldcast_rules_quiet_total",
      "Times that a rule fired and no action ran, by the reason.",
      "reason",
      () => Object.entries(rules.quiet),
    ],
  ];
}
