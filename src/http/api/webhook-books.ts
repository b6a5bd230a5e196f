import { z } from "zod";
import * as answers from "../../admin/webhook-answers.ts";
import { showCall, showLetter } from "../../admin/webhook-shown.ts";
import * as given from "../../admin/webhook-values.ts";
import { sending } from "../../admin/webhooks.ts";
import { DEFAULT, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, type Call, route } from "./route.ts";
import { type Found, findWebhook, PATH, seesBodies, TAKES } from "./webhook-found.ts";

/** The log of a webhook, and its dead letters. */

const letters = z.strictObject({ letter: given.letterNumber });
const counted = z.object({ letters: z.int() });
const pieces = async <T>(
  call: Call<Found, { readonly limit?: number | undefined; readonly cursor?: string | undefined }, unknown>,
  read: (before: number | undefined, limit: number) => Promise<T[]>,
  keyOf: (one: T) => number,
) => {
  const { limit = DEFAULT, cursor } = call.query;
  const before = cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined;
  const items = await read(before, limit);
  const last = items.at(-1);
  return { items, next: items.length < limit || last === undefined ? null : String(keyOf(last)) };
};
export const WEBHOOK_BOOKS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: `${PATH}/calls`,
    id: "listWebhookCalls",
    tag: "Webhooks",
    summary: "List calls of a webhook",
    description: `The last hundred, newest first. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(answers.call),
    find: findWebhook,
    run: async (call) => {
      const port = sending(call.deps);
      const { items, next } = await pieces(
        call,
        (...asked) => port.calls(call.found.row.uid, ...asked),
        (one) => one.call,
      );
      return { body: { items: items.map((one) => showCall(one, seesBodies(call))), next } };
    },
  }),
  route({
    method: "get",
    path: `${PATH}/dead-letters`,
    id: "listWebhookDeadLetters",
    tag: "Webhooks",
    summary: "List dead letters of a webhook",
    description: `Newest first. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(answers.letter),
    find: findWebhook,
    run: async (call) => {
      const port = sending(call.deps);
      const { items, next } = await pieces(
        call,
        (...asked) => port.deadLetters(call.found.row.uid, ...asked),
        (one) => one.letter,
      );
      return { body: { items: items.map((one) => showLetter(one, seesBodies(call))), next } };
    },
  }),
  route({
    method: "post",
    path: `${PATH}/dead-letters/replay`,
    id: "replayWebhookDeadLetters",
    tag: "Webhooks",
    summary: "Send dead letters of a webhook again",
    description: `Oldest first, until one is not accepted; the log tells of each. ${TAKES}`,
    body: letters,
    result: counted,
    find: findWebhook,
    run: async ({ deps, found, body }) => ({
      body: { letters: await sending(deps).replay(found.row.uid, body.letter ?? null) },
    }),
  }),
  route({
    method: "post",
    path: `${PATH}/dead-letters/discard`,
    id: "discardWebhookDeadLetters",
    tag: "Webhooks",
    summary: "Discard dead letters of a webhook",
    description: TAKES,
    body: letters,
    result: counted,
    find: findWebhook,
    run: async ({ deps, found, body }) => ({
      body: { letters: await sending(deps).discard(found.row.uid, body.letter ?? null) },
    }),
  }),
];
