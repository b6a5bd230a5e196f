export const ALERT_VIEWS = ["active", "closed", "notifications"] as const;
export interface AlertSearch {
  readonly view?: (typeof ALERT_VIEWS)[number];
}

/** The state of the page of alerts, as its address has it. */
export function alertSearch(search: Record<string, unknown>): AlertSearch {
  const view = ALERT_VIEWS.find((one) => one === search.view);
  return view === undefined || view === "active" ? {} : { view };
}
