import { type HelpConfiguration, Option } from "commander";
import { listSettings } from "../../config/settings.ts";
import { SIZE_FORMS, TIME_FORMS } from "../../config/values.ts";
import type { Registrar } from "../registrar.ts";

/** How sizes and times may be written in flags, variables and the settings file. */
const FORMS = `
Sizes: ${SIZE_FORMS}.
Times: ${TIME_FORMS}.
All settings, with what is allowed: docs/settings.md`;

/** A column beside the flags would be too narrow: what a flag means stands below it. */
const BELOW: HelpConfiguration = {
  formatItem(term, _width, description, helper) {
    const width = (helper.helpWidth ?? 80) - 8;
    const lines = helper.boxWrap(description, width).split("\n");
    return `  ${[term, ...lines.map((line) => `    ${line}`)].join("\n  ")}`;
  },
};

/** `serve`, with a flag for each setting. */
export function register({ program, add }: Registrar): void {
  const command = add(
    program,
    "serve",
    "run the server",
    "fieldcast serve --mqtt :1883 --tls-name mqtt.example.com",
    async () => (await import("./command.ts")).serve,
  );
  command.configureHelp(BELOW).description(`${command.description()}\n${FORMS}`);
  command.addOption(
    new Option("--config <FILE>", "file with settings, one `name: value` a line").helpGroup("General:"),
  );
  for (const { flag, value, description, default: fallback, env, group, repeatable, bare } of listSettings()) {
    const notes = [
      ...(fallback === "" ? [] : [`default: ${fallback}`]),
      ...(repeatable ? ["may be repeated"] : []),
      env,
    ];
    const option = new Option(
      `${flag} ${bare ? `[${value}]` : `<${value}>`}`,
      `${description} (${notes.join("; ")})`,
    ).helpGroup(`${group[0]?.toUpperCase()}${group.slice(1)}:`);
    if (repeatable) option.argParser((one: string, before: string[] | undefined) => [...(before ?? []), one]);
    command.addOption(option);
  }
}
