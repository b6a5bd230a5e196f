import { CONFIGURATION_TYPES } from "../../fleet/types.ts";
import type { Registrar } from "../registrar.ts";

/** `configuration`: what decoders and encoders may know of a device. */
export function register({ add, json, group }: Registrar): void {
  const parent = group(
    "configuration",
    "what decoders may know of a device: fields of products, values of devices",
    "fieldcast configuration set my-product 000001 depth=4",
  );
  const commands = () => import("./command.ts");
  json(
    add(
      parent,
      "create <product> <field>",
      "give a product a configuration field",
      "fieldcast configuration create my-product depth --type number --unit m",
      async () => (await commands()).create,
    )
      .option("--type <TYPE>", `${CONFIGURATION_TYPES.join(", ")} (default: number)`)
      .option("--default <VALUE>", "what holds where a device has no value of its own")
      .option("--name <TEXT>", "its name (default: the identifier)")
      .option("--unit <UNIT>", "like m")
      .option("--description <TEXT>", "what it is for"),
  );
  json(
    add(
      parent,
      "list <product>",
      "list the configuration fields of a product",
      "fieldcast configuration list my-product",
      async () => (await commands()).list,
    ),
  );
  json(
    add(
      parent,
      "delete <product> <field>",
      "delete a configuration field with the values that devices have in it",
      "fieldcast configuration delete my-product depth",
      async () => (await commands()).remove,
    ),
  );
  json(
    add(
      parent,
      "show <product> <device>",
      "show what holds for a device",
      "fieldcast configuration show my-product 000001",
      async () => (await commands()).show,
    ),
  );
  json(
    add(
      parent,
      "set <product> <device> <values...>",
      "set values of a device; NAME= takes one back",
      "fieldcast configuration set my-product 000001 depth=4",
      async () => (await commands()).set,
    ),
  );
}
