import { Option } from "commander";
import { ROLES } from "../../fleet/types.ts";
import type { Registrar } from "../registrar.ts";

/** `setup-link`, and `account`: people. */
export function register({ program, add, json, group }: Registrar): void {
  json(
    add(
      program,
      "setup-link [email]",
      "make a link, good once, to set a user's password and disable the second factor",
      "fieldcast setup-link",
      async () => (await import("./link.ts")).setupLink,
    ),
  );
  // it was called "account" before
  const people = group("user", "users: people who can sign in", "fieldcast user list").alias("account");
  json(
    add(
      people,
      "create <email>",
      "create a user; the password comes from a file, or a link is printed that sets one",
      "fieldcast user create ann@example.com --workspace home --role admin",
      async () => (await import("./link.ts")).create,
    )
      .option("--admin", "administers the whole instance")
      .option("--workspace <SLUG>", "joins this workspace")
      .addOption(new Option("--role <ROLE>", "with this role (default: member)").choices(ROLES))
      .option("--uuid <UUID>", "a UUID that programs elsewhere hold on to already (default: a random one)")
      .option("--password-file <FILE>", "first line: the password; - is standard input"),
  );
  const accounts = () => import("./command.ts");
  json(
    add(
      people,
      "list",
      "list users, and the workspaces that they are in",
      "fieldcast user list --workspace home",
      async () => (await accounts()).list,
    ).option("--workspace <SLUG>", "only the members of this workspace"),
  );
  json(
    add(
      people,
      "delete <email>",
      "delete a user: their tokens, connections and browsers end at once",
      "fieldcast user delete ann@example.com --yes",
      async () => (await accounts()).remove,
    ).option("--yes", "do not ask"),
  );
}
