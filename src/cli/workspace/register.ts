import { asking, type Registrar } from "../registrar.ts";

/** `workspace`. */
export function register({ add, json, group }: Registrar): void {
  const parent = group("workspace", "workspaces", "fieldcast workspace list");
  json(
    add(
      parent,
      "create <slug>",
      "make a workspace",
      "fieldcast workspace create plant --name 'Plant 1'",
      async () => (await import("./command.ts")).create,
    )
      .option("--name <TEXT>", "its name (default: the slug)")
      .option("--owner <EMAIL>", "who owns it (default: the first administrator)")
      .option("--uuid <UUID>", "a UUID that programs elsewhere hold on to already (default: a random one)"),
  );
  json(
    add(
      parent,
      "list",
      "list the workspaces",
      "fieldcast workspace list",
      async () => (await import("./command.ts")).list,
    ),
  );
  const text = "delete a workspace with its products, devices, API users and everything that was measured";
  json(
    asking(
      add(
        parent,
        "delete <slug>",
        text,
        "fieldcast workspace delete home --dry-run",
        async () => (await import("./command.ts")).remove,
      ),
    ),
  );
}
