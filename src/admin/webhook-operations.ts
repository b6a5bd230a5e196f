import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { changeWebhook, pauseWebhook, rotateWebhookSecret } from "../fleet/edit/webhooks.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { Webhook } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { atTheCommandLine } from "./actor.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import * as given from "./webhook-values.ts";
import { showCall, showLetter, showWebhook } from "./webhook-shown.ts";
import { changesFrom, makeWebhook, sending } from "./webhooks.ts";
import { workspaceOf } from "./workspaces.ts";

/** Webhooks, for who has the data folder; by name in a workspace, or by number. */

const which = { webhook: values.named, workspace: values.named.optional() };
const most = z.int().min(1).max(1000).default(20);
const schemas = {
  create: given.created.extend({ workspace: values.named.optional() }),
  list: z.strictObject({ workspace: values.named.optional() }),
  one: z.strictObject(which),
  update: given.changed.extend(which),
  test: z.strictObject({ ...which, event: given.event.optional() }),
  rotate: z.strictObject({ ...which, grace_seconds: given.grace }),
  books: z.strictObject({ ...which, limit: most }),
  letters: z.strictObject({ ...which, letter: given.letterNumber }),
};
/** Why a webhook is paused, when a person did it. */
const BY_HAND = "Somebody paused it.";

/** Managing webhooks. @throws Refusal not_found, invalid_request, already_exists, not_available, storage_unavailable */
export function webhookOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  const asker = atTheCommandLine(deps);
  const one = (wish: { webhook: string; workspace?: string | undefined }) => webhookNamed(deps, wish);
  /** Changes the webhook that is meant, and shows it. */
  const change = async (wish: Parameters<typeof one>[0], edit: (draft: Draughtsman, row: Webhook) => void) => {
    const { uid } = one(wish);
    await fleet.edit((draft) => edit(draft, one(wish)));
    return showWebhook(deps, directory.row("webhook", uid) ?? one(wish));
  };
  return {
    webhookCreate: checked(schemas.create, async ({ workspace, ...wish }) => {
      const row = workspaceOf(deps, workspace);
      const secret = await fleet.edit((draft) => makeWebhook(asker, draft, row, wish));
      const made = directory.named("webhook", row.uid, wish.name);
      if (made === undefined) throw new Error("the webhook that was committed is not there");
      return { ...showWebhook(deps, made), secret };
    }),
    webhookList: checked(schemas.list, async ({ workspace }) => {
      const rows =
        workspace === undefined
          ? directory.all("webhook")
          : directory.childrenOf("webhook", "workspace", workspaceOf(deps, workspace).uid);
      return rows.map((row) => showWebhook(deps, row));
    }),
    webhookShow: checked(schemas.one, async (wish) => showWebhook(deps, one(wish))),
    webhookUpdate: checked(schemas.update, ({ webhook, workspace, ...wish }) =>
      change({ webhook, workspace }, (draft, row) => {
        const of = directory.workspace(row.workspace);
        if (of !== undefined) changeWebhook(draft, row, changesFrom(asker, of, row, wish));
      }),
    ),
    webhookDelete: checked(schemas.one, async (wish) => {
      const shown = showWebhook(deps, one(wish));
      await fleet.edit((draft) => {
        draft.drafts.push({ kind: "webhook", op: "delete", uid: one(wish).uid });
      });
      return shown;
    }),
    webhookPause: checked(schemas.one, (wish) => change(wish, (draft, row) => pauseWebhook(draft, row, BY_HAND))),
    webhookResume: checked(schemas.one, (wish) => change(wish, (draft, row) => pauseWebhook(draft, row, null))),
    webhookRotateSecret: checked(schemas.rotate, async ({ grace_seconds, ...wish }) => {
      const secret = await fleet.edit((draft) => rotateWebhookSecret(draft, one(wish), grace_seconds * 1_000_000));
      return { ...showWebhook(deps, one(wish)), secret };
    }),
    webhookTest: checked(schemas.test, async ({ event, ...wish }) => sending(deps).test(one(wish).uid, event)),
    webhookCalls: checked(schemas.books, async ({ limit, ...wish }) =>
      (await sending(deps).calls(one(wish).uid, undefined, limit)).map((call) => showCall(call, true)),
    ),
    webhookDeadLetters: checked(schemas.books, async ({ limit, ...wish }) =>
      (await sending(deps).deadLetters(one(wish).uid, undefined, limit)).map((letter) => showLetter(letter, true)),
    ),
    webhookReplay: checked(schemas.letters, async ({ letter, ...wish }) => ({
      letters: await sending(deps).replay(one(wish).uid, letter ?? null),
    })),
    webhookDiscard: checked(schemas.letters, async ({ letter, ...wish }) => ({
      letters: await sending(deps).discard(one(wish).uid, letter ?? null),
    })),
  };
}

/** By its name in a workspace (the only one when none is named), or by its number. @throws Refusal not_found, invalid_request */
function webhookNamed(
  deps: OperationsDeps,
  { webhook, workspace }: { readonly webhook: string; readonly workspace?: string | undefined },
): Webhook {
  const { directory } = deps;
  const numbered = /^#?\d{1,15}$/.test(webhook)
    ? directory.row("webhook", Number(webhook.replace("#", "")))
    : undefined;
  const scope = workspace === undefined ? undefined : workspaceOf(deps, workspace).uid;
  const named = directory
    .all("webhook")
    .filter((row) => row.name === webhook && (scope === undefined || row.workspace === scope));
  const [row = numbered, ...more] = named;
  if (row === undefined)
    throw new Refusal(
      "not_found",
      `There is no webhook ${quote(webhook)}. See those that there are with: webhook list.`,
    );
  if (more.length > 0)
    throw new Refusal(
      "invalid_request",
      `Several workspaces have a webhook ${quote(webhook)}: name one with --workspace, or its number.`,
    );
  return row;
}
