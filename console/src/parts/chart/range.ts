/** Ranges that end now. */
export const SPANS = { "1h": 1, "6h": 6, "24h": 24, "7d": 168, "30d": 720, "1y": 8766 } as const;
export type Span = keyof typeof SPANS;
/** A range of time, ms since 1970. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** It ends now, and goes on. */
  readonly live: boolean;
}
