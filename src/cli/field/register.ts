import { DEFAULT_TYPE, FIELD_TYPES } from "../../measure/types.ts";
import { FIELD_ROLES } from "../../fleet/types.ts";
import type { Registrar } from "../registrar.ts";

/** `field`: of products. */
export function register({ add, json, group }: Registrar): void {
  const field = group("field", "fields of products", "fieldcast field delete my-product DOOR --yes");
  json(
    add(
      field,
      "delete <product> <field>",
      "delete a field of a product and everything measured in it",
      "fieldcast field delete my-product DOOR --yes",
      async () => (await import("./command.ts")).remove,
    ).option("--yes", "do not ask"),
  );
  json(
    add(
      field,
      "create <product> <field>",
      "give a product another field",
      "fieldcast field create my-product PRESSURE --unit bar",
      async () => (await import("./command.ts")).create,
    )
      .option("--type <TYPE>", `${FIELD_TYPES.join(", ")} (default: ${DEFAULT_TYPE})`)
      .option("--name <TEXT>", "its name (default: the identifier)")
      .option("--unit <UNIT>", "like °C")
      .option("--role <ROLE>", `what it is for its device: ${FIELD_ROLES.join(", ")}`)
      .option(
        "--semantic <WORD>",
        "what it measures, in words that are the same in all products: temperature, battery, …",
      )
      .option("--settable", "people and programs set it, like a switch or a set point")
      .option("--no-settable", "devices measure it, and nothing else sets it")
      .option("--formula <FORMULA>", "compute it from other fields, like TEMPERATURE * 1.8 + 32")
      .option("--uuid <UUID>", "a UUID that programs elsewhere hold on to already (default: a random one)")
      .option("--decimals <N>", "digits after the point that people are shown"),
  );
  formulas({ add, json }, field);
  json(
    add(
      field,
      "list <product>",
      "list the fields of a product",
      "fieldcast field list my-product",
      async () => (await import("./command.ts")).list,
    ),
  );
}

/** What is done with formulas. */
function formulas({ add, json }: Pick<Registrar, "add" | "json">, field: ReturnType<Registrar["group"]>): void {
  json(
    add(
      field,
      "formula <product> <field> [formula]",
      "compute a field from others of its product, or measure it again",
      'fieldcast field formula my-product DOOR "TEMPERATURE > 30"',
      async () => (await import("./command.ts")).formula,
    ).option("--none", "take the formula away: it is measured"),
  );
  json(
    add(
      field,
      "try <product> <formula>",
      "compute a formula over what is recorded, and store nothing",
      'fieldcast field try my-product "TEMPERATURE * 1.8 + 32" --hours 48',
      async () => (await import("./try.ts")).attempt,
    )
      .option("--field <FIELD>", "the field that would get it; it may be new")
      .option("--type <TYPE>", "type of a new field")
      .option("--device <DEVICE>", "over whose measurements (default: the one that was heard of last)")
      .option("--hours <N>", "so many, up to the newest value (default: 24)")
      .option("--limit <N>", "show the last so many (default: 50)"),
  );
}
