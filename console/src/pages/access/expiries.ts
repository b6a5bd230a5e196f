/** When a new token may end. */
export const EXPIRIES = ["never", "30d", "90d", "365d"] as const;
export type Expiry = (typeof EXPIRIES)[number];

/** How long a token that was rotated stays good, seconds. */
export const GRACES = ["86400", "3600", "604800", "0"] as const;
export type Grace = (typeof GRACES)[number];
