import type { Command } from "commander";
import { type Registrar, several } from "../registrar.ts";

const commands = () => import("./command.ts");
type Name = Exclude<keyof Awaited<ReturnType<typeof commands>>, never>;

/** `sparkplug`: the workspace as a host application of Sparkplug B. */
export function register({ add, json, group }: Registrar): void {
  const parent = group("sparkplug", "Sparkplug B: the workspace as a host application", "fieldcast sparkplug nodes");
  const one = (usage: string, text: string, example: string, name: Name): Command =>
    json(add(parent, usage, text, example, async () => (await commands())[name])).option(
      "--workspace <SLUG>",
      "its workspace (default: the only one)",
    );
  one("show", "show the host and how it is", "fieldcast sparkplug show", "show");
  one(
    "set <host>",
    "make the workspace a host; what edge nodes publish on its free topics is recorded",
    "fieldcast sparkplug set fieldcast --account screen \\\n      --product 'plant-1/#=my-product'",
    "set",
  )
    .requiredOption("--account <NAME>", "the API user in whose name it hears, records and sends")
    .option(
      "--product <NODES=PRODUCT>",
      "which nodes become devices of which product, like plant-1/#=boilers (may be repeated)",
      several,
    )
    .option("--reorder <MS>", "how long a missing message is waited for (default: 5000)")
    .option("--no-rebirth", "do not ask nodes for their births");
  one("on", "switch the host on", "fieldcast sparkplug on", "on");
  one("off", "switch the host off", "fieldcast sparkplug off", "off");
  one("delete", "delete the host; devices and measurements stay", "fieldcast sparkplug delete", "remove");
  one("nodes", "list edge nodes and their devices", "fieldcast sparkplug nodes", "nodes");
  one("rebirth <node>", "ask an edge node for its births", "fieldcast sparkplug rebirth plant-1/gateway", "rebirth");
  one("forget <node>", "forget an edge node that is gone", "fieldcast sparkplug forget plant-1/gateway", "forget");
}
