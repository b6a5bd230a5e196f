/** The tabs of the system, in their order. */
export const TABS = ["overview", "day", "storage", "backups", "settings"] as const;
export type Tab = (typeof TABS)[number];

/** What the address of the system says. */
export interface SystemSearch {
  readonly tab?: Tab;
  /** In names and descriptions of settings. */
  readonly q?: string;
  /** Of the settings: only what differs from its default. */
  readonly changed?: true;
}

export function systemSearch({ tab, q, changed }: Readonly<Record<string, unknown>>): SystemSearch {
  const known = TABS.find((one) => one === tab);
  return {
    ...(known !== undefined && known !== "overview" && { tab: known }),
    ...(typeof q === "string" && q !== "" && { q: q.slice(0, 200) }),
    ...(changed === true && { changed }),
  };
}
