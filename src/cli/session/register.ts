import { type Command, Option } from "commander";
import { SESSION_ORDERS } from "../../admin/sessions.ts";
import type { Registrar } from "../registrar.ts";

/** `session`: of the running server. */
export function register({ add, json, group }: Registrar): void {
  const session = group("session", "sessions of the running server", "fieldcast session list");
  const sessions = () => import("./command.ts");
  const account = (command: Command) =>
    json(command).option("--account <NAME>", "e-mail address, or API user as name@workspace");
  account(
    add(
      session,
      "list",
      "list sessions: who is connected or away, from where, and what waits for them",
      "fieldcast session list --account owner@localhost",
      async () => (await sessions()).list,
    )
      .option("--client <TEXT>", "only those whose client identifier holds this text")
      .option("--connected", "only those that are connected")
      .option("--away", "only those that are not")
      .addOption(new Option("--sort <ORDER>", "what comes first (default: age)").choices(SESSION_ORDERS))
      .option("--limit <N>", "at most so many (default: 100)"),
  );
  account(
    add(
      session,
      "show <client>",
      "show everything about the session with this client identifier",
      "fieldcast session show simulated-000001",
      async () => (await sessions()).show,
    ).alias("inspect"),
  );
  account(
    add(
      session,
      "disconnect [client]",
      "end the connection of the client with this identifier; its will fires",
      "fieldcast session disconnect simulated-000001",
      async () => (await sessions()).disconnect,
    ).option("--all", "all clients of the account"),
  );
}
