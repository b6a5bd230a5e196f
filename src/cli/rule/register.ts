import type { Command } from "commander";
import type { Registrar } from "../registrar.ts";

const commands = () => import("./command.ts");
const looks = () => import("./look.ts");
const WHICH = (command: Command) =>
  command.option("--workspace <SLUG>", "its workspace (default: the one that has it)");
const RANGE = (command: Command) =>
  command
    .option("--from <TIME>", "where it begins (default: seven days before its end)")
    .option("--to <TIME>", "where it ends (default: now)");

/** `rule`: when something is so, something is done. */
export function register(to: Registrar): void {
  const parent = to.group("rule", "rules: when something is so, something is done", "fieldcast rule list");
  making(to, parent);
  looking(to, parent);
}
/** Of one rule. */
const one =
  ({ add, json }: Registrar, parent: Command) =>
  (...[usage, text, example, load]: OfOne) =>
    WHICH(json(add(parent, usage, text, example, load)));
type OfOne = [usage: string, text: string, example: string, load: Parameters<Registrar["add"]>[4]];

function making(to: Registrar, parent: Command): void {
  const { add, json } = to;
  const of = one(to, parent);
  json(
    add(
      parent,
      "create <file>",
      "make a rule of a file (YAML or JSON; - is the standard input)",
      "fieldcast rule create too-warm.yaml",
      async () => (await commands()).create,
    ).option("--workspace <SLUG>", "its workspace (default: the only one)"),
  );
  of(
    "update <rule> [file]",
    "change a rule by what a file says; what it does not say stays",
    "fieldcast rule update 'too warm' --off",
    async () => (await commands()).update,
  )
    .option("--on", "switch it on")
    .option("--off", "switch it off: it is not looked at, and remembers nothing");
  of(
    "delete <rule>",
    "delete a rule with its log",
    "fieldcast rule delete 'too warm' --yes",
    async () => (await commands()).remove,
  ).option("--yes", "do not ask");
  of(
    "snooze <rule> <until>",
    "run no actions until a time (2030-12-31T18:00:00Z), for a while (30m, 8h, 2d), or again (off)",
    "fieldcast rule snooze 'too warm' 8h",
    async () => (await commands()).snooze,
  );
}

function looking(to: Registrar, parent: Command): void {
  const { add, json } = to;
  const of = one(to, parent);
  json(
    add(parent, "list", "list rules, and how they are", "fieldcast rule list", async () => (await looks()).list).option(
      "--workspace <SLUG>",
      "only those of this workspace",
    ),
  );
  of("show <rule>", "show a rule", "fieldcast rule show 'too warm'", async () => (await looks()).show);
  RANGE(
    of(
      "dry-run <rule>",
      "say what a rule would have done over recorded history; nothing is stored or sent",
      "fieldcast rule dry-run 'too warm'",
      async () => (await looks()).dryRun,
    ),
  );
  RANGE(
    json(
      add(
        parent,
        "try <file>",
        "the same of a rule that is not saved, out of a file",
        "fieldcast rule try too-warm.yaml",
        async () => (await looks()).tryFile,
      ).option("--workspace <SLUG>", "its workspace (default: the only one)"),
    ),
  );
  of(
    "test-action <rule> <action>",
    "do an action of a rule once, as if it had just fired; actions are counted from 0 on",
    "fieldcast rule test-action 'too warm' 0 --dry-run",
    async () => (await looks()).testAction,
  )
    .option("--device <PRODUCT/DEVICE>", "the device for which it would have fired (default: none)")
    .option("--dry-run", "only say what it would be");
  of(
    "log <rule>",
    "show what changed in a rule, newest first, with the values",
    "fieldcast rule log 'too warm'",
    async () => (await looks()).log,
  ).option("--limit <N>", "how many lines (default: 20)");
  of(
    "states <rule>",
    "show for which devices a rule holds",
    "fieldcast rule states 'too warm'",
    async () => (await looks()).states,
  );
}
