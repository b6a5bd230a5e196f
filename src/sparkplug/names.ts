import { createHash } from "node:crypto";
import { isFieldId, upperAscii } from "../topic/grammar.ts";
import type { Speaker } from "./topics.ts";

/** What nodes, devices and metrics are called here: the grammar of Sparkplug is wider than that of the platform. */

const MOST = 64;
const HASH = 8;

/**
 * The serial of the device that stands for a node or one of its devices: `group:node` or `group:node:device`. What a serial may not hold is written
 * as `~` and the hexadecimal digits of its bytes in UTF-8, `~` and `:` too, so that two never have the same; one that would be too long is cut, and
 * ends with `~~` and digits that tell it from others.
 */
export function serialOf({ group, node, device }: Speaker): string {
  const serial = [group, node, ...(device === null ? [] : [device])].map(escaped).join(":");
  return serial.length <= MOST ? serial : `${serial.slice(0, MOST - HASH - 2)}~~${hashOf(serial)}`;
}
function escaped(id: string): string {
  return id.replace(/[^A-Za-z0-9._-]/gu, (letter) =>
    [...Buffer.from(letter)].map((byte) => `~${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

/**
 * The identifier of a metric's field: `Folder/Metric Name` is FOLDER_METRIC_NAME.
 * @param isTaken whether another metric of the product has an identifier; then this one ends with digits that tell it from the other
 */
export function fieldIdOf(metric: string, isTaken: (id: string) => boolean): string {
  const plain = upperAscii(metric.normalize("NFKD").replace(/\p{M}/gu, ""))
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (isFieldId(plain) && !isTaken(plain)) return plain;
  const ending = `_${upperAscii(hashOf(metric))}`;
  return `${plain.slice(0, MOST - ending.length) || "METRIC"}${ending}`;
}
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH);
}

/** Metrics that serve the session and are nobody's values. */
export function isOfSession(metric: string): boolean {
  return metric === "bdSeq" || metric.startsWith("Node Control/") || metric.startsWith("Device Control/");
}
