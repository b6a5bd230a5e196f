import { z } from "zod";
import * as values from "../../admin/values.ts";
import { DOWNLINK_STATES } from "../../integrations/downlinks/types.ts";
import { value } from "./values.ts";

/** A downlink to a device, as answers have it. */

const state = z.enum(DOWNLINK_STATES);
const content = {
  hex: z.string().nullable().meta({ description: "LoRaWAN: the bytes, in hexadecimal digits." }),
  port: z.int().nullable(),
  request: z.string().nullable().meta({ description: "A request: its method and address." }),
  topic: z.string().nullable().meta({ description: "A message to an external broker." }),
  payload: z.string().nullable(),
  written: z
    .array(z.object({ field: z.string(), value }))
    .nullable()
    .meta({ description: "Values written to fields of the device, or to metrics of Sparkplug B." }),
};
export const sent = z
  .object({
    id: z.string(),
    product: z.string(),
    device: z.string(),
    downlink: z
      .string()
      .nullable()
      .meta({ description: "Name of the product's downlink; null: bytes that were given." }),
    state,
    created: values.time,
    sender: z.string().nullable().meta({ description: "The account that sent it; null: a change of a field." }),
    confirmed: z.boolean(),
    replace: z.boolean(),
    attempts: z.int(),
    ...content,
    steps: z.array(z.object({ state, time: values.time, note: z.string().nullable() })).meta({
      description: "What happened, oldest first; in the last one why it is in its state.",
    }),
  })
  .meta({ id: "DeviceDownlink", description: "A downlink to one device, and what became of it." });
export const answer = z
  .object({
    sent: sent.nullable().meta({ description: "null: a dry run." }),
    content: z.object(content),
    log: z.array(z.string()).meta({ description: "What the encoder wrote." }),
  })
  .meta({ id: "SentDownlink" });
