import { z } from "zod";
import * as values from "../../admin/values.ts";
import { Refusal } from "../../base/errors.ts";
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
          duty: z.boolean().meta({ description: "It does what one of several servers does for all." }),
          draining: z.boolean().meta({ description: "It takes no clients any more." }),
          lag: z
            .int()
            .nullable()
            .meta({ description: "Rows of the log that it has not applied yet; null: it follows no others." }),
          url: z.string().nullable().meta({ description: "Where other servers ask it; null: nowhere." }),
          self: z.boolean().meta({ description: "The server that answers." }),
        })
        .meta({ id: "Node" }),
    ),
    replicated: z
      .boolean()
      .nullable()
      .meta({ description: "Commits wait for a standby of PostgreSQL; null: the data is in the server's own folder." }),
  })
  .meta({ id: "Nodes", description: "The servers on this store, the active ones first." });
const state = z
  .object({
    position: z.int().meta({ description: "The last row of the log that has taken effect." }),
    parts: z.record(z.string(), z.object({ count: z.int(), sum: z.int() })).meta({
      description:
        "How many series, retained messages, stored sessions of several nodes, and devices that were connected there are, and a checksum of what is kept of them.",
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
    description: `The servers on one PostgreSQL: which are active, which stand by; none where the data is in the server's own folder. ${OPERATE}`,
    result: nodes,
    refusals: ["not_permitted", "not_available", "storage_unavailable"],
    find: findInstance,
    run: async ({ found }) => {
      const known = await found.nodes.list();
      const items = (known?.nodes ?? []).map(({ since, seen, ...node }) => ({
        ...node,
        since: since === null ? null : printTime(since),
        seen: seen === null ? null : printTime(seen),
      }));
      return { body: { items, replicated: known?.replicated ?? null } };
    },
  }),
  route({
    method: "post",
    path: "/instance/nodes/{node}/drain",
    id: "drainNode",
    tag: "Instance",
    summary: "Drain a node",
    description: `Before one of several servers is stopped: from now on its \`GET /healthz\` is 503, it takes no connections, and after a few seconds it ends those that it has, within half a minute; their clients go to the others. It goes on with everything else until it is stopped. Any of the servers may be asked. ${OPERATE}`,
    result: z.object({ node: z.int() }).meta({ id: "DrainedNode" }),
    status: 202,
    refusals: ["not_permitted", "not_available", "not_found", "storage_unavailable"],
    find(seeker) {
      const instance = findInstance(seeker);
      const node = Number(seeker.param("node"));
      if (!Number.isSafeInteger(node) || node < 1) throw new Refusal("not_found", "Nodes have numbers, from 1 on.");
      return { instance, node };
    },
    run: async ({ found: { instance, node } }) => {
      await instance.nodes.drain(node);
      return { body: { node } };
    },
  }),
];
