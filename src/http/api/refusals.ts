import { z } from "zod";
import { refusalsShown } from "../../admin/refusals.ts";
import { DEFAULT, PAGE_QUERY } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import { findReadableDevice } from "./values.ts";
import * as values from "../../admin/values.ts";

/** What was refused: the log of a device, and of who asks. */

const refusal = z
  .object({
    time: values.time.meta({ description: "When it came last." }),
    first_time: values.time.optional().meta({ description: "When it came first, where this one stands for several." }),
    code: z.string(),
    message: z.string(),
    topic: z.string(),
    payload: z.string().meta({ description: "The first bytes; base64 where `base64` says so." }),
    base64: z.boolean(),
    count: z.int().meta({ description: "How many this one stands for." }),
  })
  .meta({ id: "Refusal", description: "A measurement or message that was refused, and why." });
const list = z.object({ items: z.array(refusal) });

export const REFUSALS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/devices/{device}/refusals",
    id: "listDeviceRefusals",
    tag: "Measurements",
    summary: "List a device's refusals",
    description: "What was refused for this device, newest first.",
    query: z.strictObject({ limit: PAGE_QUERY.limit }),
    result: list,
    find: findReadableDevice,
    run: async ({ deps, found, query, again }) => {
      const refusals = await deps.store.readRefusals(found.row.uid, null, query.limit ?? DEFAULT);
      again(); // rights may have changed while the store was asked
      return { body: { items: refusalsShown(refusals) } };
    },
  }),
  route({
    method: "get",
    path: "/refusals",
    id: "listRefusals",
    tag: "Measurements",
    summary: "List your own refusals",
    description: "What the account that asks was refused, newest first.",
    query: z.strictObject({ limit: PAGE_QUERY.limit }),
    result: list,
    find: () => null,
    run: async ({ deps, who, query }) => ({
      body: { items: refusalsShown(await deps.store.readRefusals(null, who.principal.key, query.limit ?? DEFAULT)) },
    }),
  }),
];
