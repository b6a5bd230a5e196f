import type { Command } from "commander";
import { type Registrar, several } from "../registrar.ts";

const commands = () => import("./command.ts");
const definitions = () => import("./define.ts");

/** `downlink`: what is sent to devices. */
export function register(to: Registrar): void {
  const parent = to.group(
    "downlink",
    "downlinks: what is sent to devices",
    "fieldcast downlink list my-product 000001",
  );
  sending(to, parent);
  defining(to, parent);
}

function sending({ add, json }: Registrar, parent: Command): void {
  json(
    add(
      parent,
      "send <product> <device> [downlink]",
      "send a downlink of the product to a device, or bytes",
      "fieldcast downlink send my-product 000001 reset",
      async () => (await commands()).send,
    ),
  )
    .option("--value <NAME=VALUE>", "for the encoder, in place of the current value (may be repeated)", several)
    .option("--hex <BYTES>", "bytes in hexadecimal digits, in place of a downlink")
    .option("--base64 <BYTES>", "bytes in base64, in place of a downlink")
    .option("--text <TEXT>", "bytes as text, in place of a downlink")
    .option("--port <N>", "LoRaWAN: port of such bytes (default: 1)")
    .option("--confirmed", "LoRaWAN: the device is to confirm it")
    .option("--replace", "LoRaWAN: in place of what the network has queued")
    .option("--wait <SECONDS>", "how long it may wait to be sent (default: as the downlink says, or a day)")
    .option("--dry-run", "only say what would be sent");
  json(
    add(
      parent,
      "list <product> [device]",
      "list what can be sent to the devices of a product; of a device, what was sent and what became of it",
      "fieldcast downlink list my-product 000001",
      async () => (await commands()).list,
    ).option("--limit <N>", "at most so many of a device, newest first (default: 20)"),
  );
  json(
    add(
      parent,
      "show <product> <device> <id>",
      "show one downlink to a device, with everything that happened to it",
      "fieldcast downlink show my-product 000001 9f3c2a7be1d04c55",
      async () => (await commands()).show,
    ),
  );
  json(
    add(
      parent,
      "cancel <product> <device> <id>",
      "take a downlink back that is queued",
      "fieldcast downlink cancel my-product 000001 9f3c2a7be1d04c55",
      async () => (await commands()).cancel,
    ),
  );
}

function defining({ add, json }: Registrar, parent: Command): void {
  json(
    add(
      parent,
      "create <product> <name>",
      "make a downlink of a product: something that can be sent to its devices",
      "fieldcast downlink create my-product reset --hex 01 --port 10",
      async () => (await definitions()).create,
    ),
  )
    .option("--encoder <FILE>", "a script that makes it")
    .option("--field <FIELD>", "the field that holds its bytes, in place of a script")
    .option("--hex <BYTES>", "always the same bytes, in place of a script")
    .option("--text <TEXT>", "always the same text, in place of a script")
    .option("--sent-by <WAY>", "network, broker, field or sparkplug (default: network)")
    .option("--target <FIELD>", "sent by field or sparkplug: the field that is written")
    .option("--port <N>", "LoRaWAN: the port (default: 1)")
    .option("--confirmed", "LoRaWAN: the device is to confirm it")
    .option("--replace", "LoRaWAN: in place of what the network has queued")
    .option("--uses <FIELD>", "a field that it is made of (may be repeated)", several)
    .option("--trigger <FIELD>", "a field whose changes send it (may be repeated)", several)
    .option("--wait <SECONDS>", "how long it may wait to be sent (default: a day)")
    .option("--description <TEXT>", "for people");
  json(
    add(
      parent,
      "delete <product> <name>",
      "delete a downlink of a product; what is queued of it is not sent",
      "fieldcast downlink delete my-product reset",
      async () => (await definitions()).remove,
    ),
  );
}
