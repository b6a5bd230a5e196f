import type { Command } from "commander";
import type { Registrar } from "../registrar.ts";

/** Maps of an external broker's routes. */
export function mapping({ add, json }: Pick<Registrar, "add" | "json">, parent: Command): void {
  json(
    add(
      parent,
      "maps",
      "list the ready-made maps",
      "fieldcast broker maps",
      async () => (await import("./maps.ts")).maps,
    ),
  );
  json(
    add(
      parent,
      "try <filter>",
      "show what a map would make of a message; nothing is stored",
      'fieldcast broker try "{device}" --map map.json --topic a --payload 4',
      async () => (await import("./maps.ts")).tryOne,
    ),
  )
    .option("--workspace <SLUG>", "the workspace of the devices (default: the only one)")
    .option("--ready <MAP>", "a ready-made map")
    .option("--base <TOPIC>", "with --ready: what its topics begin with, where that is not usual")
    .option("--product <SLUG>", "the product of the devices (default: any of the workspace)")
    .option("--decoder", "let the decoder of --product read it")
    .option("--map <FILE>", "instead of these: a JSON file with a map")
    .requiredOption("--topic <TOPIC>", "the topic of the message")
    .option("--payload <TEXT>", "its payload, or @FILE (default: empty)");
}
