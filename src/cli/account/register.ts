import { Option } from "commander";
import { ROLES } from "../../fleet/types.ts";
import type { Registrar } from "../registrar.ts";

/** `setup-link`, and `account`: people. */
export function register({ program, add, json, group }: Registrar): void {
  json(
    add(
      program,
      "setup-link [email]",
      "make a link, good once, to set an account's password and switch its second factor off",
      "fieldcast setup-link",
      async () => (await import("./link.ts")).setupLink,
    ),
  );
  const people = group("account", "accounts of people", "fieldcast account list");
  json(
    add(
      people,
      "create <email>",
      "make an account; it gets a password from a file, or a link is printed that sets one",
      "fieldcast account create ann@example.com --workspace home --role admin",
      async () => (await import("./link.ts")).create,
    )
      .option("--admin", "administers the whole instance")
      .option("--workspace <SLUG>", "joins this workspace")
      .addOption(new Option("--role <ROLE>", "with this role (default: member)").choices(ROLES))
      .option("--password-file <FILE>", "first line: the password; - is standard input"),
  );
  const accounts = () => import("./command.ts");
  json(
    add(
      people,
      "list",
      "list the accounts of people, and the workspaces that they are in",
      "fieldcast account list --workspace home",
      async () => (await accounts()).list,
    ).option("--workspace <SLUG>", "only the members of this workspace"),
  );
  json(
    add(
      people,
      "delete <email>",
      "delete an account: its tokens, connections and browsers end at once",
      "fieldcast account delete ann@example.com --yes",
      async () => (await accounts()).remove,
    ).option("--yes", "do not ask"),
  );
}
