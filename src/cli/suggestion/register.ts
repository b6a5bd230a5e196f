import type { Registrar } from "../registrar.ts";

const WORKSPACE = ["--workspace <SLUG>", "devices that networks named and that are of no product"] as const;

/** `suggestion`: serials and fields that came and are not there. */
export function register({ group, add, json }: Registrar): void {
  const commands = () => import("./command.ts");
  const suggestion = group(
    "suggestion",
    "serials and fields that came by integrations and are not there: create or ignore them",
    "fieldcast suggestion list my-product",
  );
  json(
    add(
      suggestion,
      "list [product]",
      "list what is suggested, what came last first",
      "fieldcast suggestion list my-product",
      async () => (await commands()).list,
    )
      .option(...WORKSPACE)
      .option("--ignored", "those that are ignored, too"),
  );
  json(
    add(
      suggestion,
      "create <product> [NAMES...]",
      "create the devices or fields that are suggested: those that are named, or all",
      "fieldcast suggestion create my-product CO2 HUMIDITY\nfieldcast suggestion create my-product --kind device",
      async () => (await commands()).create,
    )
      .option(
        "--kind <KIND>",
        "device or field; without it names are of whichever they are, and without names it is both",
      )
      .option("--type <TYPE>", "of the fields, in place of the guessed one")
      .option(...WORKSPACE),
  );
  json(
    add(
      suggestion,
      "ignore [product] [NAMES...]",
      "put suggestions away: those that are named, or all",
      "fieldcast suggestion ignore my-product --kind device 70B3D57ED005A11C",
      async () => (await commands()).ignore,
    )
      .option(
        "--kind <KIND>",
        "device or field; without it names are of whichever they are, and without names it is both",
      )
      .option("--back", "bring those that are named back")
      .option(...WORKSPACE),
  );
}
