import type { Deleted } from "../admin/shared.ts";
import { type Access, withAccess } from "./access.ts";
import { confirmed } from "./confirm.ts";
import { serverSettings } from "./folder.ts";
import { colors, json, plural, table, visible } from "./text.ts";
import type { Io } from "./types.ts";

/** What most commands do alike: reach the data, tell what came of it, ask before they delete. */

export type Flags = Readonly<Record<string, unknown>>;
export type Args = readonly string[];

/** Runs on the server of the data folder, or on the folder itself. */
export function on<T>(io: Io, flags: Flags, work: (access: Access) => Promise<T>): Promise<T> {
  return withAccess(serverSettings(io, flags), {}, work);
}
/** Those of the flags that were given, by the names that the operations have. */
export function given(flags: Flags, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
}
export function say(io: Io, flags: Flags, result: unknown, line: string): number {
  io.out(flags.json === true ? json(result) : `${line}\n`);
  return 0;
}
/** A list as a table, or as JSON. */
export function show(
  io: Io,
  flags: Flags,
  result: unknown,
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
  none: string,
): number {
  if (flags.json === true) io.out(json(result));
  else if (rows.length === 0) io.err(`${none}\n`);
  else
    io.out(
      table(
        head,
        rows.map((row) => row.map((cell) => (cell === null ? "-" : String(cell)))),
        colors(io.color),
      ),
    );
  return 0;
}
/** Counts, asks, deletes; with --dry-run it only counts. */
export async function removeAsked(io: Io, flags: Flags, call: (dryRun: boolean) => Promise<Deleted>): Promise<number> {
  const counted = await call(true);
  const names =
    counted.names.length > 1
      ? [`${counted.names.slice(0, 10).join(", ")}${counted.names.length > 10 ? ", …" : ""}`]
      : [];
  const { sentences: _, ...result } = counted;
  if (flags.dryRun === true || counted.names.length === 0) {
    if (flags.json === true) io.out(json(result));
    else if (counted.names.length === 0) io.err("There are no such devices.\n");
    else
      io.out(
        `${[...counted.sentences.slice(0, -1), ...names, "Nothing was deleted: this was a dry run."].map(visible).join("\n")}\n`,
      );
    return 0;
  }
  if (!(await confirmed(io, [...names, ...counted.sentences], flags.yes === true))) return 1;
  const { sentences: __, ...done } = await call(false);
  const what = done.names.length === 1 ? (done.names[0] ?? "") : plural(done.names.length, "device");
  return say(io, flags, done, `${visible(what)}: deleted.`);
}
