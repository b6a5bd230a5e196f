import { CommandError } from "./failure.ts";
import { colors, visible } from "./text.ts";
import type { Io } from "./types.ts";

/** What is asked for, and what is said when it is not done. */
interface Words {
  readonly verb: string;
  readonly nothing: string;
}
const DELETING: Words = { verb: "delete", nothing: "nothing was deleted" };
export const CHANGING: Words = { verb: "change it", nothing: "nothing was changed" };

/**
 * Says what goes, and asks.
 * @param yes the person has said so in advance
 * @returns whether to do it
 * @throws CommandError when nobody can be asked
 */
export async function confirmed(
  io: Io,
  sentences: readonly string[],
  yes: boolean,
  words: Words = DELETING,
): Promise<boolean> {
  if (yes) return true;
  io.err(`${sentences.map(visible).join("\n")}\n`);
  if (!io.interactive)
    throw new CommandError(`${words.nothing}: there is no terminal to ask on; say --yes to ${words.verb}`);
  const question = `${words.verb[0]?.toUpperCase()}${words.verb.slice(1)}? Type "yes":`;
  const answer = await io.ask(`${colors(io.color).bold(question)} `);
  if (answer?.trim().toLowerCase() === "yes") return true;
  io.err(`${words.nothing[0]?.toUpperCase()}${words.nothing.slice(1)}.\n`);
  return false;
}
