import { z } from "zod";
import { mapsShown, mapTried, mapWish, readyMap, triedMap } from "../../admin/maps.ts";
import { TAKES } from "./broker-found.ts";
import { findWorkspaceFor } from "./find.ts";
import { type AnyOperation, route } from "./route.ts";

/** Maps, by which routes of external brokers make measurements of messages. */

export const MAPS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/maps",
    id: "listMaps",
    tag: "External brokers",
    summary: "List ready-made maps",
    description: `The families of senders whose messages are understood, and what to subscribe to. ${TAKES}`,
    result: z.object({ items: z.array(readyMap) }),
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: () => ({ body: { items: mapsShown() } }),
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/maps/try",
    id: "tryMap",
    tag: "External brokers",
    summary: "Try a map",
    description:
      "What a route with this filter and map would make of a message. Nothing is stored. What a map learns from other messages it does not know here. " +
      `${TAKES} With the decoder of a product also "edit_product" on all of it, or "devices".`,
    body: mapWish,
    result: triedMap,
    refusals: ["unknown_product", "overloaded"],
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: async (call) => {
      const body = await mapTried(call, call.deps.integrations.tryOut, call.found, call.body);
      call.again(); // rights may have changed meanwhile
      return { body };
    },
  }),
];
