/** The tabs of live, in their order. */
export const TABS = ["refusals", "events", "topics", "mqtt", "connections", "ask"] as const;
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
  /** What the browser's MQTT client subscribes to. */
  readonly watch?: readonly Watched[];
}

/** A subscription of the browser's own. */
export interface Watched {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

const MOST_WATCHED = 20;
function watchedOf(raw: unknown): Watched[] {
  if (!Array.isArray(raw)) return [];
  return raw.slice(0, MOST_WATCHED).flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null || !("filter" in one) || typeof one.filter !== "string") return [];
    const qos = "qos" in one && (one.qos === 1 || one.qos === 2) ? one.qos : 0;
    return one.filter === "" ? [] : [{ filter: one.filter.slice(0, 1000), qos }];
  });
}

export function liveSearch(raw: Readonly<Record<string, unknown>>): LiveSearch {
  const { tab, action } = raw;
  const known = TABS.find((one) => one === tab);
  const text = (key: "q" | "session" | "account" | "topic") => {
    const value = raw[key];
    return typeof value === "string" && value !== "" ? { [key]: value.slice(0, 1000) } : {};
  };
  const watch = watchedOf(raw.watch);
  return {
    ...(watch.length > 0 && { watch }),
    ...(known !== undefined && known !== "refusals" && { tab: known }),
    ...text("q"),
    ...text("session"),
    ...text("account"),
    ...text("topic"),
    ...((action === "publish" || action === "subscribe") && { action }),
  };
}
