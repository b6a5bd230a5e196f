import { z } from "zod";
import * as values from "../../admin/values.ts";
import { FIELD_TYPES } from "../../measure/types.ts";

/** What a pass and a suggestion look like. */

const text = z.string().nullable();
const number = z.number().nullable();
const pairs = z.array(z.object({ name: z.string(), value: text }));

const row = z.object({
  device: z.string().meta({ description: "Its id, or what the row calls it." }),
  field: z.string(),
  value: z.unknown(),
  time: text.meta({ description: "null: when it came." }),
  fate: z.enum(["stored", "refused", "suggested"]),
  message: text.meta({ description: "Of a row that is not stored: why." }),
});
const decoder = z.object({
  version: z.int().nullable(),
  called: text.meta({ description: "The function." }),
  ms: z.number(),
  log: z.array(z.string()),
  output: z.unknown().meta({ description: "What it gave; null also where that is too long to be kept." }),
  error: z.object({ message: text, line: z.int().nullable() }).nullable(),
});
const event = z.object({
  kind: z.string(),
  dev_eui: z.string(),
  device_id: text,
  time: text,
  text,
  uplink: z.unknown().meta({ description: "Bytes (hexadecimal), port, counter, radio and gateways." }),
});

export const pass = z
  .object({
    id: z.int(),
    time: values.time,
    way: z.enum(["http", "lorawan", "broker"]),
    network: text.meta({ description: "Of a LoRaWAN network or an external broker: its name." }),
    map: text.meta({ description: "Of an external broker: the map of the route that it came by." }),
    product: text,
    devices: z.array(z.string()).meta({ description: "Ids of the devices that it concerns, at most 20." }),
    remote_address: text,
    account: z.object({ key: z.string(), name: z.string() }).nullable().meta({
      description: "Who acted; null: the address alone spoke for who sent it.",
    }),
    method: text,
    path: text.meta({ description: "Without the rest of the key that stands in it." }),
    query: pairs,
    headers: pairs.meta({ description: "Without secrets." }),
    form: pairs,
    topic: text,
    size: z.int().meta({ description: "Bytes of the body." }),
    body: text.meta({ description: "Its beginning; base64 where `base64` says so; null where you may not read it." }),
    base64: z.boolean(),
    cut: z.boolean().meta({ description: "The body was longer." }),
    event: event.nullable().meta({ description: "Of a LoRaWAN network." }),
    decoder: decoder.nullable().meta({ description: "null: none was called." }),
    rows: z.array(row).meta({ description: "The first hundred." }),
    rows_total: z.int(),
    rows_stored: z.int().meta({ description: "Of all rows those that are stored." }),
    outcome: z.enum(["stored", "partly_stored", "nothing_stored", "failed", "repeated", "unknown", "told"]),
    messages: z.array(z.string()).meta({ description: "What there is to say beside, and what to do." }),
    ms: number.meta({ description: "Milliseconds from its coming to its commit." }),
  })
  .meta({ id: "Pass", description: "Something that came in by an integration, and what became of it." });

export const suggestion = z
  .object({
    kind: z.enum(["device", "field"]),
    name: z.string().meta({ description: "The serial, or the identifier of the field." }),
    count: z.int().meta({ description: "How often it came." }),
    first: values.time,
    last: values.time,
    sample: z.string().meta({ description: "Of a field its last value; of a device what came for it." }),
    type: z.enum(FIELD_TYPES).nullable().meta({ description: "Of a field: what its values look like." }),
    unit: text,
    label: text.meta({ description: "A name for people, where one came." }),
    origin: z
      .object({ broker: z.string(), map: z.string() })
      .nullable()
      .meta({ description: "Of an external broker: its name, and the map that read it; null: it came another way." }),
    state: z.enum(["open", "ignored"]),
  })
  .meta({ id: "Suggestion", description: "A serial or a field that came and is not there." });
