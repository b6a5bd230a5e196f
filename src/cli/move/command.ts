import { moveStore } from "../../store/open.ts";
import { whyNoData, serverSettings } from "../folder.ts";
import { CommandError } from "../failure.ts";
import { long } from "../store/long.ts";
import { json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `migrate --to postgres://…|folder`: broken off, the way there goes on when it is called again. */
export async function move(
  io: Io,
  _args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { data } = serverSettings(io, flags);
  const nothing = whyNoData(data);
  if (nothing !== null) throw new CommandError(nothing);
  const dryRun = flags.dryRun === true;
  const to = String(flags.to);
  const wish = { folder: data, to: to === "folder" ? null : to, dryRun, now: Date.now() };
  const result = await long(io, "the data is where it was; call it again to go on", (work) => moveStore(wish, work));
  if ("code" in result) return result.code;
  const { done } = result;
  if (flags.json === true) {
    io.out(json(done));
    return 0;
  }
  const rows = done.tables.map(({ name, rows: n }) => `  ${name.padEnd(20)} ${n.toLocaleString("en-US")}\n`).join("");
  if (dryRun) {
    io.out(`These rows would be moved to ${visible(done.to)}; nothing was changed:\n${rows}`);
    return 0;
  }
  io.out(
    `${visible(data)} has its data in ${visible(done.to)} now${done.resumed ? ", with what an earlier try had moved" : ""}:\n${rows}` +
      `All tables were counted, and the blocks of ${plural(done.compared, "row")} of series compared by their checksums.\n` +
      (done.aside === null
        ? "What is in PostgreSQL is as it was.\n"
        : `The files that were there are in ${visible(done.aside)}.\n`),
  );
  return 0;
}
