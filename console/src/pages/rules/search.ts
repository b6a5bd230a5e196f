export const RULE_TABS = ["log", "devices", "settings"] as const;
export interface RuleSearch {
  readonly tab?: (typeof RULE_TABS)[number];
}

/** The state of a rule's page, as its address has it. */
export function ruleSearch(search: Record<string, unknown>): RuleSearch {
  const tab = RULE_TABS.find((one) => one === search.tab);
  return tab === undefined || tab === "log" ? {} : { tab };
}
