import { asking, type Registrar } from "../registrar.ts";

/** `product`. */
export function register({ add, json, group }: Registrar): void {
  const parent = group("product", "products", "fieldcast product list");
  json(
    add(
      parent,
      "create <slug>",
      "make a product",
      "fieldcast product create pump --name Pump",
      async () => (await import("./command.ts")).create,
    )
      .option("--name <TEXT>", "its name (default: the slug)")
      .option("--workspace <SLUG>", "its workspace (default: the only one)")
      .option("--uuid <UUID>", "a UUID that programs elsewhere hold on to already (default: a random one)"),
  );
  json(
    add(
      parent,
      "list",
      "list the products",
      "fieldcast product list --workspace home",
      async () => (await import("./command.ts")).list,
    ).option("--workspace <SLUG>", "only those of this workspace"),
  );
  json(
    add(
      parent,
      "show <product>",
      "show a product and its fields",
      "fieldcast product show my-product",
      async () => (await import("./command.ts")).show,
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
        async () => (await import("./command.ts")).remove,
      ),
    ),
  );
}
