import type { ListItems, Operations } from "./operations.js";

export type * from "./operations.js";

export interface ClientOptions {
  /** Of the server: `http://localhost:8080`. */
  readonly url: string | URL;
  /** An access token of an API user or a person. */
  readonly token: string;
  /** Instead of the platform's own. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A value of a field: NUMERIC, INT and COUNTER are numbers, or texts where a number would lose digits. */
export type Value = number | boolean | string | { readonly lat: number; readonly lng: number };

export interface Measurement {
  readonly field: string;
  readonly value: Value;
  /** ISO 8601, or seconds since 1970; the time of the server when absent. */
  readonly timestamp?: string | number;
}

/** What `POST /v1/history` takes. */
export interface HistoryRequest {
  /** Slugs; all their devices that you may read, or those of `devices`. */
  readonly products?: readonly string[];
  /** Ids or serials. */
  readonly devices?: readonly string[];
  /** FIELD, or FIELD:AGGREGATION; all fields when absent. */
  readonly fields?: readonly string[];
  /** ISO 8601; belongs to the range; 31 days before `to` when absent. */
  readonly from?: string;
  /** ISO 8601; does not belong to the range; now when absent. */
  readonly to?: string;
  /** `raw`, or the width of a bucket: `30s`, `15m`, `6h`, `1d`, `1w`, `1mo`, `1y`. */
  readonly resolution?: string;
  /** So many buckets, or points with `downsample`. */
  readonly points?: number;
  readonly downsample?: "lttb";
  readonly aggregation?: "AVG" | "MIN" | "MAX" | "SUM" | "COUNT" | "FIRST" | "LAST" | "CHANGE";
  /** What empty buckets show. */
  readonly fill?: "none" | "null" | "locf";
  readonly look_back?: boolean;
  /** CSV: a ' before text that a spreadsheet would run as a formula. */
  readonly escape_formulas?: boolean;
  /** CSV: a last column `overflow` names the columns whose figure is too large for a number. */
  readonly overflow?: boolean;
  /** IANA time zone, or an offset, whose wall clock buckets follow. */
  readonly zone?: string;
  /** Rows of one answer. */
  readonly limit?: number;
  /** `next` of the answer before. */
  readonly cursor?: string;
}
/** Beside these a value for each field, or null. */
export interface HistoryRow {
  readonly time: string;
  readonly product: string;
  readonly device: string;
  readonly [field: string]: Value | null;
}
export interface HistoryPage {
  readonly rows: HistoryRow[];
  /** The cursor of what follows; null: this is the end. */
  readonly next: string | null;
}

export interface LiveRequest {
  readonly products?: readonly string[];
  /** Ids or serials. */
  readonly devices?: readonly string[];
  readonly fields?: readonly string[];
  /** The `id` of an event: goes on behind it. */
  readonly lastEventId?: string;
}
export interface LiveMeasurement {
  readonly type: "measurement";
  readonly id: string;
  readonly product: string;
  readonly device: string;
  readonly field: string;
  readonly value: Value;
  readonly time: string;
  readonly unit?: string | null;
}
/** Measurements recorded between these times may be missing; the history has them. */
export interface LiveGap {
  readonly type: "gap";
  readonly id: string;
  /** Null: the server cannot know. */
  readonly from: string | null;
  readonly to: string;
}

export interface Options {
  readonly signal?: AbortSignal;
}

/** A refusal: the message says what is wrong and what to do. */
export class FieldcastError extends Error {
  /** Of HTTP. */
  readonly status: number;
  /** Of the server's catalogue; never changes its meaning. Null: not of the server (a proxy's). */
  readonly code: string | null;
  /** Seconds after which another try is welcome, or null. */
  readonly retryAfter: number | null;
  /** The whole answer: `errors` names wrong values, `rows` bad rows. */
  readonly problem: Readonly<Record<string, unknown>>;
}

/** All operations of `/api/v1` by their names, and the measurements. Everything rejects with FieldcastError when it is refused. */
export interface Fieldcast extends Operations {
  /** What a list has, page after page. */
  all<N extends keyof ListItems>(
    list: N,
    parameters?: Omit<NonNullable<Parameters<Operations[N]>[0]>, "cursor">,
  ): AsyncGenerator<ListItems[N], void>;
  /** One measurement of a device (id or serial). Resolves when it is stored. */
  record(device: string, measurement: Measurement, options?: Options): Promise<void>;
  /** Several at once, all or none. @returns how many were recorded */
  recordBatch(device: string, measurements: readonly Measurement[], options?: Options): Promise<number>;
  history(request: HistoryRequest, options?: Options): Promise<HistoryPage>;
  /** All rows of a history, page after page. */
  historyRows(request: HistoryRequest, options?: Options): AsyncGenerator<HistoryRow, void>;
  /**
   * Measurements as they are published, until the signal aborts or the loop is left. A lost connection is made again and
   * goes on behind the last event; what may be missing then is told as a gap. Rejects when the server refuses.
   */
  live(request?: LiveRequest, options?: Options): AsyncGenerator<LiveMeasurement | LiveGap, void>;
}
export declare const Fieldcast: new (options: ClientOptions) => Fieldcast;
