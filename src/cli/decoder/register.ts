import { type Command, Option } from "commander";
import type { Registrar } from "../registrar.ts";
import { several } from "../registrar.ts";

/** `decoder`: scripts that read what devices send. */
export function register(to: Registrar): void {
  const decoder = to.group(
    "decoder",
    "payload decoders of products: set, try and check them",
    "fieldcast decoder set my-product decoder.js",
  );
  ofProducts(to, decoder);
  ofFiles(to, decoder);
}

/** What products have. */
function ofProducts({ add, json }: Registrar, decoder: Command): void {
  const commands = () => import("./command.ts");
  json(
    add(
      decoder,
      "set <product> <FILE>",
      "put a script in force as the decoder of a product; other code than before becomes a new version",
      'fieldcast decoder set my-product decoder.js --note "battery in volts"',
      async () => (await commands()).set,
    )
      .option("--function <NAME>", "the function to call (default: the first that there is)")
      .option("--note <TEXT>", "why, for people"),
  );
  json(
    add(
      decoder,
      "show <product>",
      "print the code of the decoder in force, or of a version",
      "fieldcast decoder show my-product > decoder.js",
      async () => (await commands()).show,
    ).option("--number <N>", "of this version"),
  );
  json(
    add(
      decoder,
      "list <product>",
      "list the versions of a product's decoder",
      "fieldcast decoder list my-product",
      async () => (await commands()).list,
    ),
  );
  json(
    add(
      decoder,
      "roll-back <product>",
      "put the version before the one in force in force again",
      "fieldcast decoder roll-back my-product",
      async () => (await commands()).rollBack,
    ).option("--number <N>", "this version instead, older or newer"),
  );
  json(
    add(
      decoder,
      "off <product>",
      "take the decoder of a product out of force; its versions stay",
      "fieldcast decoder off my-product",
      async () => (await commands()).off,
    ),
  );
}

/** Scripts in files. */
function ofFiles({ add }: Registrar, decoder: Command): void {
  add(
    decoder,
    "try [FILE]",
    "run a decoder once, as the server does: what it gives, its log, an error with its line; nothing is stored",
    'fieldcast decoder try decoder.js --hex 00d2 --port 2\nfieldcast decoder try decoder.js --product my-product --recorded\nfieldcast decoder try webhook.js --body \'{"device": "d1", "temp": 21}\'\nfieldcast decoder try meshtastic.js --topic msh/1 --payload \'{"t": 21}\'',
    async () => (await import("./try.ts")).tryDecoder,
  )
    .option("--hex <BYTES>", "an uplink's bytes in hexadecimal")
    .option("--base64 <BYTES>", "an uplink's bytes in base64")
    .option("--port <N>", "LoRaWAN port of the bytes (default: 1)")
    .option("--body <TEXT>", "the body of a request; @FILE reads it")
    .option("--topic <TOPIC>", "topic of another broker's message")
    .option("--payload <TEXT>", "its payload; @FILE reads it")
    .option("--values <JSON>", "what an encoder gets, to make bytes of a downlink")
    .option("--function <NAME>", "the function to call (default: the first that there is)")
    .option("--set <NAME=JSON>", "a global of the script, as rawPayload={...}; can be repeated", several)
    .option("--product <SLUG>", "in the running server, for this product: which fields and devices it fits")
    .option("--number <N>", "with --product and no FILE: this version (default: the one in force)")
    .option(
      "--recorded [N]",
      "with --product: the last N inputs that came (default: 20), the version in force beside it",
    )
    .option("--device <DEVICE>", "with --product: whose uplink it is, or of which what came is tried")
    .addOption(new Option("--data <DIR>", "the server's data folder (default: ./data)"))
    .addOption(new Option("--config <FILE>", "the server's settings file"))
    .option("--json", "as JSON");
  add(
    decoder,
    "check <FOLDER>",
    "run every decoder of a folder that has examples, laid out as public device repositories are",
    "fieldcast decoder check ./codecs",
    async () => (await import("./check.ts")).checkDecoders,
  ).option("--json", "as JSON");
}
