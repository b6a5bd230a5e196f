import type { Incoming } from "../types.ts";
import type { Unit } from "./decode.ts";
import type { Judged } from "./judge.ts";
import type { Origin } from "./suggestions.ts";

/** Where what came is from, for who looks at a suggestion; null: the way says it. */
export function originOf({ network, bridged }: Incoming): Origin | null {
  return bridged === undefined || network === null ? null : { broker: network, map: bridged.map };
}

/** A judged row whose suggestion says where it is from, and of a device what its map calls it. */
export function withOrigin(judged: Judged, { incoming, mapped }: Unit): Judged {
  const { missing } = judged;
  const origin = originOf(incoming);
  if (missing === null || origin === null) return judged;
  const label = missing.kind === "device" ? (mapped?.label ?? null) : (missing.label ?? null);
  return { ...judged, missing: { ...missing, label, origin } };
}
