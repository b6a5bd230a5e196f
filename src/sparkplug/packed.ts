import { gunzipSync, inflateSync } from "node:zlib";
import type { Payload } from "./types.ts";

/** Bytes that a packed payload may have when it is unpacked. */
const MOST = 16 * 1024 * 1024;

/**
 * The bytes in a payload that another one is packed into, as the clients of Eclipse Tahu do beyond the specification: `uuid` says so, the metric
 * `algorithm` how. Null: none is.
 * @throws Error they cannot be unpacked, or are too many
 */
export function unpacked({ uuid, body, metrics }: Payload): Uint8Array | null {
  if (uuid !== "SPBV1.0_COMPRESSED" || body === null) return null;
  const algorithm = metrics.find(({ name }) => name === "algorithm")?.value ?? "DEFLATE";
  return algorithm === "GZIP"
    ? gunzipSync(body, { maxOutputLength: MOST })
    : inflateSync(body, { maxOutputLength: MOST });
}
