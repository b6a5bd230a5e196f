import type { SalvageReport } from "../../store/ports.ts";
import { maintenanceOf } from "../../store/open.ts";
import { serverSettings } from "../folder.ts";
import { type Colors, colors, json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { long } from "./long.ts";

/** Lines of losses on a terminal; `--json` has all. */
const MOST_LINES = 200;

/** `store salvage --to DIR`: no server may run. Answers 0 when there is a new folder, whatever was lost. */
export async function salvage(
  io: Io,
  _args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { data, store } = serverSettings(io, flags);
  const result = await long(io, "there is no new folder", (work) =>
    maintenanceOf(data, store).salvage(String(flags.to), work),
  );
  if ("code" in result) return result.code;
  io.out(flags.json === true ? json(result.done) : renderSalvage(result.done, data, colors(io.color)));
  return 0;
}

export function renderSalvage({ folder, saved, lost }: SalvageReport, from: string, c: Colors): string {
  const lines = lost.slice(0, MOST_LINES).map(({ text }) => `${c.red("lost:")} ${visible(text)}`);
  if (lost.length > MOST_LINES) lines.push(`… and ${lost.length - MOST_LINES} more (--json has all)`);
  const held =
    `${plural(saved.devices, "device")}, ${saved.series.toLocaleString("en-US")} series, ${plural(saved.points, "sealed measurement")}, ` +
    `${plural(saved.logRows, "row")} of the log, ${plural(saved.sessions, "session")}`;
  lines.push(
    lost.length === 0
      ? c.green("Nothing was lost.")
      : `${lost.length === 1 ? "1 loss" : `${lost.length} losses`}, named above.`,
    `${visible(folder)} holds ${held}.`,
    `${visible(from)} is as it was. To go on: start with --data ${visible(folder)}`,
  );
  return `${lines.join("\n")}\n`;
}
