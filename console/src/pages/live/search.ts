/** The tabs of live, in their order. */
export const TABS = ["refusals", "events", "connections", "ask"] as const;
export type Tab = (typeof TABS)[number];

/** What the address of live says. */
export interface LiveSearch {
  readonly tab?: Tab;
  /** In topics, accounts, clients and addresses. */
  readonly q?: string;
  /** Id of the session that is open. */
  readonly session?: string;
  /** Only what this account did: its key. */
  readonly account?: string;
  /** What is asked of the broker. */
  readonly action?: "publish" | "subscribe";
  readonly topic?: string;
}

export function liveSearch(raw: Readonly<Record<string, unknown>>): LiveSearch {
  const { tab, action } = raw;
  const known = TABS.find((one) => one === tab);
  const text = (key: "q" | "session" | "account" | "topic") => {
    const value = raw[key];
    return typeof value === "string" && value !== "" ? { [key]: value.slice(0, 1000) } : {};
  };
  return {
    ...(known !== undefined && known !== "refusals" && { tab: known }),
    ...text("q"),
    ...text("session"),
    ...text("account"),
    ...text("topic"),
    ...((action === "publish" || action === "subscribe") && { action }),
  };
}
