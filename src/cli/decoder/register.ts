import type { Registrar } from "../registrar.ts";
import { several } from "../registrar.ts";

/** `decoder`: scripts that read what devices send. */
export function register({ add, group }: Registrar): void {
  const decoder = group(
    "decoder",
    "try payload decoders, and check folders of them",
    "fieldcast decoder try decoder.js --hex 00d2 --port 2",
  );
  add(
    decoder,
    "try <FILE>",
    "run a decoder once, as the server does: what it gives, its log, an error with its line",
    'fieldcast decoder try decoder.js --hex 00d2 --port 2\nfieldcast decoder try webhook.js --body \'{"device": "d1", "temp": 21}\'\nfieldcast decoder try meshtastic.js --topic msh/1 --payload \'{"t": 21}\'',
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
    .option("--json", "as JSON");
  add(
    decoder,
    "check <FOLDER>",
    "run every decoder of a folder that has examples, laid out as public device repositories are",
    "fieldcast decoder check ./codecs",
    async () => (await import("./check.ts")).checkDecoders,
  ).option("--json", "as JSON");
}
