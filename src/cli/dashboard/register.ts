import type { Command } from "commander";
import type { Registrar } from "../registrar.ts";
import { registerShare } from "./register-share.ts";

const commands = () => import("./command.ts");
const WHICH = (command: Command) =>
  command.option("--workspace <SLUG>", "its workspace (default: the one that has it)");

/** `dashboard`: pages of widgets, as files. */
export function register(registrar: Registrar): void {
  const { add, group, json, local } = registrar;
  const parent = group("dashboard", "dashboards: pages of widgets, as files", "fieldcast dashboard list");
  json(add(parent, "list", "list dashboards", "fieldcast dashboard list", async () => (await commands()).list)).option(
    "--workspace <SLUG>",
    "only those of this workspace",
  );
  WHICH(
    local(
      add(
        parent,
        "export <dashboard>",
        "print a dashboard as JSON, for an import here or elsewhere",
        "fieldcast dashboard export Overview > copy.json",
        async () => (await commands()).exported,
      ),
    ),
  );
  json(
    add(
      parent,
      "import <file>",
      "make a dashboard of an exported file; - reads the standard input",
      "fieldcast dashboard import overview.json",
      async () => (await commands()).imported,
    ),
  )
    .option("--workspace <SLUG>", "the workspace it comes into (default: the only one)")
    .option("--name <NAME>", "call it so")
    .option("--product <SLUG>", "make it one of this product")
    .option("--replace", "where one has the name already, it gets the file's content")
    .option("--allow-missing", "import it although it names devices or fields that are not here");
  WHICH(
    json(
      add(
        parent,
        "delete <dashboard>",
        "delete a dashboard, with the links that show it",
        "fieldcast dashboard delete Overview --yes",
        async () => (await commands()).remove,
      ),
    ),
  ).option("--yes", "do not ask");
  registerShare(registrar, parent);
}
