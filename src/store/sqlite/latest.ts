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
    return recover(db).series.map(({ time, lastArrival }) => Math.max(time ?? 0, lastArrival));
  } finally {
    db.close();
  }
}
