/** The roles of a workspace, from the most to the least. */
export const ROLES = ["owner", "admin", "member", "observer"] as const;
export type Role = (typeof ROLES)[number];
