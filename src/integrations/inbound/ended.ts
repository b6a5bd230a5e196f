import type { DeviceNode } from "../../fleet/nodes.ts";
import type { PassRow } from "../types.ts";
import type { Reading, Unit } from "./decode.ts";
import type { Judged } from "./judge.ts";
import type { PassOutcome } from "./pass-types.ts";

/** How the work on one thing that came has ended. */

/** Rows that ended so. */
export function countOf(fates: readonly PassRow[], wanted: PassRow["fate"]): number {
  return fates.filter(({ fate }) => fate === wanted).length;
}

export function outcomeOf(
  { event }: Unit,
  { decoded, left }: Reading,
  fates: readonly PassRow[],
  stored: number,
): PassOutcome {
  if (decoded?.error != null) return "failed";
  if (stored > 0) return stored === fates.length + left ? "stored" : "partly_stored";
  return event !== null && event.uplink === null ? "told" : "nothing_stored";
}

/** Those of its good rows, and its own. */
export function devicesOf(judged: readonly Judged[], own: DeviceNode | null): DeviceNode[] {
  const devices = new Set(judged.flatMap(({ row }) => row?.device ?? []));
  if (own !== null) devices.add(own);
  return [...devices];
}
