import { z } from "zod";
import { BadValues, Refusal } from "../base/errors.ts";
import { readyMaps, routeReader } from "../bridges/maps/index.ts";
import { mapSchema } from "../bridges/maps/schema.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { Workspace } from "../fleet/types.ts";
import type { TriedMap } from "../integrations/tryout/map-tryout.ts";
import type { TryOut } from "../integrations/tryout/tryout.ts";
import { type Asker, atTheCommandLine } from "./actor.ts";
import { checked } from "./checked.ts";
import { findProduct, findProductToEdit } from "./find.ts";
import { tried, triedShown } from "./tryout-shape.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

/** Maps of routes: those there are, and trying one with a message. Nothing is stored. */

/** A ready-made map, as answers have it. */
export const readyMap = z
  .object({
    name: z.string().meta({ description: "As a route names it." }),
    title: z.string().meta({ description: "As its makers call it." }),
    base: z
      .string()
      .meta({ description: "The first levels of its topics, where nothing else is set at the sender; may be empty." }),
    filters: z.array(z.string()).meta({ description: "What is to be subscribed to: a route for each." }),
    example: z.object({ topic: z.string(), payload: z.string() }).meta({ description: "A message, as it comes." }),
  })
  .meta({ id: "ReadyMap", description: "A ready-made map of a family of senders." });

const payload = z.string().max(262_144, "at most 262144 characters");
/** What a try-out is given. */
export const mapWish = z
  .strictObject({
    filter: z.string().min(1).max(1000).meta({ description: "Of the route: with named parts, or without." }),
    map: mapSchema,
    topic: z.string().min(1).max(65_535),
    payload: payload.optional(),
    payload_base64: payload
      .regex(/^[A-Za-z0-9+/_-]*={0,2}$/, "should be base64")
      .optional()
      .meta({ description: "Instead of `payload`, for what is no text." }),
  })
  .refine((one) => one.payload === undefined || one.payload_base64 === undefined, {
    message: "should have one of payload and payload_base64",
  });
type MapWish = z.output<typeof mapWish>;

export const triedMap = z
  .object({
    subscription: z.string().meta({ description: "What is subscribed to, as MQTT has it." }),
    matches: z.boolean().meta({ description: "Whether a message with this topic comes by the filter." }),
    problem: z.string().nullable().meta({ description: "Why nothing can be made of it; null: something can." }),
    tried,
    events: z
      .array(z.object({ kind: z.string(), dev_eui: z.string(), text: z.string() }))
      .meta({ description: "Of a LoRaWAN network: what it says." }),
  })
  .meta({ id: "TriedMap", description: "What a map makes of one message. Nothing of it is stored." });

/** @throws BadValues invalid_request; Refusal unknown_product, not_permitted, rate_limited, overloaded */
export async function mapTried(
  asker: Asker,
  tryOut: Pick<TryOut, "map">,
  workspace: Workspace,
  { filter, map, topic, ...wish }: MapWish,
): Promise<z.input<typeof triedMap>> {
  const reader = routeReader(filter, map);
  if (!("subscription" in reader))
    throw new BadValues(
      "invalid_request",
      reader.map(({ path, message }) => ({ path: path === "filter" ? path : `map.${path}`, message })),
    );
  const product = productOf(asker, workspace, map);
  const bytes =
    wish.payload_base64 === undefined ? Buffer.from(wish.payload ?? "") : Buffer.from(wish.payload_base64, "base64");
  const { principal } = asker.who;
  return shown(
    await tryOut.map({
      workspace: workspace.uid,
      reader,
      product,
      topic,
      payload: bytes,
      sees: (device) => principal.mayView(device),
    }),
  );
}

/** A decoder tells what it knows of devices to who tries it, so trying it takes what reading it takes. */
function productOf(asker: Asker, workspace: Workspace, { kind, product }: MapWish["map"]): ProductNode | null {
  if (product === undefined) return null;
  const found = kind === "decoder" ? findProductToEdit(asker, product) : findProduct(asker, product);
  if (found.row.workspace === workspace.uid) return found;
  throw new BadValues("invalid_request", [
    { path: "map.product", message: `${workspace.slug} has no product ${product}` },
  ]);
}

function shown({ events, tried: one, ...plain }: TriedMap): z.input<typeof triedMap> {
  return {
    ...plain,
    tried: triedShown(one),
    events: events.map(({ kind, devEui, text }) => ({ kind, dev_eui: devEui, text })),
  };
}
/** As answers have them. */
export function mapsShown(): z.input<typeof readyMap>[] {
  return readyMaps().map(({ name, title, base, filters, example }) => ({
    name,
    title,
    base,
    filters: [...filters],
    example,
  }));
}

const schemas = { none: z.strictObject({}), tried: mapWish.safeExtend({ workspace: values.named.optional() }) };

/** For the commands. @throws Refusal not_found, not_available, invalid_request */
export function mapOperations(deps: OperationsDeps) {
  return {
    mapList: checked(schemas.none, async () => mapsShown()),
    mapTry: checked(schemas.tried, async ({ workspace, ...wish }) => {
      const tryOut = deps.integrations?.tryOut;
      if (tryOut === undefined) throw new Refusal("not_available", "Maps are tried by a running server: start it.");
      return mapTried(atTheCommandLine(deps), tryOut, workspaceOf(deps, workspace), wish);
    }),
  };
}
