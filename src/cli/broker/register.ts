import type { Command } from "commander";
import { BROKER_PROTOCOLS } from "../../bridges/types.ts";
import { type Registrar, several } from "../registrar.ts";
import { routing } from "./register-routes.ts";

const commands = () => import("./command.ts");
const looks = () => import("./look.ts");
const WHICH = (command: Command) =>
  command.option("--workspace <SLUG>", "its workspace (default: the one that has it)");

/** `broker`: brokers elsewhere that messages are exchanged with. */
export function register(to: Registrar): void {
  const parent = to.group(
    "broker",
    "external brokers: what is exchanged with other MQTT brokers",
    "fieldcast broker list",
  );
  making(to, parent);
  managing(to, parent);
  routing(to, parent);
}

function making({ add, json }: Registrar, parent: Command): void {
  const example = "fieldcast broker create plant mqtts://mqtt.example.com --account screen";
  shaped(
    json(
      add(
        parent,
        "create <name> <url...>",
        "set an external broker up; several are tried in turn",
        example,
        async () => (await commands()).create,
      ),
    )
      .option("--workspace <SLUG>", "its workspace (default: the only one)")
      .requiredOption("--account <NAME>", "the API user of the workspace as which it acts"),
  );
  shaped(
    WHICH(
      json(
        add(
          parent,
          "update <broker>",
          "change an external broker",
          "fieldcast broker update plant --keep-alive 30",
          async () => (await commands()).update,
        ),
      ),
    )
      .option("--name <NAME>", "call it so")
      .option("--address <URL>", "connect to this address instead (may be repeated)", several)
      .option("--account <NAME>", "act as this API user of the workspace"),
  );
}
/** What may be said of one; "" takes a value away. */
function shaped(command: Command): Command {
  return command
    .option("--protocol <VERSION>", `${BROKER_PROTOCOLS.join(", ")} (default: auto: 5, or else 3.1.1)`)
    .option("--username <NAME>", "what it knows us as")
    .option("--password-file <FILE>", "a file with the password, or a token (- for the input)")
    .option("--ca <FILE>", "PEM: who signs its certificate (default: those that the system trusts)")
    .option("--certificate <FILE>", "PEM: the certificate that is shown to it")
    .option("--key-file <FILE>", "PEM: the key of that certificate")
    .option("--server-name <NAME>", "the name that its certificate is for")
    .option("--client-id <ID>", "the client identifier there (default: one is made)")
    .option("--keep-alive <SECONDS>", "a broken connection is noticed within one and a half of it (default: 60)")
    .option("--session-expiry <SECONDS>", "how long it keeps our session while we are away (default: a week)")
    .option("--hops <N>", "a message that came through so many brokers is not forwarded to it (default: 1)")
    .option("--description <TEXT>", "what it is for");
}

function managing({ add, json }: Registrar, parent: Command): void {
  const one = (usage: string, text: string, example: string, load: Parameters<typeof add>[4]) =>
    WHICH(json(add(parent, usage, text, example, load)));
  json(
    add(
      parent,
      "list",
      "list external brokers, and how they are",
      "fieldcast broker list",
      async () => (await looks()).list,
    ),
  ).option("--workspace <SLUG>", "only those of this workspace");
  one(
    "show <broker>",
    "show an external broker and its routes",
    "fieldcast broker show plant",
    async () => (await looks()).show,
  );
  one(
    "test <broker>",
    "try its addresses once, and say which step failed",
    "fieldcast broker test plant",
    async () => (await looks()).test,
  );
  one(
    "log <broker>",
    "show what happened to the connection",
    "fieldcast broker log plant",
    async () => (await looks()).log,
  ).option("--limit <N>", "so many (default: 20)");
  one(
    "pause <broker>",
    "disconnect it; what is to be sent waits",
    "fieldcast broker pause plant",
    async () => (await commands()).pause,
  );
  one("resume <broker>", "connect it again", "fieldcast broker resume plant", async () => (await commands()).resume);
  one(
    "delete <broker>",
    "delete an external broker, with its log and what was not sent yet",
    "fieldcast broker delete plant --yes",
    async () => (await commands()).remove,
  ).option("--yes", "do not ask");
}
