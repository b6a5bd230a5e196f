import type { Command } from "commander";
import { NETWORK_TYPES } from "../../networks/downlinks/types.ts";
import type { Registrar } from "../registrar.ts";

const commands = () => import("./command.ts");

/** What may be said of a network. */
function settings(command: Command): Command {
  return command
    .option("--server <URL>", "where it is reached")
    .option("--application <ID>", "its name of the application: application id, appid, AS_ID")
    .option("--webhook <ID>", "The Things Stack: id of the webhook in whose name downlinks are sent")
    .option("--key-file <FILE>", "a file with the key that requests are authorised with (- for the input)");
}

/** `network`: what takes downlinks to devices. */
export function register({ add, json, group }: Registrar): void {
  const parent = group("network", "networks that take downlinks to devices", "fieldcast network list");
  const which = (command: Command) => command.option("--workspace <SLUG>", "its workspace (default: the only one)");
  json(
    add(
      parent,
      "list",
      "list networks and the products that use them",
      "fieldcast network list",
      async () => (await commands()).list,
    ),
  ).option("--workspace <SLUG>", "those of one workspace");
  const example =
    "fieldcast network create lns --type chirpstack \\\n      --server https://lns.example --key-file key.txt";
  settings(
    which(
      json(
        add(parent, "create <name>", "set a network up", example, async () => (await commands()).create),
      ).requiredOption("--type <TYPE>", NETWORK_TYPES.join(", ")),
    ),
  );
  settings(
    which(
      json(
        add(
          parent,
          "set <name>",
          "change the settings of a network",
          "fieldcast network set lns --server https://lns2.example",
          async () => (await commands()).set,
        ),
      ).option("--type <TYPE>", NETWORK_TYPES.join(", ")),
    ),
  );
  json(
    add(
      parent,
      "use <product> [network]",
      "send the downlinks of a product through a network; without one, through none",
      "fieldcast network use my-product lns",
      async () => (await commands()).use,
    ),
  );
  which(
    json(
      add(
        parent,
        "delete <name>",
        "delete a network that no product uses",
        "fieldcast network delete lns",
        async () => (await commands()).remove,
      ),
    ),
  );
}
