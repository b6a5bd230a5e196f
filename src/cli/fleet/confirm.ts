import { CommandError } from "../failure.ts";
import { colors, visible } from "../text.ts";
import type { Io } from "../types.ts";

/**
 * Says what goes, and asks.
 * @param yes the person has said so in advance
 * @returns whether to do it
 * @throws CommandError when nobody can be asked
 */
export async function confirmed(io: Io, sentences: readonly string[], yes: boolean): Promise<boolean> {
  if (yes) return true;
  io.err(`${sentences.map(visible).join("\n")}\n`);
  if (!io.interactive)
    throw new CommandError("nothing was deleted: there is no terminal to ask on; say --yes to delete");
  const answer = await io.ask(`${colors(io.color).bold('Delete? Type "yes":')} `);
  if (answer?.trim().toLowerCase() === "yes") return true;
  io.err("Nothing was deleted.\n");
  return false;
}
