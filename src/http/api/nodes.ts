import { z } from "zod";
import * as values from "../../admin/values.ts";
import { printTime } from "../../measure/time.ts";
import { findInstance, OPERATE } from "./instance.ts";
import { type AnyOperation, route } from "./route.ts";

/** The servers on one store. */

const nodes = z
  .object({
    items: z.array(
      z
        .object({
          id: z.int(),
          address: z.string().meta({ description: "The name of its machine." }),
          version: z.string(),
          role: z
            .enum(["active", "standby", "gone"])
            .meta({ description: "`standby`: it waits, and said so of late; `gone`: it was not heard of." }),
          since: values.time.nullable().meta({ description: "When it became active last; null: never." }),
          seen: values.time.nullable().meta({ description: "When it was last heard of; null: never." }),
          self: z.boolean().meta({ description: "The server that answers." }),
        })
        .meta({ id: "Node" }),
    ),
    replicated: z
      .boolean()
      .nullable()
      .meta({ description: "Commits wait for a standby of PostgreSQL; null: the data is in the server's own folder." }),
  })
  .meta({ id: "Nodes", description: "The servers on this store, the active one first." });
const state = z
  .object({
    position: z.int().meta({ description: "The last row of the log that has taken effect." }),
    parts: z.record(z.string(), z.object({ count: z.int(), sum: z.int() })).meta({
      description: "How many series and retained messages there are, and a checksum of all that is kept of them.",
    }),
  })
  .meta({ id: "NodeState", description: "What this server has made of the log." });
export const NODES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/instance/state",
    id: "getNodeState",
    tag: "Instance",
    summary: "Get the state of a node",
    description:
      "Checksums of what this server has made of the log: several servers that are at the same position have the same. " +
      `It looks at everything there is at once, and serves nobody meanwhile. ${OPERATE}`,
    query: z.strictObject({
      at: z
        .string()
        .regex(/^\d{1,15}$/, "allowed is a number from 0 to 999999999999999")
        .transform(Number)
        .default(0)
        .meta({ type: "integer", minimum: 0, description: "A position that is waited for, up to ten seconds." }),
    }),
    result: state,
    refusals: ["not_permitted", "not_available"],
    find: findInstance,
    run: async ({ found, query }) => ({ body: await found.state(query.at) }),
  }),
  route({
    method: "get",
    path: "/instance/nodes",
    id: "listNodes",
    tag: "Instance",
    summary: "List nodes",
    description: `The servers on one PostgreSQL: which one is active, which one stands by; none where the data is in the server's own folder. ${OPERATE}`,
    result: nodes,
    refusals: ["not_permitted", "not_available", "storage_unavailable"],
    find: findInstance,
    run: async ({ found }) => {
      const known = await found.nodes();
      const items = (known?.nodes ?? []).map(({ since, seen, ...node }) => ({
        ...node,
        since: since === null ? null : printTime(since),
        seen: seen === null ? null : printTime(seen),
      }));
      return { body: { items, replicated: known?.replicated ?? null } };
    },
  }),
];
