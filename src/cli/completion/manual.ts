import type { Command } from "commander";
import { listSettings } from "../../config/settings.ts";

/** The manual page `fieldcast(1)`, made of the commands themselves (man(7), roff). */

/** What begins a line with a dot or a quote would be a request; a hyphen that is typed is no dash. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/gm, "\\&");

/** @param version as `--version` prints it */
export function manualPage(program: Command, version: string): string {
  const parts = [
    `.TH FIELDCAST 1 "" "${plain(version)}" "User commands"`,
    ".SH NAME",
    `fieldcast \\- ${plain(program.description())}`,
    ".SH SYNOPSIS",
    ".B fieldcast",
    ".I command",
    "[options]",
    ".SH COMMANDS",
    ...commandsOf(program, []),
    ".SH SETTINGS",
    "Of fieldcast serve: as flags, as variables, or as lines of the file that \\-\\-config names.",
    ...listSettings().flatMap(({ flag, value, env, description, default: usual }) => [
      ".TP",
      `.BR ${plain(flag)} " ${plain(value)}"`,
      plain(`${description}${usual === "" ? "" : ` (default: ${usual})`}. ${env}`),
    ]),
    ".SH FILES",
    ".TP",
    "./data",
    "The folder for everything that is stored, unless \\-\\-data names another.",
  ];
  return `${parts.join("\n")}\n`;
}

function commandsOf(parent: Command, words: readonly string[]): string[] {
  return parent.commands.flatMap((command) => {
    const name = [...words, command.name()];
    if (command.commands.length > 0) return commandsOf(command, name);
    const args = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
    const flags =
      name.join() === "serve"
        ? []
        : command.options
            .filter(({ hidden }) => !hidden)
            .flatMap(({ flags: spelled, description }) => [".TP", `.B ${plain(spelled)}`, plain(description)]);
    return [
      `.SS ${plain(["fieldcast", ...name, ...args].join(" "))}`,
      plain(command.description()),
      ...(flags.length > 0 ? [".RS", ...flags, ".RE"] : []),
    ];
  });
}
