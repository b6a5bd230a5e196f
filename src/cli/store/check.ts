import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CheckReport } from "../../store/ports.ts";
import { maintenanceOf } from "../../store/open.ts";
import { CommandError } from "../failure.ts";
import { serverSettings, whyNoData } from "../folder.ts";
import { programName, typedHere } from "../name.ts";
import { type Colors, colors, json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { long } from "./long.ts";

/** `store check`: reads everything, changes nothing; also while a server runs. Answers 1 when something is damaged. */
export async function check(
  io: Io,
  _args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { data, store } = serverSettings(io, flags);
  // one of the two files that is missing is damage; where there is neither, it is the wrong place
  const nothing = store !== null || existsSync(join(data, "data.db")) ? null : whyNoData(data);
  if (nothing !== null) throw new CommandError(nothing);
  const result = await long(io, "the check is not complete", (work) => maintenanceOf(data, store).check(work));
  if ("code" in result) return result.code;
  const report = result.done;
  const typed = typedHere(programName(io.env, process.cwd()), ["store", "restore"]);
  io.out(flags.json === true ? json(report) : typed(renderCheck(report, data, colors(io.color))));
  return report.damaged === 0 ? 0 : 1;
}

export function renderCheck(report: CheckReport, folder: string, c: Colors): string {
  const { looked, files, damage, damaged, notes } = report;
  const count = (n: number) => n.toLocaleString("en-US");
  const lines = [
    `Looked at ${files.map(({ name, bytes }) => `${name} (${plural(bytes, "byte")})`).join(", ") || "no file"}:`,
    `  ${plural(looked.devices, "device")}, ${count(looked.series)} series, ${plural(looked.sessions, "session")}, ` +
      `${plural(looked.chunks, "chunk")} of waiting messages, ${plural(looked.retained, "retained message")}`,
    `  ${plural(looked.blocks, "block")} with ${plural(looked.points, "measurement")}, ` +
      `${plural(looked.logRecords, "log record")} with ${plural(looked.logRows, "row")}; next number ${count(looked.nextSeq)}`,
    ...notes.map((text) => `${c.yellow("note:")} ${visible(text)}`),
    ...damage.map((text) => `${c.red("damaged:")} ${visible(text)}`),
  ];
  if (damaged > damage.length) lines.push(`… and ${plural(damaged - damage.length, "more finding")} of damage`);
  if (damaged === 0) lines.push(c.green("Everything is sound."));
  else
    lines.push(
      `${plural(damaged, "finding")} of damage. Restore a backup (fieldcast restore FILE), or save what can be read: ` +
        `fieldcast store salvage --data ${folder} --to NEW-FOLDER`,
    );
  return `${lines.join("\n")}\n`;
}
