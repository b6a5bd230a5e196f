import { type Command, Option } from "commander";
import type { Io } from "./types.ts";

/** A command's body: arguments and flags as commander read them; answers the exit code. */
type Body = (io: Io, args: readonly string[], flags: Readonly<Record<string, unknown>>) => Promise<number>;

/** What the program gives to those who add commands: each folder's register.ts. */
export interface Registrar {
  readonly program: Command;
  /** A command whose body is loaded when it runs. */
  add(parent: Command, usage: string, description: string, example: string, load: () => Promise<Body>): Command;
  /** A group of commands, made when it is not there; of the program, or of another group. */
  group(name: string, description: string, example: string, parent?: Command): Command;
  /** With --data and --config, of the server's own. */
  local(command: Command): Command;
  /** With --json, --data and --config. */
  json(command: Command): Command;
}

/** A flag that may be given several times. */
export const several = (one: string, before: string[] | undefined): string[] => [...(before ?? []), one];
/** Of what deletes. */
export const asking = (command: Command): Command =>
  command.option("--dry-run", "only count what would go").option("--yes", "do not ask");

/** Of what logs in as an MQTT client does. */
export const remote = ({ local }: Registrar, command: Command): Command =>
  local(
    command
      .option(
        "--url <URL>",
        "mqtt://HOST:PORT or mqtts://HOST:PORT (FIELDCAST_URL; default: the server of the data folder)",
      )
      .option("--token <TOKEN>", "access token (better in FIELDCAST_TOKEN: others can see command lines)")
      .option("--cafile <FILE>", "PEM certificate of the authority to trust"),
  );

/** @param done hears of the exit code of the command that ran */
export function registrarOf(program: Command, io: Io, done: (code: number) => void): Registrar {
  const local = (command: Command) =>
    command
      .addOption(new Option("--data <DIR>", "the server's data folder (default: ./data)"))
      .addOption(new Option("--config <FILE>", "the server's settings file"));
  return {
    program,
    add: (parent, usage, description, example, load) =>
      parent
        .command(usage)
        .description(description)
        .helpOption("-h, --help", "show this help")
        .addHelpText("after", exampleText(example))
        .action(async (...given: unknown[]) => {
          // commander's order: one for each argument, then the flags, then the command
          const flags = given.at(-2) as Record<string, unknown>;
          const args = given
            .slice(0, -2)
            .flatMap((arg) => (Array.isArray(arg) ? arg.map(String) : typeof arg === "string" ? [arg] : []));
          const body = await load();
          done(await body(io, args, flags));
        }),
    group: (name, description, example, parent = program) =>
      parent.commands.find((one) => one.name() === name) ??
      parent
        .command(name)
        .description(description)
        .helpOption("-h, --help", "show this help")
        .helpCommand(false)
        .addHelpText("after", exampleText(example)),
    local,
    json: (command) => local(command.option("--json", "as JSON")),
  };
}

function exampleText(example: string): string {
  return `\nExample:\n  $ ${example.replaceAll(/(?<!\\)\n/g, "\n  $ ")}\n`;
}
