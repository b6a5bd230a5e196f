import { existsSync } from "node:fs";
import { delimiter, join, relative } from "node:path";

const PROGRAM = join(import.meta.dir, "..", "..", "bin", "fieldcast");

/** The first words of command lines that messages and help name. */
const COMMANDS =
  /(?<![\w/.-])fieldcast (?=(?:--help|serve|apply|token|account|device|field|product|api-user|workspace|session|setup-link|store|data|retention|watch|simulate|trace|inspect|audit|export|import|backup|restore|doctor|help)\b)/g;

/** How this program is called from here: by its name where the PATH has it, otherwise by the file of the clone. */
export function programName(env: Readonly<Record<string, string | undefined>>, folder: string): string {
  const places = (env.PATH ?? "").split(delimiter).filter((place) => place !== "");
  if (places.length === 0 || places.some((place) => existsSync(join(place, "fieldcast")))) return "fieldcast";
  const near = relative(folder, PROGRAM);
  return near.startsWith("..") ? PROGRAM : near;
}

/** The text with commands as they can be typed here. @param name as programName says */
export function named(text: string, name: string): string {
  return name === "fieldcast" ? text : text.replace(COMMANDS, () => `${name} `);
}
