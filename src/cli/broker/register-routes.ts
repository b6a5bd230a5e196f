import type { Command } from "commander";
import { OUT_PAYLOADS } from "../../bridges/types.ts";
import type { Registrar } from "../registrar.ts";
import { mapping } from "./register-maps.ts";

const routes = () => import("./route.ts");

/** What an external broker carries. */
export function routing({ add, json }: Registrar, parent: Command): void {
  const one = (usage: string, text: string, example: string, load: Parameters<typeof add>[4]) =>
    json(add(parent, usage, text, example, load)).option(
      "--workspace <SLUG>",
      "its workspace (default: the one that has it)",
    );
  const qos = "QoS on its side: 0, 1 or 2 (default: 1)";
  one(
    "forward <broker> <pattern> <way>",
    "forward free topics in, out or both ways",
    'fieldcast broker forward plant "home/#" both --remote-prefix site7/',
    async () => (await routes()).forward,
  )
    .option("--local-prefix <TEXT>", "what stands before the pattern here")
    .option("--remote-prefix <TEXT>", "what stands before the pattern there")
    .option("--qos <N>", qos);
  one(
    "out <broker> <filter> <topic>",
    "publish there what is published here",
    'fieldcast broker out plant "dtck/my-product/+/+" "plant/{{ device.id }}"',
    async () => (await routes()).out,
  )
    .option("--qos <N>", qos)
    .option("--payload <FORM>", `${OUT_PAYLOADS.join(", ")} (default: value)`)
    .option("--template <FILE>", "what the payload template sends, or the script of the payload encoder")
    .option("--retain", "the remote keeps the last one of each topic")
    .option("--expiry <SECONDS>", "the remote drops it after so long")
    .option("--max-age <SECONDS>", "do not send what is older");
  one(
    "in <broker> <filter>",
    "make measurements of what arrives, as a map says",
    'fieldcast broker in plant "zigbee2mqtt/#" --ready zigbee2mqtt',
    async () => (await routes()).into,
  )
    .option("--ready <MAP>", "a ready-made map; fieldcast broker maps lists them")
    .option("--base <TOPIC>", "with --ready: what its topics begin with, where that is not usual")
    .option("--product <SLUG>", "the product of the devices (default: any of the workspace)")
    .option("--decoder", "let the decoder of --product read it")
    .option("--map <FILE>", "instead of these: a JSON file with a map")
    .option("--qos <N>", qos);
  one(
    "remove-route <broker> <number>",
    "take one of its routes away, by its number",
    "fieldcast broker remove-route plant 1",
    async () => (await routes()).remove,
  );
  mapping({ add, json }, parent);
}
