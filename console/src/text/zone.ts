/** The zone in which times are written when it is not that of the browser: what logs and other people far away have. */
export type Zone = "UTC";

export const asZone = (raw: unknown): Zone | null => (raw === "UTC" ? raw : null);
