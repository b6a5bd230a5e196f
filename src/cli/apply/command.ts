import { errorText } from "../../base/errors.ts";
import type { Applied } from "../../admin/operations.ts";
import { withAccess } from "../access.ts";
import { CommandError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { tellOnce } from "../secrets.ts";
import { type Colors, colors, json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";

const LOST =
  "the file is applied, and nobody has seen its new tokens; fieldcast token create NAME@WORKSPACE makes another for an account";

/** `apply FILE [--dry-run]`. */
export async function apply(io: Io, [file = ""]: readonly string[], flags: Readonly<Record<string, unknown>>) {
  const settings = serverSettings(io, flags);
  const text = file === "-" ? await io.readStdin() : readText(io, file);
  const dryRun = flags.dryRun === true;
  const applied = await withAccess(settings, { create: !dryRun }, (access) => access.call("apply", { text, dryRun }));
  const shown = flags.json === true ? json(appliedForm(applied)) : renderApplied(applied, colors(io.color));
  if (applied.newTokens.length === 0) io.out(shown);
  else await tellOnce(io, shown, LOST);
  return 0;
}

/** As the API has it: `secret` is the token itself. */
function appliedForm({ newTokens, ...same }: Applied) {
  return { ...same, newTokens: newTokens.map(({ owner, token }) => ({ owner, secret: token })) };
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
  const tokens = applied.newTokens.length > 0 ? `\n${renderNewTokens(applied.newTokens, c)}` : "";
  return `${lines.join("\n")}\n${tokens}`;
}

export function renderNewTokens(tokens: Applied["newTokens"], c: Colors): string {
  const lines = tokens.map(({ owner, token }) => `  ${c.bold(token)}  ${visible(owner)}\n`);
  return `${plural(tokens.length, "new token")}, shown this once:\n${lines.join("")}`;
}
