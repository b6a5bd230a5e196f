import { z } from "zod";
import * as values from "./values.ts";
import { wish } from "./webhook-values.ts";

/** What is told of webhooks. */

/** A webhook, as answers have it. */
export const shown = z
  .object({
    webhook: z.int().meta({ description: "Its number." }),
    workspace: z.string(),
    ...wish,
    headers: z
      .record(z.string(), z.null())
      .meta({ description: "Names of its headers; their values are never shown." }),
    created: values.time,
    state: z.enum(["active", "failing", "paused", "off"]),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why it is failing or paused, or was switched off by the server." }),
    since: values.time.nullable().meta({ description: "Of what is paused, or was switched off by the server." }),
    next_try: values.time.nullable(),
    calls: z.int().meta({ description: "Tries of the last seven days." }),
    failed_calls: z.int(),
    error_rate: z.number().meta({ description: "Of these calls, from 0 to 1." }),
    dead_letters: z.int().meta({ description: "Requests that were given up, and can be sent again." }),
    dropped_events: z.int().meta({ description: "Events that were too many, and were never sent." }),
    lag_rows: z.int().meta({ description: "Rows of the log that it is behind." }),
    lag_seconds: z.number(),
  })
  .meta({ id: "Webhook", description: "An address that is told of events." });
export const call = z
  .object({
    call: z.int(),
    time: values.time,
    request: z.string().nullable().meta({ description: "Its webhook-id; null: no request, but a notice." }),
    tries: z.int().meta({ description: "1: the first try." }),
    events: z.int(),
    status: z.int().nullable().meta({ description: "Of HTTP; null: there was no answer." }),
    ms: z.int().nullable(),
    error: z.string().nullable().meta({ description: "null: it was accepted." }),
    body: z
      .string()
      .nullable()
      .meta({ description: "Its beginning; null for who may not act for the webhook's account." }),
    answer: z.string().nullable(),
  })
  .meta({ id: "WebhookCall", description: "A try to send a request, or a notice." });
export const letter = z
  .object({
    letter: z.int(),
    time: values.time,
    request: z.string(),
    tries: z.int(),
    events: z.int(),
    error: z.string(),
    body: z.string().nullable(),
  })
  .meta({ id: "WebhookDeadLetter", description: "A request that was given up." });
export const tested = z
  .object({
    accepted: z.boolean(),
    status: z.int().nullable(),
    ms: z.int(),
    error: z.string().nullable(),
    request: z.object({ headers: z.record(z.string(), z.string()), body: z.string() }),
    answer: z.string().nullable(),
  })
  .meta({ id: "WebhookTest", description: "A sample that was sent, and what was answered." });
export const previewed = z
  .object({
    event: z.looseObject({ type: z.string(), timestamp: values.time }).meta({ description: "What it is of." }),
    real: z
      .boolean()
      .meta({ description: "false: the event is made up, since no device that it would tell of has said anything." }),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  })
  .meta({ id: "WebhookPreview", description: "What a request would hold; it is not sent." });
