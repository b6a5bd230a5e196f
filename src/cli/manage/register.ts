import type { Command } from "commander";
import { FIELD_TYPES } from "../../measure/types.ts";
import type { Io } from "../types.ts";

type Body = (io: Io, args: readonly string[], flags: Readonly<Record<string, unknown>>) => Promise<number>;
/** What the program gives to those who add commands. */
export interface Registrar {
  /** A command whose body is loaded when it runs. */
  add(parent: Command, usage: string, description: string, example: string, load: () => Promise<Body>): Command;
  /** A group of commands, made when it is not there. */
  group(name: string, description: string, example: string): Command;
  /** With --json, --data and --config. */
  json(command: Command): Command;
}

const load = () => import("./command.ts");
const several = (one: string, before: string[] | undefined) => [...(before ?? []), one];
const asking = (command: Command) =>
  command.option("--dry-run", "only count what would go").option("--yes", "do not ask");

/** Adds the commands that make, list and delete workspaces, products, fields, devices, API users, and rotate tokens. */
export function register(to: Registrar): void {
  workspaces(to);
  products(to);
  fieldsAndDevices(to);
  accounts(to);
}

function workspaces({ add, group, json }: Registrar): void {
  const parent = group("workspace", "workspaces", "fieldcast workspace list");
  json(
    add(
      parent,
      "create <slug>",
      "make a workspace",
      "fieldcast workspace create plant --name 'Plant 1'",
      async () => (await load()).workspaceCreate,
    )
      .option("--name <TEXT>", "its name (default: the slug)")
      .option("--owner <EMAIL>", "who owns it (default: the first administrator)"),
  );
  json(
    add(parent, "list", "list the workspaces", "fieldcast workspace list", async () => (await load()).workspaceList),
  );
  const text = "delete a workspace with its products, devices, API users and everything that was measured";
  json(
    asking(
      add(
        parent,
        "delete <slug>",
        text,
        "fieldcast workspace delete home --dry-run",
        async () => (await load()).workspaceDelete,
      ),
    ),
  );
}

function products({ add, group, json }: Registrar): void {
  const parent = group("product", "products", "fieldcast product list");
  json(
    add(
      parent,
      "create <slug>",
      "make a product",
      "fieldcast product create pump --name Pump",
      async () => (await load()).productCreate,
    )
      .option("--name <TEXT>", "its name (default: the slug)")
      .option("--workspace <SLUG>", "its workspace (default: the only one)"),
  );
  json(
    add(
      parent,
      "list",
      "list the products",
      "fieldcast product list --workspace home",
      async () => (await load()).productList,
    ).option("--workspace <SLUG>", "only those of this workspace"),
  );
  json(
    add(
      parent,
      "show <product>",
      "show a product and its fields",
      "fieldcast product show my-product",
      async () => (await load()).productShow,
    ),
  );
  const text = "delete a product with its devices and everything that they measured";
  json(
    asking(
      add(
        parent,
        "delete <product>",
        text,
        "fieldcast product delete my-product --dry-run",
        async () => (await load()).productDelete,
      ),
    ),
  );
}

function fieldsAndDevices({ add, group, json }: Registrar): void {
  const field = group("field", "fields of products", "fieldcast field list my-product");
  json(
    add(
      field,
      "create <product> <field>",
      "give a product another field",
      "fieldcast field create my-product PRESSURE --unit bar",
      async () => (await load()).fieldCreate,
    )
      .option("--type <TYPE>", `${FIELD_TYPES.join(", ")} (default: NUMERIC)`)
      .option("--name <TEXT>", "its name (default: the identifier)")
      .option("--unit <UNIT>", "like °C")
      .option("--decimals <N>", "digits after the point that people are shown"),
  );
  json(
    add(
      field,
      "list <product>",
      "list the fields of a product",
      "fieldcast field list my-product",
      async () => (await load()).fieldList,
    ),
  );
  const device = group("device", "devices", "fieldcast device list my-product");
  json(
    add(
      device,
      "create <product> <device>",
      "make a device, or many: dev{1..20}",
      "fieldcast device create my-product pump-1 --tag plant-1",
      async () => (await load()).deviceCreate,
    )
      .option("--name <TEXT>", "its name (default: the id)")
      .option("--serial <SERIAL>", "its serial")
      .option("--tag <TAG>", "a tag of it (may be repeated)", several)
      .option("--location <TEXT>", "where it stands"),
  );
}

function accounts({ add, group, json }: Registrar): void {
  const parent = group("api-user", "API users: accounts for programs and devices", "fieldcast api-user list");
  const example = 'fieldcast api-user create "device 2" --can view --device my-product/000001';
  json(
    add(
      parent,
      "create <name>",
      "make an API user; its token is printed once",
      example,
      async () => (await load()).apiUserCreate,
    )
      .option("--workspace <SLUG>", "its workspace (default: the only one)")
      .option(
        "--can <RIGHTS>",
        "view, record_only, record_measurements, edit_basics, edit_product (with commas, or repeated)",
        several,
      )
      .option("--product <SLUG>", "on the devices of this product (may be repeated; default: on all devices)", several)
      .option("--tag <TAG>", "on the devices with this tag (may be repeated)", several)
      .option("--device <PRODUCT/DEVICE>", "on this device (may be repeated)", several)
      .option("--no-mqtt", "it may not use MQTT")
      .option("--expires <WHEN>", "when its token ends: a date, a time, or days from now (90d)"),
  );
  json(
    add(
      parent,
      "list",
      "list the API users",
      "fieldcast api-user list --workspace home",
      async () => (await load()).apiUserList,
    ).option("--workspace <SLUG>", "only those of this workspace"),
  );
  json(
    add(
      parent,
      "rights <who>",
      "what an API user may do, and why",
      'fieldcast api-user rights "device 1@home"',
      async () => (await import("../rights/command.ts")).rights,
    ).option("--on <PRODUCT[/DEVICE]>", "only what counts on this product or device"),
  );
  const text = "delete an API user; its tokens and connections end at once";
  json(
    asking(
      add(
        parent,
        "delete <who>",
        text,
        'fieldcast api-user delete "device 1@home"',
        async () => (await load()).apiUserDelete,
      ),
    ),
  );
  const token = group("token", "access tokens", "fieldcast token list");
  json(
    add(
      token,
      "rotate <which>",
      "make a new token in the place of another, which ends after a while",
      "fieldcast token rotate 1 --grace 1h",
      async () => (await load()).tokenRotate,
    )
      .option("--grace <TIME>", "how long the old one stays good: 90s, 10m, 12h, 7d; 0: not at all (default: 1d)")
      .option("--expires <WHEN>", "when the new one ends (default: when the old one would have)"),
  );
}
