import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import { type DownlinkWish, PLAIN_DOWNLINK, WAIT } from "../fleet/edit/downlinks.ts";
import type { Stated } from "../fleet/edit/patch.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import { isDescription, RULE } from "../fleet/rules.ts";
import { DOWNLINK_WAYS, type Downlink, type DownlinkSource } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { PORTS } from "../networks/downlinks/encoded.ts";
import * as values from "./values.ts";

/** What can be sent to the devices of a product, in the words of the API. */

const fields = z.array(values.fieldId).max(50, "at most 50 fields");
const text = z.string().max(262_144, "at most 262144 characters");
export const port = z
  .int(`allowed is ${PORTS.least} to ${PORTS.most}`)
  .min(PORTS.least, `allowed is ${PORTS.least} to ${PORTS.most}`)
  .max(PORTS.most, `allowed is ${PORTS.least} to ${PORTS.most}`)
  .meta({ description: "LoRaWAN: the port." });
const seconds = `allowed are ${WAIT.least} to ${WAIT.most} seconds`;
export const wait = z
  .int(seconds)
  .min(WAIT.least, seconds)
  .max(WAIT.most, seconds)
  .meta({ description: "Seconds that it may wait to be sent; then it is given up." });

/** What may be said of a downlink beside its name. */
export const downlinkDetails = {
  description: z
    .string()
    .refine((given) => given === "" || isDescription(given), `allowed is ${RULE.description}`)
    .meta({ description: "For people; may be empty." }),
  sent_by: z.enum(DOWNLINK_WAYS).meta({
    description:
      "`network`: the product's network; `broker`: a message to an external broker; `field`: values written to fields of the device itself; `sparkplug`: values written to metrics, by a command to the edge node.",
  }),
  encoder: text.meta({
    description:
      "A script that makes it: Encoder(measurements, port) or encodeDownlink(input) for LoRaWAN, Encoder(device, measurements) for everything else.",
  }),
  field: values.fieldId.meta({
    description: "In place of an encoder: the field that holds the bytes, in hexadecimal digits or base64.",
  }),
  hex: z
    .string()
    .max(1000)
    .meta({ description: "In place of an encoder: always the same bytes, in hexadecimal digits." }),
  text: z.string().max(1000).meta({ description: "In place of an encoder: always the same text." }),
  target: values.fieldId
    .nullable()
    .meta({ description: "Sent by `field` or `sparkplug`: the field that is written; null: the encoder names them." }),
  port,
  confirmed: z.boolean().meta({ description: "LoRaWAN: the device is to confirm it." }),
  replace: z.boolean().meta({ description: "LoRaWAN: in place of what the network has queued for the device." }),
  fields: fields.meta({ description: "The fields that it is made of." }),
  triggers: fields.meta({ description: "The fields whose changes send it." }),
  active: z.boolean().meta({ description: "false: changes of the fields do not send it." }),
  wait,
};
export const downlinkChanges = z.strictObject(downlinkDetails).partial();
type DownlinkChanges = z.output<typeof downlinkChanges>;

/** What a request says, as a row has it. @throws Refusal invalid_request: more than one says what it is made of */
export function downlinkStated(given: DownlinkChanges): Stated<Omit<DownlinkWish, "name">> {
  const { sent_by: way, encoder, field, hex, text: plain, ...same } = given;
  const made = (
    [
      ["encoder", encoder],
      ["field", field],
      ["hex", hex],
      ["text", plain],
    ] as const
  ).filter(([, content]) => content !== undefined);
  if (made.length > 1)
    throw new Refusal(
      "invalid_request",
      `Say one of encoder, field, hex and text, not ${made.map(([name]) => name).join(" and ")}.`,
    );
  const [source, content] = made[0] ?? [];
  return { ...same, way, source, content };
}
/** The same of a new one. @throws Refusal invalid_request */
export function downlinkWish(name: string, given: DownlinkChanges): DownlinkWish {
  const { source, content, ...rest } = downlinkStated(given);
  if (source === undefined || content === undefined)
    throw new Refusal("invalid_request", "Say what it is made of: encoder, field, hex or text.");
  const stated = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { ...PLAIN_DOWNLINK, ...Object.fromEntries(stated), name, source, content };
}

/** @param seesCode the encoder is for those who may change it: it may hold what others must not know */
export function downlinkInfo(directory: Directory, row: Downlink, seesCode: boolean) {
  const { name, product, description, way, source, content, target, wait: seconds, uid: _, ...same } = row;
  const of = (one: DownlinkSource) => (source === one ? content : null);
  return {
    ...same,
    name,
    product: directory.productByUid(product)?.row.slug ?? "",
    description,
    sent_by: way,
    made_by: source,
    encoder: seesCode ? of("encoder") : null,
    field: of("field"),
    hex: of("hex"),
    text: of("text"),
    target,
    fields: [...row.fields],
    triggers: [...row.triggers],
    wait: seconds,
  };
}

/** A downlink of a product, by its name. @throws Refusal not_found */
export function downlinkNamed(directory: Directory, { row }: ProductNode, name: string): Downlink {
  const found = directory.named("downlink", row.uid, name);
  if (found !== undefined) return found;
  const names = directory.childrenOf("downlink", "product", row.uid).map((one) => one.name);
  const there = names.length === 0 ? "It has none yet." : `It has ${names.slice(0, 10).join(", ")}.`;
  throw new Refusal("not_found", `${row.slug} has no downlink ${quote(name)}. ${there}`);
}
/** Whether a product has a field, for the rules of downlinks. */
export function hasField({ fields: known }: ProductNode): (field: string) => boolean {
  return (field) => known.has(field);
}
