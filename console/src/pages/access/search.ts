/** The tabs of access, in their order. */
export const TABS = ["members", "api-users", "audit"] as const;
export type Tab = (typeof TABS)[number];

/** What the address of access says. */
export interface AccessSearch {
  readonly tab?: Tab;
  /** In the names of API users. */
  readonly q?: string;
  readonly sort?: string;
  /** Of the audit log: the key of an account, and what was done. */
  readonly actor?: string;
  readonly action?: string;
}

export function accessSearch(raw: Readonly<Record<string, unknown>>): AccessSearch {
  const tab = TABS.find((one) => one === raw.tab);
  const text = (key: "q" | "sort" | "actor" | "action") => {
    const value = raw[key];
    return typeof value === "string" && value !== "" ? { [key]: value.slice(0, 200) } : {};
  };
  return {
    ...(tab !== undefined && tab !== "members" && { tab }),
    ...text("q"),
    ...text("sort"),
    ...text("actor"),
    ...text("action"),
  };
}
