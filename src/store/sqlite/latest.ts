import { existsSync } from "node:fs";
import type { Micros } from "../../base/types.ts";
import { dataPath } from "./data/files.ts";
import { recover } from "./data/recover.ts";
import { openFrozen } from "./open.ts";

/** See Maintenance.latestTimes. */
export function latestTimes(folder: string): Micros[] | null {
  const path = dataPath(folder);
  if (!existsSync(path)) return null;
  const db = openFrozen(path);
  try {
    const { time, lastArrival } = recover(db).series;
    // NaN: there is no value yet
    return Array.from(time, (own, i) => Math.max(own || 0, lastArrival[i] ?? 0));
  } finally {
    db.close();
  }
}
