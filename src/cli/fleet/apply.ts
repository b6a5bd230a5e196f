import { errorText } from "../../base/errors.ts";
import type { Applied } from "../operations.ts";
import { withAccess } from "../access.ts";
import { CommandError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { type Colors, colors, json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `apply FILE [--dry-run]`. */
export async function apply(io: Io, [file = ""]: readonly string[], flags: Readonly<Record<string, unknown>>) {
  const settings = serverSettings(io, flags);
  const text = file === "-" ? await io.readStdin() : readText(io, file);
  const dryRun = flags.dryRun === true;
  const applied = await withAccess(settings.data, { create: !dryRun }, (access) =>
    access.call("apply", { text, dryRun }),
  );
  io.out(flags.json === true ? json(applied) : renderApplied(applied, colors(io.color)));
  return 0;
}

/** @throws CommandError that names the file */
export function readText(io: Io, file: string): string {
  try {
    return io.readFile(file);
  } catch (error) {
    throw new CommandError(`${file}: cannot be read (${errorText(error)})`);
  }
}

/** What was or would be done, one line each, then tokens that are shown this once. */
export function renderApplied(applied: Applied, c: Colors): string {
  const paint = { "+": c.green, "~": c.yellow, "=": c.dim };
  const lines = applied.lines.map(({ sign, text }) => paint[sign](`${sign} ${visible(text)}`));
  const count = (sign: string) => applied.lines.filter((line) => line.sign === sign).length;
  const changes = count("+") + count("~");
  if (applied.dryRun) lines.push(changes > 0 ? "Nothing was changed: this was a dry run." : "Nothing would change.");
  if (applied.newTokens.length > 0) {
    lines.push("", `${plural(applied.newTokens.length, "new token")}, shown this once:`);
    for (const { owner, token } of applied.newTokens) lines.push(`  ${c.bold(token)}  ${visible(owner)}`);
  }
  return `${lines.join("\n")}\n`;
}
