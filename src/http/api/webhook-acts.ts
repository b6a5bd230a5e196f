import { z } from "zod";
import * as answers from "../../admin/webhook-answers.ts";
import { previewWebhook } from "../../admin/webhook-preview.ts";
import { showWebhook } from "../../admin/webhook-shown.ts";
import * as given from "../../admin/webhook-values.ts";
import { sending } from "../../admin/webhooks.ts";
import { Refusal } from "../../base/errors.ts";
import { pauseWebhook, rotateWebhookSecret } from "../../fleet/edit/webhooks.ts";
import { findWorkspaceFor } from "./find.ts";
import { type AnyOperation, route } from "./route.ts";
import { answer, findWebhook, now, PATH, seesBodies, TAKES, withSecret } from "./webhook-found.ts";

/** What is done with one webhook. */

const paused = (id: "pauseWebhook" | "resumeWebhook", summary: string, description: string, reason: string | null) =>
  route({
    method: "post",
    path: `${PATH}/${reason === null ? "resume" : "pause"}`,
    id,
    tag: "Webhooks",
    summary,
    description: `${description} ${TAKES}`,
    result: answers.shown,
    find: findWebhook,
    run: async (call) => {
      await call.edit((draft) => pauseWebhook(draft, call.again().row, reason));
      return answer(call);
    },
  });
export const WEBHOOK_ACTS: readonly AnyOperation[] = [
  route({
    method: "post",
    path: "/workspaces/{workspace}/webhooks/preview",
    id: "previewWebhook",
    tag: "Webhooks",
    summary: "Preview a webhook",
    description: `What a request would hold, with the newest measurement that it would tell of where there is one. Nothing is sent or kept. ${TAKES}`,
    body: given.changed.extend({ event: given.event.optional() }),
    result: answers.previewed,
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: async (call) => {
      const { event, ...made } = previewWebhook(call, call.found, call.body);
      return { body: { ...made, event: { ...event } } };
    },
  }),
  route({
    method: "post",
    path: `${PATH}/test`,
    id: "testWebhook",
    tag: "Webhooks",
    summary: "Test a webhook",
    description: `Sends a sample once, of a device that it would tell of where there is one, whatever its state. ${TAKES}`,
    body: z.strictObject({ event: given.event.optional() }),
    result: answers.tested,
    find: findWebhook,
    run: async (call) => {
      if (!seesBodies(call)) throw new Refusal("not_permitted", "The account whose rights it has may more than you.");
      return { body: await sending(call.deps).test(call.found.row.uid, call.body.event) };
    },
  }),
  paused(
    "pauseWebhook",
    "Pause a webhook",
    "Nothing is sent until it is resumed; what happens meanwhile is kept, as far as the log goes.",
    "Somebody paused it.",
  ),
  paused("resumeWebhook", "Resume a webhook", "It goes on where it was, with its next try at once.", null),
  route({
    method: "post",
    path: `${PATH}/rotate-secret`,
    id: "rotateWebhookSecret",
    tag: "Webhooks",
    summary: "Rotate the secret of a webhook",
    description: `Both sign for the grace period, so that receivers can be changed meanwhile. ${TAKES}`,
    body: z.strictObject({ grace_seconds: given.grace }),
    result: withSecret,
    find: findWebhook,
    run: async (call) => {
      const secret = await call.edit((draft) =>
        rotateWebhookSecret(draft, call.again().row, call.body.grace_seconds * 1_000_000),
      );
      return { body: { ...showWebhook(call.deps, now(call)), secret } };
    },
  }),
];
