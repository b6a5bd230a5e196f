import { several, type Registrar } from "../registrar.ts";

/** `device`. */
export function register({ add, json, group }: Registrar): void {
  const device = group("device", "devices", "fieldcast device list my-product");
  const devices = () => import("./command.ts");
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
  json(
    add(
      device,
      "create <product> <device>",
      "make a device, or many: dev{1..20}",
      "fieldcast device create my-product pump-1 --tag plant-1",
      async () => (await devices()).create,
    )
      .option("--name <TEXT>", "its name (default: the id)")
      .option("--serial <SERIAL>", "its serial")
      .option("--tag <TAG>", "a tag of it (may be repeated)", several)
      .option("--location <TEXT>", "where it stands"),
  );
}
