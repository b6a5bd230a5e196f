import type { Command } from "commander";
import type { Registrar } from "../registrar.ts";

const commands = () => import("./share.ts");

/** `dashboard share`: links that show a dashboard, without an account. @param parent `dashboard` */
export function registerShare({ add, group, json }: Registrar, parent: Command): void {
  const share = group(
    "share",
    "links that show a dashboard to whoever has them, read-only",
    "fieldcast dashboard share list Overview",
    parent,
  );
  const which = (command: Command) =>
    json(command).option("--workspace <SLUG>", "the dashboard's workspace (default: the one that has it)");
  which(
    add(
      share,
      "list <dashboard>",
      "list the links that show a dashboard, and when they were last used",
      "fieldcast dashboard share list Overview",
      async () => (await commands()).list,
    ),
  );
  which(
    add(
      share,
      "create <dashboard>",
      "make a link; it is printed once, and shows all that is on the dashboard",
      "fieldcast dashboard share create Overview --name lobby --expires 90d",
      async () => (await commands()).create,
    ),
  )
    .option("--name <TEXT>", "whom it is for, shown in lists")
    .option("--device <ID>", "the device that it shows, of a product's dashboard")
    .option("--expires <WHEN>", "a date (2030-12-31), a time, days from now (90d), or never (default: 30d)")
    .option("--password-file <FILE>", "first line: the password that it asks for; - is standard input");
  which(
    add(
      share,
      "revoke <dashboard> <link>",
      "revoke a link (its number, or its name); who looks by it is cut off",
      "fieldcast dashboard share revoke Overview lobby",
      async () => (await commands()).revoke,
    ),
  );
}
