import { Command, CommanderError, type HelpConfiguration, Option } from "commander";
import { SESSION_ORDERS } from "../admin/sessions.ts";
import { ROLES } from "../fleet/types.ts";
import { DOOR_KINDS } from "../store/ports.ts";
import { listSettings } from "../config/settings.ts";
import { SIZE_FORMS, TIME_FORMS } from "../config/values.ts";
import packageJson from "../../package.json" with { type: "json" };
import { register } from "./manage/register.ts";
import { explain } from "./failure.ts";
import { colors, jsonLine, visible } from "./text.ts";
import { named, programName } from "./name.ts";
import type { Io } from "./types.ts";

/** A command's body: arguments and flags as commander read them; answers the exit code. */
type Body = (io: Io, args: readonly string[], flags: Readonly<Record<string, unknown>>) => Promise<number>;

/**
 * Runs one command line to its end.
 * @param argv without the program's name
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage, 70 a defect
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  let complaint = "";
  const name = programName(io.env, process.cwd());
  const program = build(io, (result) => {
    code = result;
  });
  // Settings that all commands below the program inherit; set before the commands are made would be too early.
  for (const command of withChildren(program)) {
    if (command.commands.length > 0) command.configureHelp({ subcommandTerm: termOf });
    command.exitOverride().configureOutput({
      writeOut: (text) => io.out(named(text, name)),
      writeErr: (text) => {
        complaint += named(text, name);
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
    const say = (text: string) => complain(named(text, name));
    if (error instanceof CommanderError) return commanderEnd(error, complaint, io, say);
    const { text, code: failed } = explain(error);
    say(text);
    return failed;
  }
}

/** Says why a command failed; as JSON where a server was to speak JSON. */
function complainer(argv: readonly string[], io: Io): (text: string) => void {
  const flag = argv.findIndex((word) => word === "--log-format" || word.startsWith("--log-format="));
  const format = flag < 0 ? io.env.FIELDCAST_LOG_FORMAT : (argv[flag]?.split("=", 2)[1] ?? argv[flag + 1]);
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

function build(io: Io, done: (code: number) => void): Command {
  const program = new Command("fieldcast")
    .description("The MQTT data cloud that you run yourself.")
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .showSuggestionAfterError(true)
    .addHelpText("after", "\nExample:\n  $ fieldcast serve --data ./data\n");

  /** Adds a command whose body is loaded when it runs. */
  const add = (parent: Command, usage: string, description: string, example: string, load: () => Promise<Body>) =>
    parent
      .command(usage)
      .description(description)
      .helpOption("-h, --help", "show this help")
      .addHelpText("after", `\nExample:\n  $ ${example.replaceAll("\n", "\n  $ ")}\n`)
      .action(async (...given: unknown[]) => {
        // commander's order: one for each argument, then the flags, then the command
        const flags = given.at(-2) as Record<string, unknown>;
        const args = given
          .slice(0, -2)
          .flatMap((arg) => (Array.isArray(arg) ? arg.map(String) : typeof arg === "string" ? [arg] : []));
        const body = await load();
        done(await body(io, args, flags));
      });

  addServe(add(program, "serve", "run the server", SERVE_EXAMPLE, async () => (await import("./serve.ts")).serve));
  addFleet(program, add);
  addTrace(program, add);
  addInspect(program, add);
  addLive(program, add);
  addStore(program, add);
  add(
    program,
    "doctor",
    "look for what is wrong, and say how to mend it",
    "fieldcast doctor --data ./data",
    async () => (await import("./doctor/command.ts")).doctor,
  )
    .option("--json", "as JSON")
    .addOption(DATA())
    .addOption(CONFIG());
  return program;
}

const SERVE_EXAMPLE = "fieldcast serve --mqtt :1883 --tls-name mqtt.example.com";

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

type Add = (parent: Command, usage: string, description: string, example: string, load: () => Promise<Body>) => Command;

const DATA = () => new Option("--data <DIR>", "the server's data folder (default: ./data)");
const CONFIG = () => new Option("--config <FILE>", "the server's settings file");

function addServe(command: Command): void {
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

function addFleet(program: Command, add: Add): void {
  const local = (command: Command) => command.addOption(DATA()).addOption(CONFIG());
  const json = (command: Command) => local(command.option("--json", "as JSON"));

  json(
    add(
      program,
      "apply <file>",
      "bring workspaces, products, devices and accounts to what a fleet file says (- is standard input)",
      "fieldcast apply fleet.yaml --dry-run",
      async () => (await import("./fleet/apply.ts")).apply,
    ).option("--dry-run", "only say what would change"),
  );

  const group = (name: string, text: string, example: string) =>
    program
      .command(name)
      .description(text)
      .helpOption("-h, --help", "show this help")
      .helpCommand(false)
      .addHelpText("after", `\nExample:\n  $ ${example}\n`);
  const known = (name: string, text: string, example: string) =>
    program.commands.find((one) => one.name() === name) ?? group(name, text, example);
  addMeasurements(program, add, json);
  addData(program, add, json);
  const token = group("token", "access tokens", "fieldcast token list");
  const tokens = () => import("./fleet/token.ts");
  json(
    add(token, "create <owner>", "make a token; it is printed once", TOKEN_EXAMPLE, async () => (await tokens()).create)
      .option("--name <TEXT>", "what it is for, shown in lists")
      .option("--expires <WHEN>", "a date (2030-12-31), a time (2030-12-31T18:00Z), or days from now (90d)"),
  );
  json(
    add(
      token,
      "list [owner]",
      "list tokens",
      "fieldcast token list owner@localhost",
      async () => (await tokens()).list,
    ),
  );
  json(
    add(
      token,
      "revoke <which>",
      "delete a token (its number, its last four characters or all of it); what is logged in with it is cut off",
      "fieldcast token revoke 2",
      async () => (await tokens()).revoke,
    ),
  );
  json(
    add(
      token,
      "rights <who>",
      "what an account, or one of its tokens, may do, and why",
      "fieldcast token rights owner@localhost --on my-product/000001",
      async () => (await import("./rights/command.ts")).rights,
    ).option("--on <PRODUCT[/DEVICE]>", "only what counts on this product or device"),
  );

  json(
    add(
      program,
      "audit",
      "show who changed what, and who signed in, newest first",
      "fieldcast audit --action device.delete --since 7d",
      async () => (await import("./audit/command.ts")).audit,
    )
      .option("--workspace <SLUG>", "only what concerns this workspace")
      .option("--account <NAME>", "only what this account did: e-mail address, or API user as name@workspace")
      .option("--action <ACTION>", "only such: device.delete, or device for everything done to devices")
      .option("--since <TIME>", "not older: 90s, 10m, 12h, 7d, or a time")
      .option("--limit <N>", "at most so many (default: 50)"),
  );

  json(
    add(
      program,
      "setup-link [email]",
      "make a link, good once, to set an account's password and switch its second factor off",
      "fieldcast setup-link",
      async () => (await import("./people.ts")).setupLink,
    ),
  );
  const people = group("account", "accounts of people", "fieldcast account list");
  json(
    add(
      people,
      "create <email>",
      "make an account; it gets a password from a file, or a link is printed that sets one",
      "fieldcast account create ann@example.com --workspace home --role admin",
      async () => (await import("./people.ts")).create,
    )
      .option("--admin", "administers the whole instance")
      .option("--workspace <SLUG>", "joins this workspace")
      .addOption(new Option("--role <ROLE>", "with this role (default: member)").choices(ROLES))
      .option("--password-file <FILE>", "first line: the password; - is standard input"),
  );
  const accounts = () => import("./account/command.ts");
  json(
    add(
      people,
      "list",
      "list the accounts of people, and the workspaces that they are in",
      "fieldcast account list --workspace home",
      async () => (await accounts()).list,
    ).option("--workspace <SLUG>", "only the members of this workspace"),
  );
  json(
    add(
      people,
      "delete <email>",
      "delete an account: its tokens, connections and browsers end at once",
      "fieldcast account delete ann@example.com --yes",
      async () => (await accounts()).remove,
    ).option("--yes", "do not ask"),
  );

  const device = group("device", "devices", "fieldcast device list my-product");
  const devices = () => import("./fleet/device.ts");
  json(
    add(
      device,
      "list [product]",
      "list devices",
      "fieldcast device list my-product --limit 10",
      async () => (await devices()).list,
    )
      .option("--tag <TAG>", "only those with this tag")
      .option("--limit <N>", "at most so many (default: 100)"),
  );
  json(
    add(
      device,
      "show <product> <device>",
      "show a device (by id or serial), its fields, and what was refused of late",
      "fieldcast device show my-product 000001",
      async () => (await devices()).show,
    ),
  );
  json(
    add(
      device,
      "rename <product> <device> <id>",
      "give a device (by id or serial) another id; what it measured stays with it",
      "fieldcast device rename my-product 000001 pump-1",
      async () => (await devices()).rename,
    ),
  );
  json(
    add(
      device,
      "delete [product] [device]",
      "delete a device (by id or serial), or those with a tag or of a pattern, and everything measured by them",
      "fieldcast device delete my-product --pattern 'dev*' --dry-run",
      async () => (await devices()).remove,
    )
      .option("--tag <TAG>", "those with this tag, in place of one")
      .option("--pattern <PATTERN>", "those whose id is like dev*: * is any characters, ? is one")
      .option("--dry-run", "only count what would go")
      .option("--yes", "do not ask"),
  );
  const field = group("field", "fields of products", "fieldcast field delete my-product DOOR --yes");
  json(
    add(
      field,
      "delete <product> <field>",
      "delete a field of a product and everything measured in it",
      "fieldcast field delete my-product DOOR --yes",
      async () => (await import("./fleet/field.ts")).remove,
    ).option("--yes", "do not ask"),
  );
  register({ add, json, group: known });
  const retention = group("retention", "how long measurements are kept", "fieldcast retention show my-product");
  const retentions = () => import("./retention/command.ts");
  json(
    add(
      retention,
      "show [product]",
      "show how long the measurements of each field are kept, and their rollups",
      "fieldcast retention show my-product",
      async () => (await retentions()).show,
    ),
  );
  json(
    add(
      retention,
      "set <product> [field]",
      "say how long measurements of a product, or of one field of it, are kept",
      "fieldcast retention set my-product --keep 90d --rollup 1h=5y --yes",
      async () => (await retentions()).set,
    )
      .option("--keep <TIME>", "days, weeks or years (90d, 12w, 5y), or forever")
      .option("--rollup <STEP=TIME>", "figures kept longer, of each 1m, 1h or 1d (may be repeated)", several)
      .option("--no-rollups", "no figures are kept")
      .option("--inherit", "take back what was said: a field is kept as its product, a product for ever")
      .option("--yes", "do not ask"),
  );
  const session = group("session", "sessions of the running server", "fieldcast session list");
  const sessions = () => import("./session/session.ts");
  const account = (command: Command) =>
    json(command).option("--account <NAME>", "e-mail address, or API user as name@workspace");
  account(
    add(
      session,
      "list",
      "list sessions: who is connected or away, from where, and what waits for them",
      "fieldcast session list --account owner@localhost",
      async () => (await sessions()).list,
    )
      .option("--client <TEXT>", "only those whose client identifier holds this text")
      .option("--connected", "only those that are connected")
      .option("--away", "only those that are not")
      .addOption(new Option("--sort <ORDER>", "what comes first (default: age)").choices(SESSION_ORDERS))
      .option("--limit <N>", "at most so many (default: 100)"),
  );
  account(
    add(
      session,
      "show <client>",
      "show everything about the session with this client identifier",
      "fieldcast session show simulated-000001",
      async () => (await sessions()).show,
    ).alias("inspect"),
  );
  account(
    add(
      session,
      "disconnect [client]",
      "end the connection of the client with this identifier; its will fires",
      "fieldcast session disconnect simulated-000001",
      async () => (await sessions()).disconnect,
    ).option("--all", "all clients of the account"),
  );
}

/** A flag that may be given several times. */
const several = (one: string, before: string[] | undefined) => [...(before ?? []), one];

function addMeasurements(program: Command, add: Add, json: (command: Command) => Command): void {
  add(
    program,
    "export",
    "write measurements to a file: one row each, as CSV, NDJSON or Parquet",
    "fieldcast export --product my-product --out measurements.csv",
    async () => (await import("./measurements/export.ts")).exportAll,
  )
    .option("--product <SLUG>", "only this product (may be repeated; default: all)", several)
    .option("--device <ID>", "only this device, by id or serial (may be repeated)", several)
    .option("--field <FIELD>", "only this field (may be repeated)", several)
    .option("--from <TIME>", "ISO 8601 (UTC without an offset), belongs to the range (default: the beginning)")
    .option("--to <TIME>", "ISO 8601, likewise, does not belong to the range (default: the end)")
    .option("--zone <NAME>", "time zone of times without an offset: Europe/Berlin (default: UTC)")
    .option("--format <FORMAT>", "csv, ndjson or parquet (default: as the file's name ends, otherwise csv)")
    .option("--out <FILE>", "where to; - is the output (default)")
    .option("--escape-formulas", "CSV: put ' before text that a spreadsheet would run as a formula")
    .addOption(DATA())
    .addOption(CONFIG());
  json(
    add(
      program,
      "import <files...>",
      "record exported measurements (CSV, NDJSON or Parquet) with their times; nothing of them is published",
      "fieldcast import measurements.csv --bad bad-rows.ndjson",
      async () => (await import("./measurements/import.ts")).importAll,
    )
      .option("--format <FORMAT>", "csv, ndjson or parquet (default: as the file's name ends)")
      .option("--delimiter <CHARACTER>", "what divides the cells of CSV: ; or tab, for example (default: a comma)")
      .option("--resume", "go on where an import of the same file ended")
      .option("--bad <FILE>", "write every bad row there, with the reason (NDJSON)"),
  );
}

function addData(program: Command, add: Add, json: (command: Command) => Command): void {
  const data = program
    .command("data")
    .description("measurements")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .addHelpText("after", `\nExample:\n  $ ${DELETE_EXAMPLE}\n`);
  json(
    add(
      data,
      "delete",
      "delete the measurements of a range of time; current values stay",
      DELETE_EXAMPLE,
      async () => (await import("./data/delete.ts")).remove,
    )
      .requiredOption("--product <SLUG>", "of this product")
      .option("--device <ID>", "only of this device, by id or serial (may be repeated; default: all)", several)
      .option("--field <FIELD>", "only of this field (may be repeated; default: all)", several)
      .requiredOption("--from <TIME>", "ISO 8601 (UTC without an offset), belongs to the range")
      .requiredOption("--to <TIME>", "ISO 8601, likewise, does not belong to the range")
      .option("--zone <NAME>", "time zone of times without an offset: Europe/Berlin (default: UTC)")
      .option("--dry-run", "only count what would go")
      .option("--yes", "do not ask"),
  );
}

const DELETE_EXAMPLE = "fieldcast data delete --product my-product --dry-run \\\n    --from 2026-01-01 --to 2026-02-01";
const TOKEN_EXAMPLE = "fieldcast token create owner@localhost --name laptop --expires 90d";

function addTrace(program: Command, add: Add): void {
  add(
    program,
    "trace",
    "show the packets of a client as they come and leave, for a while",
    "fieldcast trace --client simulated-000001 --for 5m",
    async () => (await import("./trace/command.ts")).trace,
  )
    .option("--client <ID>", "the client with this identifier")
    .option("--account <NAME>", "clients of this account: e-mail address, or API user as name@workspace")
    .option("--remote <ADDRESS>", "clients from this IP address")
    .option("--for <TIME>", "how long: 90s, 5m, at most 1h (default: 60s)")
    .option("--payload", "also the first bytes of payloads")
    .option("--json", "one JSON object a line")
    .addOption(DATA())
    .addOption(CONFIG());
}

function addInspect(program: Command, add: Add): void {
  add(
    program,
    "inspect",
    "show what comes to the doors: accepted, refused, logins refused, connections opened and closed",
    "fieldcast inspect --device my-product/000001 --since 10m",
    async () => (await import("./inspect/command.ts")).inspect,
  )
    .option("--device <PRODUCT/DEVICE>", "only what concerns this device (by id or serial)")
    .option("--account <NAME>", "only what this account did: e-mail address, or API user as name@workspace")
    .addOption(new Option("--kind <KIND>", "only such events").choices(DOOR_KINDS))
    .option("--since <TIME>", "begin with what was kept since then: 90s, 10m, 12h, 7d, or a time (default: 10m)")
    .option("--json", "one JSON object a line")
    .addOption(DATA())
    .addOption(CONFIG());
}

function addLive(program: Command, add: Add): void {
  const remote = (command: Command) =>
    command
      .option(
        "--url <URL>",
        "mqtt://HOST:PORT or mqtts://HOST:PORT (FIELDCAST_URL; default: the server of the data folder)",
      )
      .option("--token <TOKEN>", "access token (better in FIELDCAST_TOKEN: others can see command lines)")
      .option("--cafile <FILE>", "PEM certificate of the authority to trust")
      .addOption(DATA())
      .addOption(CONFIG());
  remote(
    add(
      program,
      "watch [filter]",
      "show measurements as they come (default: all that the token may see)",
      "fieldcast watch 'dtck/my-product/+/TEMPERATURE'",
      async () => (await import("./watch/command.ts")).watch,
    )
      .option("--errors", "show refused publishes of the same token, too")
      .option("--count <N>", "end after so many messages")
      .option("--json", "one JSON object a line"),
  );
  remote(
    add(
      program,
      "simulate",
      "publish as many devices do, each with its own connection",
      "fieldcast simulate --devices 100 --rate 1000 --duration 30",
      async () => (await import("./simulate/command.ts")).simulate,
    )
      .option("--devices <N>", "how many (default: 10)")
      .option("--rate <N>", "messages per second, all together (default: 10)")
      .option("--duration <SECONDS>", "how long (default: 10)")
      .option("--qos <0|1|2>", "quality of service (default: 1)")
      .option("--product <SLUG>", "their product (default: the first)")
      .option("--device-pattern <PATTERN>", "their ids, like dev{0..99} (default: the product's devices)")
      .option("--field <FIELD>", "the field to publish, FIELD or FIELD:TYPE (default: the product's first number)")
      .option("--json", "the summary as JSON"),
  );
}

function addStore(program: Command, add: Add): void {
  const local = (command: Command) => command.option("--json", "as JSON").addOption(DATA()).addOption(CONFIG());
  const backups = () => import("./store/backup.ts");
  local(
    add(
      program,
      "backup <file>",
      "write everything into one file, also while the server runs",
      "fieldcast backup fieldcast.tar",
      async () => (await backups()).backup,
    ).option("--force", "replace a file of that name"),
  );
  local(
    add(
      program,
      "restore <file>",
      "make a data folder from a backup",
      "fieldcast restore fieldcast.tar --data ./restored",
      async () => (await backups()).restore,
    ).option("--force", "move a folder that is not empty aside"),
  );
  const store = program
    .command("store")
    .description("the stored data itself")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .addHelpText("after", "\nExample:\n  $ fieldcast store check\n");
  const figures = () => import("./store/stats.ts");
  local(
    add(
      store,
      "stats",
      "show what is stored, by product, field and device, and what the next sweep of retention will take",
      "fieldcast store stats --top 20",
      async () => (await figures()).stats,
    ).option("--top <N>", "how many of each kind, the largest first (default: 10)"),
  );
  local(
    add(
      store,
      "sweep",
      "let what retention does not keep go now",
      "fieldcast store sweep",
      async () => (await figures()).sweep,
    ),
  );
  local(
    add(
      store,
      "check",
      "read everything and say what is damaged, also while the server runs",
      "fieldcast store check --data ./data",
      async () => (await import("./store/check.ts")).check,
    ),
  );
  local(
    add(
      store,
      "repair-times",
      "mend what a clock that was ahead has stamped; while no server runs",
      "fieldcast store repair-times --dry-run",
      async () => (await import("./store/repair-times.ts")).repairTimes,
    )
      .option("--by <TIME>", "move back by so much: 1h, 3650d (default: the newest to this moment)")
      .option("--delete", "delete instead")
      .option("--dry-run", "only say what would be done")
      .option("--yes", "do not ask"),
  );
  local(
    add(
      store,
      "salvage",
      "build a new data folder of what can be read of a damaged one, and say what is lost",
      "fieldcast store salvage --data ./data --to ./saved",
      async () => (await import("./store/salvage.ts")).salvage,
    ).requiredOption("--to <DIR>", "the new folder"),
  );
}
