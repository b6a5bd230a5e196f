import { Command, CommanderError } from "commander";
import { versionText } from "./version.ts";
import { COMMANDS } from "./commands.ts";
import { explain } from "./failure.ts";
import { programName, typedHere } from "./name.ts";
import { registrarOf } from "./registrar.ts";
import { colors, jsonLine, visible } from "./text.ts";
import type { Io } from "./types.ts";

/**
 * Runs one command line to its end.
 * @param argv without the program's name
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage, 70 a defect
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  let complaint = "";
  const program = build(io, (result) => {
    code = result;
  });
  const named = typedHere(
    programName(io.env, process.cwd()),
    program.commands.map((command) => command.name()),
  );
  // Settings that all commands below the program inherit; set before the commands are made would be too early.
  for (const command of withChildren(program)) {
    if (command.commands.length > 0) command.configureHelp({ subcommandTerm: termOf });
    command.exitOverride().configureOutput({
      writeOut: (text) => io.out(named(text)),
      writeErr: (text) => {
        complaint += named(text);
      },
      getOutHasColors: () => io.color,
      getErrHasColors: () => io.color,
    });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    // nobody reads the results any more (`| head`): the process ends quietly, as others do
    if (error instanceof Error && "code" in error && error.code === "EPIPE") return 141;
    const complain = complainer(argv, io);
    const say = (text: string) => complain(named(text));
    if (error instanceof CommanderError) return commanderEnd(error, complaint, io, say);
    const { text, code: failed } = explain(error);
    say(text);
    return failed;
  }
}

/** The format of the log that a settings file names; what else stands there may be wrong. */
function formatIn(file: string | undefined, io: Io): string | undefined {
  if (file === undefined || file === "") return undefined;
  try {
    return /^log[-_]?format\s*:\s*["']?(\w+)/im.exec(io.readFile(file))?.[1];
  } catch {
    return undefined; // that it cannot be read is what is about to be said
  }
}

/** Says why a command failed; as JSON where a server was to speak JSON. */
function complainer(argv: readonly string[], io: Io): (text: string) => void {
  const said = (flag: string, variable: string): string | undefined => {
    const at = argv.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
    return at < 0 ? io.env[variable] : (argv[at]?.split("=", 2)[1] ?? argv[at + 1]);
  };
  const format = said("--log-format", "FIELDCAST_LOG_FORMAT") ?? formatIn(said("--config", "FIELDCAST_CONFIG"), io);
  if (argv[0] === "serve" && format === "json") return (text) => io.err(jsonLine("error", text, Date.now()));
  return (text) => io.err(`${colors(io.color).red("fieldcast:")} ${text}\n`);
}

function commanderEnd(error: CommanderError, complaint: string, io: Io, say: (text: string) => void): number {
  if (error.exitCode === 0) return 0;
  if (error.code === "commander.help") {
    io.err(complaint);
    return 2;
  }
  const [first = "", guess = ""] = error.message.split("\n");
  const line = `${first.replace(/^error: /, "")}${guess === "" ? "" : ` ${guess}`}`;
  const hint = guess === "" && error.code === "commander.unknownCommand" ? " (fieldcast --help lists all)" : "";
  say(`${visible(line)}${hint}`);
  return 2;
}

/** Name and arguments; that there are options needs no words. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? "..." : ""}`;
    return one.required ? `<${name}>` : `[${name}]`;
  });
  return [[command.name(), ...command.aliases()].join("|"), ...words].join(" ");
}

function* withChildren(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* withChildren(child);
}

/** All commands, for what is made of them: completions, the manual page. */
export function commandTree(io: Io): Command {
  return build(io, () => {});
}

function build(io: Io, done: (code: number) => void): Command {
  const program = new Command("fieldcast")
    .description("The MQTT data cloud that you run yourself.")
    .version(versionText(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .showSuggestionAfterError(true)
    .addHelpText("after", "\nExample:\n  $ fieldcast serve --data ./data\n");
  const registrar = registrarOf(program, io, done);
  for (const register of COMMANDS) register(registrar);
  return program;
}
