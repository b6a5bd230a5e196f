import type { Command } from "commander";
import { WEBHOOK_EVENTS, WEBHOOK_FORMS } from "../../fleet/types.ts";
import { type Registrar, several } from "../registrar.ts";

const commands = () => import("./command.ts");
const looks = () => import("./look.ts");
const WHICH = (command: Command) =>
  command.option("--workspace <SLUG>", "its workspace (default: the one that has it)");

/** `webhook`: addresses that are told of events. */
export function register(to: Registrar): void {
  const parent = to.group("webhook", "webhooks: addresses that are told of events", "fieldcast webhook list");
  making(to, parent);
  managing(to, parent);
  books(to, parent);
}

function making({ add, json }: Registrar, parent: Command): void {
  const example = "fieldcast webhook create office https://hooks.example.com/x";
  shaped(
    json(
      add(
        parent,
        "create <name> <url>",
        "make a webhook; the secret that signs is printed once",
        example,
        async () => (await commands()).create,
      ),
    )
      .option("--workspace <SLUG>", "its workspace (default: the only one)")
      .option(
        "--event <EVENT>",
        `${WEBHOOK_EVENTS.join(", ")} (with commas, or repeated; default: device_measurement)`,
        several,
      ),
  );
  shaped(
    WHICH(
      json(
        add(
          parent,
          "update <webhook>",
          "change a webhook",
          "fieldcast webhook update office --form ndjson",
          async () => (await commands()).update,
        ),
      ),
    )
      .option("--name <NAME>", "call it so")
      .option("--url <URL>", "send to this address")
      .option("--event <EVENT>", "these events instead", several)
      .option("--on", "switch it on")
      .option("--off", "switch it off: nothing is kept for it"),
  );
}
/** What a webhook may be told. */
function shaped(command: Command): Command {
  return command
    .option("--form <FORM>", WEBHOOK_FORMS.join(", "))
    .option("--template <FILE>", "what the form template sends, out of this file")
    .option("--header <NAME: VALUE>", "a header of its requests (may be repeated)", several)
    .option("--product <SLUG>", "only devices of this product (may be repeated)", several)
    .option("--device <PRODUCT/DEVICE>", "only this device (may be repeated)", several)
    .option("--tag <TAG>", "only devices with this tag (may be repeated)", several)
    .option("--field <FIELD>", "only measurements of this field (may be repeated)", several)
    .option("--batch-max <N>", "most events of a request")
    .option("--batch-wait <SECONDS>", "how long an event waits for others")
    .option(
      "--account <ACCOUNT>",
      "whose rights it has: an e-mail address, or name@workspace (default: all of the workspace)",
    )
    .option("--github", "sign as GitHub does, beside Standard Webhooks");
}

function managing({ add, json }: Registrar, parent: Command): void {
  const hook = "office";
  json(
    add(
      parent,
      "list",
      "list webhooks, and how they are",
      "fieldcast webhook list",
      async () => (await looks()).list,
    ).option("--workspace <SLUG>", "only those of this workspace"),
  );
  const one = (usage: string, text: string, example: string, load: Parameters<typeof add>[4]) =>
    WHICH(json(add(parent, usage, text, example, load)));
  one("show <webhook>", "show a webhook", `fieldcast webhook show ${hook}`, async () => (await looks()).show);
  one(
    "delete <webhook>",
    "delete a webhook, with its log and its dead letters",
    `fieldcast webhook delete ${hook} --yes`,
    async () => (await commands()).remove,
  ).option("--yes", "do not ask");
  one(
    "test <webhook>",
    "send a sample, and show the answer",
    `fieldcast webhook test ${hook}`,
    async () => (await looks()).test,
  ).option("--event <EVENT>", "a sample of this event");
  one(
    "pause <webhook>",
    "send nothing until it is resumed; what happens is kept",
    `fieldcast webhook pause ${hook}`,
    async () => (await commands()).pause,
  );
  one(
    "resume <webhook>",
    "go on where it was, at once",
    `fieldcast webhook resume ${hook}`,
    async () => (await commands()).resume,
  );
  one(
    "rotate-secret <webhook>",
    "make another secret; the old one signs as well for a while",
    `fieldcast webhook rotate-secret ${hook} --grace 3600`,
    async () => (await commands()).rotate,
  ).option("--grace <SECONDS>", "how long the old secret signs as well (default: a day)");
}

function books({ add, json }: Registrar, parent: Command): void {
  const hook = "office";
  const one = (usage: string, text: string, example: string, load: Parameters<typeof add>[4]) =>
    WHICH(json(add(parent, usage, text, example, load)));
  one(
    "log <webhook>",
    "show the last calls of a webhook",
    `fieldcast webhook log ${hook}`,
    async () => (await looks()).log,
  ).option("--limit <N>", "so many (default: 20)");
  one(
    "letters <webhook>",
    "list requests that were given up",
    `fieldcast webhook letters ${hook}`,
    async () => (await looks()).letters,
  ).option("--limit <N>", "so many (default: 20)");
  one(
    "replay <webhook>",
    "send requests that were given up again, oldest first",
    `fieldcast webhook replay ${hook}`,
    async () => (await commands()).replay,
  ).option("--letter <N>", "only this one");
  one(
    "discard <webhook>",
    "forget requests that were given up",
    `fieldcast webhook discard ${hook}`,
    async () => (await commands()).discard,
  ).option("--letter <N>", "only this one");
}
