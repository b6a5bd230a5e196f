import { errorText } from "../../base/errors.ts";
import { aheadFrom } from "../../history/repair.ts";
import { maintenanceOf } from "../../store/open.ts";
import { utcTime } from "../text.ts";
import { type Check, ok, warn } from "./check.ts";

const WHAT = "times";

/** Whether a clock that was ahead has left stamps in the future; also while a server runs. @param store see maintenanceOf @param now Unix time in ms */
export async function checkTimes(folder: string, store: string | null, now: number): Promise<Check[]> {
  try {
    const latest = await maintenanceOf(folder, store).latestTimes();
    if (latest === null) return [];
    const limit = aheadFrom(now * 1000);
    const ahead = latest.filter((time) => time >= limit);
    if (ahead.length === 0) return [ok(WHAT, "no measurement is ahead of the clock")];
    const last = ahead.reduce((a, b) => Math.max(a, b));
    return [
      warn(
        WHAT,
        `${ahead.length} series have measurements ahead of the clock, up to ${utcTime(last)}: it was ahead, or is behind now`,
        "if the clock is right: stop the server, fieldcast store repair-times --dry-run",
      ),
    ];
  } catch (error) {
    return [warn(WHAT, `what is stored cannot be read: ${errorText(error)}`, "fieldcast store check")];
  }
}
