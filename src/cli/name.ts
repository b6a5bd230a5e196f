import { existsSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { STANDALONE } from "../base/modules.ts";

const PROGRAM = STANDALONE ? process.execPath : join(import.meta.dir, "..", "..", "bin", "fieldcast");

/** How this program is called from here: by its name where the PATH has it, otherwise by the file of the clone. */
export function programName(env: Readonly<Record<string, string | undefined>>, folder: string): string {
  const places = (env.PATH ?? "").split(delimiter).filter((place) => place !== "");
  if (places.length === 0 || places.some((place) => existsSync(join(place, "fieldcast")))) return "fieldcast";
  const near = relative(folder, PROGRAM);
  return near.startsWith("..") ? PROGRAM : near.includes("/") ? near : `./${near}`;
}

/**
 * Writes commands in texts as they can be typed here.
 * @param name as programName says
 * @param commands the first words of the command lines there are
 */
export function typedHere(name: string, commands: readonly string[]): (text: string) => string {
  if (name === "fieldcast") return (text) => text;
  const line = new RegExp(`(?<![\\w/.-])fieldcast (?=(?:--help|help|${commands.join("|")})\\b)`, "g");
  return (text) => text.replace(line, () => `${name} `);
}

/** The same of a text that has its commands in backticks, whatever they are. */
export function quotedHere(name: string, text: string): string {
  return text.replace(/`fieldcast (?=[a-z])/g, () => `\`${name} `);
}
