import { CommandError, UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { reach } from "../access.ts";
import { colors, json, plural, table, utcTime, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { aheadFrom, type AheadSeries, findAhead, Repair } from "../../history/repair.ts";
import { COMMAND_LINE } from "../../fleet/audit.ts";
import { programName } from "../name.ts";
import { openFolder } from "./open-folder.ts";

type Flags = Readonly<Record<string, unknown>>;

/** Series that are shown by name. */
const SHOWN = 20;
const UNITS = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** `store repair-times [--by TIME | --delete] [--dry-run] [--yes]`: on a folder that no server uses. */
export async function repairTimes(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const { data, store } = serverSettings(io, flags);
  const wished = flags.by === undefined ? null : spanOf(String(flags.by));
  if (wished !== null && flags.delete === true) throw new UsageError("--by moves, --delete deletes: give one of them");
  await nobodyThere(data);
  const folder = await openFolder(data, store);
  try {
    const now = Date.now() * 1000;
    const limit = aheadFrom(now);
    const found = await findAhead(folder.store, folder.series, limit);
    const points = found.reduce((sum, one) => sum + one.points, 0);
    const newest = Math.max(...found.map((one) => one.newest));
    const by = wished ?? newest - now;
    if (found.length > 0 && flags.delete !== true && newest - by >= limit)
      throw new UsageError(
        `--by is too short: the newest lies at ${utcTime(newest)}, and would still be ahead of the clock`,
      );
    const report = { series: found.length, measurements: points, newest: found.length > 0 ? newest : null, by };
    if (flags.dryRun === true || found.length === 0) {
      if (flags.json === true) io.out(json({ ...report, dryRun: true }, 0));
      else
        io.out(
          found.length === 0
            ? nothing(now)
            : `${plan(io, found, folder.nameOf, points, flags, by)}Nothing was changed: this was a dry run.\n`,
        );
      return 0;
    }
    if (flags.yes !== true && !(await agreed(io, plan(io, found, folder.nameOf, points, flags, by)))) return 1;
    const repair = new Repair(folder.store, limit);
    for (const one of found) await (flags.delete === true ? repair.drop(one) : repair.move(one, by));
    const what = flags.delete === true ? { deleted: points } : { moved: points, by_seconds: Math.round(by / 1e6) };
    await folder.note({
      time: now,
      by: COMMAND_LINE,
      action: "measurements.repair",
      workspace: null,
      target: 0,
      name: "times",
      before: null,
      after: { series: found.length, ...what },
    });
    if (flags.json === true) io.out(json({ ...report, dryRun: false }, 0));
    else
      io.out(
        `${plural(points, "measurement")} of ${found.length} series ${points === 1 ? "is" : "are"} ` +
          `${flags.delete === true ? "deleted" : "moved"}; current values are the newest of what is there.\n`,
      );
    return 0;
  } finally {
    await folder.close();
  }
}

function nothing(now: number): string {
  return `Nothing is more than 5 minutes ahead of the clock, which shows ${utcTime(now)}.\n`;
}
function plan(
  io: Io,
  found: readonly AheadSeries[],
  nameOf: (one: AheadSeries) => string,
  points: number,
  flags: Flags,
  by: number,
): string {
  const rows = found
    .slice(0, SHOWN)
    .map((one) => [visible(nameOf(one)), String(one.points), utcTime(one.oldest), utcTime(one.newest)]);
  const more = found.length > SHOWN ? `… and ${found.length - SHOWN} more series\n` : "";
  const what =
    flags.delete === true
      ? "would be deleted"
      : `would be moved back by ${Math.round(by / 1e6)} s` +
        (flags.by === undefined ? ", so that the newest lies at this moment (--by says another span)" : "");
  const amount = `${plural(points, "measurement")} of ${found.length} series`;
  return `${table(["SERIES", "AHEAD", "FIRST", "LAST"], rows, colors(io.color), [1])}${more}${amount} ${what}.\n`;
}
async function agreed(io: Io, text: string): Promise<boolean> {
  io.err(`${text}This cannot be undone: make a backup first (${programName(io.env, process.cwd())} backup FILE).\n`);
  if (!io.interactive)
    throw new CommandError("nothing was changed: there is no terminal to ask on; say --yes to go on");
  const answer = await io.ask(`${colors(io.color).bold('Go on? Type "yes":')} `);
  if (answer?.trim().toLowerCase() === "yes") return true;
  io.err("Nothing was changed.\n");
  return false;
}
async function nobodyThere(data: string): Promise<void> {
  const access = await reach(data, { offline: false });
  await access?.close();
  if (access !== null)
    throw new CommandError(`a server runs on ${data}: stop it first, repair-times needs the folder for itself`);
}
/** @returns µs */
function spanOf(text: string): number {
  const [, digits = "", unit = "s"] = /^(\d{1,12})([smhd]?)$/.exec(text) ?? [];
  const micros = Number(digits) * (UNITS.get(unit || "s") ?? 1) * 1e6;
  if (digits !== "" && micros > 0 && Number.isSafeInteger(micros)) return micros;
  throw new UsageError(`--by: "${text}" is not allowed; write 90s, 5m, 1h or 3650d`);
}
