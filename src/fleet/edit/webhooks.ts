import { BadValues, Refusal } from "../../base/errors.ts";
import type { Draughtsman } from "../plan-draft.ts";
import type { Webhook } from "../webhook-rows.ts";
import { keptPause, MOST_WEBHOOKS, newSecret, webhookProblem } from "../webhooks.ts";
import { type Changes, patched, sameRow } from "./patch.ts";

/** Edits of webhooks, for FleetService.edit. */

export type WebhookWish = Omit<Webhook, "uid" | "workspace" | "secret" | "created"> & { readonly secret?: string };

/** @returns the secret that signs, to be shown this once @throws BadValues already_exists, invalid_request; Refusal limit */
export function createWebhook(draft: Draughtsman, workspace: number, { secret, ...wish }: WebhookWish): string {
  const { directory, supplies } = draft;
  if (directory.countOf("webhook", "workspace", workspace) >= MOST_WEBHOOKS)
    throw new Refusal(
      "invalid_request",
      `A workspace has ${MOST_WEBHOOKS} webhooks at most. Delete one that is not needed.`,
    );
  const row = { ...wish, workspace, secret: secret ?? newSecret(supplies.random), created: supplies.now };
  check(draft, row, null);
  draft.drafts.push({ kind: "webhook", op: "put", row: { ...row, uid: draft.temporary() } });
  return row.secret;
}

/** @throws BadValues already_exists, invalid_request */
export function changeWebhook(draft: Draughtsman, row: Webhook, changes: Changes<Webhook>): void {
  const { paused, ...rest } = patched(row, changes);
  const next: Webhook = { ...rest, ...keptPause(paused, rest.active) };
  if (sameRow(next, row)) return;
  check(draft, next, row.uid);
  draft.drafts.push({ kind: "webhook", op: "put", row: next });
}

/** @param grace µs that the old secret signs as well @returns the new one, to be shown this once */
export function rotateWebhookSecret(draft: Draughtsman, row: Webhook, grace: number): string {
  const { random, now } = draft.supplies;
  const secret = newSecret(random);
  const oldSecret = grace === 0 ? null : { secret: row.secret, until: now + grace };
  draft.drafts.push({ kind: "webhook", op: "put", row: patched(row, { secret, oldSecret }) });
  return secret;
}

/** @param reason null: it goes on. One that the server switched off stays off, and keeps why: it sends nothing that could be paused */
export function pauseWebhook(draft: Draughtsman, row: Webhook, reason: string | null): void {
  if (row.paused?.off === true || (reason === null && row.paused === undefined)) return;
  changeWebhook(draft, row, { paused: reason === null ? null : { reason, since: draft.supplies.now } });
}

function check({ directory }: Draughtsman, row: Omit<Webhook, "uid">, own: number | null): void {
  const other = directory.named("webhook", row.workspace, row.name);
  if (other !== undefined && other.uid !== own)
    throw new BadValues("already_exists", [{ path: "name", message: `A webhook "${row.name}" exists already.` }]);
  const problem = webhookProblem(row);
  if (problem !== null) throw new BadValues("invalid_request", [{ path: problem.key, message: problem.text }]);
}
