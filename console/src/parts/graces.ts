/** How long a token that was rotated stays good, seconds. */
export const GRACES = ["86400", "3600", "604800", "0"] as const;
export type Grace = (typeof GRACES)[number];
