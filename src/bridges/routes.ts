import { z } from "zod";
import { mapSchema } from "./maps/schema.ts";
import { MOST_TEMPLATE } from "../templates/template.ts";
import { FORWARD_WAYS, OUT_PAYLOADS, type Route } from "./types.ts";

/** What routes may be, in the API, in a fleet file and in the store alike. */

/** Routes of one broker at most. */
export const MOST_ROUTES = 100;
/** Seconds: ten years. */
const LONGEST = 315_360_000;

export const ROUTE_RULE = {
  filter:
    "a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#})",
  topic: "a template of a topic without + and #, like plant/{{ device.id }}/{{ field | downcase }}",
  prefix: "nothing, or the beginning of a topic, without + and #",
} as const;

/** How numbers and switches are written: as they are, or as texts of a fleet file. */
interface Leaves {
  whole(min: number, max: number): z.ZodType<number>;
  readonly flag: z.ZodType<boolean>;
  readonly qos: z.ZodType<0 | 1 | 2>;
}
export const PLAIN_LEAVES: Leaves = {
  whole: (min, max) => z.int().min(min).max(max),
  flag: z.boolean(),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]),
};
/** Of a fleet file, where every value is the text as it was typed. */
export const TEXT_LEAVES: Leaves = {
  whole: (min, max) =>
    z
      .string()
      .refine(
        (text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max,
        `allowed is ${min} to ${max}`,
      )
      .transform(Number),
  flag: z.enum(["true", "false"]).transform((text) => text === "true"),
  qos: z.enum(["0", "1", "2"]).transform((text) => (text === "2" ? 2 : text === "1" ? 1 : 0)),
};

/** The schema of one route. */
export function routeSchema({ whole, flag, qos }: Leaves) {
  const filter = z.string().max(1000).meta({ description: ROUTE_RULE.filter });
  const level = qos.default(1).meta({ description: "QoS on the remote's side: 0, 1 or 2." });
  const seconds = whole(1, LONGEST).nullable().default(null);
  const into = z.strictObject({
    direction: z.literal("in"),
    filter,
    qos: level,
    map: mapSchema,
  });
  const out = z.strictObject({
    direction: z.literal("out"),
    filter,
    qos: level,
    topic: z.string().min(1).max(MOST_TEMPLATE).meta({ description: ROUTE_RULE.topic }),
    payload: z.enum(OUT_PAYLOADS).default("value"),
    template: z
      .string()
      .max(256 * 1024)
      .nullable()
      .default(null)
      .meta({
        description: "The template of the payload, or the script with an Encoder; null with the others.",
      }),
    retain: flag.default(false),
    expiry: seconds.meta({ description: "Seconds after which the remote drops it (MQTT 5); null: never." }),
    max_age: seconds.meta({ description: "Seconds after which it is not sent any more; null: it always is." }),
  });
  const forward = z.strictObject({
    direction: z.literal("forward"),
    pattern: filter,
    way: z.enum(FORWARD_WAYS),
    qos: level,
    local_prefix: z.string().max(500).default("").meta({ description: ROUTE_RULE.prefix }),
    remote_prefix: z.string().max(500).default("").meta({ description: ROUTE_RULE.prefix }),
  });
  return z.discriminatedUnion("direction", [into, out, forward]);
}

const stored = z.array(routeSchema(PLAIN_LEAVES));
/** Routes as the store has them; null: they are damaged. */
export function readRoutes(value: unknown): readonly Route[] | null {
  return stored.safeParse(value).data ?? null;
}
