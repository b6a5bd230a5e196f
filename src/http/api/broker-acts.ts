import { z } from "zod";
import { showEvent } from "../../admin/broker-shown.ts";
import * as given from "../../admin/broker-values.ts";
import { connecting } from "../../admin/brokers.ts";
import { findBroker, PATH, TAKES } from "./broker-found.ts";
import { newestFirst, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";

/** What is asked of the connection with an external broker. */

export const BROKER_ACTS: readonly AnyOperation[] = [
  route({
    method: "post",
    path: `${PATH}/test`,
    id: "testBroker",
    tag: "External brokers",
    summary: "Test an external broker",
    description: `Tries its addresses once, beside the connection that there is, and says which step failed. ${TAKES}`,
    result: given.tested,
    find: findBroker,
    run: async ({ deps, found }) => {
      const tries = await connecting(deps).test(found.row.uid);
      return {
        body: {
          ok: tries.some(({ ok }) => ok),
          tries: tries.map(({ steps, ...one }) => ({ ...one, steps: [...steps] })),
        },
      };
    },
  }),
  route({
    method: "get",
    path: `${PATH}/events`,
    id: "listBrokerEvents",
    tag: "External brokers",
    summary: "List what happened to an external broker",
    description: `Newest first: connections, errors, messages that were not taken. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(given.event),
    find: findBroker,
    run: async (call) => {
      const port = connecting(call.deps);
      const { items, next } = await newestFirst(call.query, async ({ before, limit }) => {
        const events = await port.events(call.found.row.uid, before, limit);
        return events.map((one) => ({ ...one, id: one.event }));
      });
      return { body: { items: items.map(({ id: _, ...one }) => showEvent(one)), next } };
    },
  }),
];
