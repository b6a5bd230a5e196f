/** Files of measurements: addresses of the export, and what its lines say. */

export const FILE_FORMATS = ["csv", "ndjson", "parquet"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** What a file holds. */
export interface FileWish {
  readonly product: string;
  /** Ids. */
  readonly devices: readonly string[];
  /** Identifiers; none: all. */
  readonly fields: readonly string[];
  /** ms since 1970; null: from the beginning. */
  readonly from: number | null;
  readonly to: number | null;
}

/** Devices of one request: their ids stand in its address. */
const TOGETHER = 100;

/** The wish in parts whose addresses are not too long. */
export function partsOf(wish: FileWish): FileWish[] {
  const parts: FileWish[] = [];
  for (let at = 0; at < wish.devices.length; at += TOGETHER)
    parts.push({ ...wish, devices: wish.devices.slice(at, at + TOGETHER) });
  return parts;
}

/** Where every measurement of a wish is, as it came; a cookie is enough to read. */
export function exportAddress({ product, devices, fields, from, to }: FileWish, format: "csv" | "ndjson"): string {
  const wish = new URLSearchParams({
    products: product,
    devices: devices.join(","),
    ...(fields.length > 0 && { fields: fields.join(",") }),
    ...(from !== null && { from: new Date(from).toISOString() }),
    ...(to !== null && { to: new Date(to).toISOString() }),
    format,
    ...(format === "csv" && { escape_formulas: "true" }),
  });
  return `/api/v1/export?${wish}`;
}

/** A line of the export. */
export interface Measured {
  readonly time: string;
  readonly product: string;
  readonly device: string;
  readonly field: string;
  readonly value: unknown;
}

/** µs since 1970 of an RFC 3339 time in UTC, to its last digit. */
export function microsOf(time: string): bigint {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}
