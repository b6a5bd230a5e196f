import { z } from "zod";
import { TIME_FORMATS } from "./time.ts";
import { MAP_NAMES } from "./types.ts";

/** How a route's map is written down. */

const template = z.string().min(1).max(4000);
const path = z.string().min(1).max(500).meta({ description: "A path into JSON, as $.sensors[0].temperature." });
const value = template.meta({ description: "A template, as {{ payload }}; instead of a path." });
const product = z.string().min(1).max(64).meta({
  description: "Slug of the product whose devices are meant; without it they are looked for in the whole workspace.",
});

const field = z.strictObject({
  field: template.optional().meta({
    description:
      "The field, a template: {{ name | upcase }}. Without it the keys of what lies at the path are the fields.",
  }),
  path: path.optional(),
  value: value.optional(),
  unit: z.string().min(1).max(32).optional().meta({ description: "For a field that is suggested." }),
});
const time = z.strictObject({
  path: path.optional(),
  value: value.optional(),
  format: z.enum(TIME_FORMATS).default("auto"),
});

const ready = z.strictObject({
  kind: z.literal("ready"),
  name: z.enum(MAP_NAMES),
  base: z
    .string()
    .max(500)
    .optional()
    .meta({ description: "The first levels of the topics, where the sender has others than usual; + for any one." }),
  product: product.optional(),
});
const fields = z.strictObject({
  kind: z.literal("fields"),
  product: product.optional(),
  device: template.optional().meta({
    description:
      "Id or serial of the device, a template: {{ serial }}. Without it the part {device} or {serial} of the filter.",
  }),
  each: path.optional().meta({ description: "A path to a list of readings; paths and `json` are then of each." }),
  fields: z.array(field).min(1).max(200),
  time: time.optional().meta({ description: "Without it a value is of when it comes." }),
});
const decoder = z.strictObject({
  kind: z.literal("decoder"),
  product: product.meta({ description: "Slug of the product whose Decoder(topic, payload) reads it." }),
});

/** The map of a route. */
export const mapSchema = z
  .discriminatedUnion("kind", [ready, fields, decoder])
  .meta({ id: "RouteMap", description: "How values are made of what comes in." });
export type RouteMapping = z.output<typeof mapSchema>;
export type FieldsMap = z.output<typeof fields>;
export type ReadyMapping = z.output<typeof ready>;
export type FieldRule = z.output<typeof field>;
export type TimeRule = z.output<typeof time>;
