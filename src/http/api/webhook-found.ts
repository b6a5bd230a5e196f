import type { Webhook, Workspace } from "../../fleet/types.ts";
import { Refusal } from "../../base/errors.ts";
import { mayActFor } from "../../admin/webhook-account.ts";
import * as answers from "../../admin/webhook-answers.ts";
import { showWebhook } from "../../admin/webhook-shown.ts";
import { z } from "zod";
import { quote } from "../../measure/bytes.ts";
import { findWorkspaceFor } from "./find.ts";
import type { ApiDeps, Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** What the operations of webhooks have alike. */

export const TAKES = 'Takes the workspace permission "integrations".';
export const PATH = "/workspaces/{workspace}/webhooks/{webhook}";

export interface Found {
  readonly workspace: Workspace;
  readonly row: Webhook;
}
export function findWebhook(seeker: Seeker): Found {
  const workspace = findWorkspaceFor(seeker, "integrations");
  const number = seeker.param("webhook");
  const row = /^\d{1,15}$/.test(number) ? seeker.deps.directory.row("webhook", Number(number)) : undefined;
  if (row?.workspace === workspace.uid) return { workspace, row };
  throw new Refusal("not_found", `${workspace.slug} has no webhook ${quote(number)}.`);
}
export const now = ({ deps, found }: { readonly deps: ApiDeps; readonly found: Found }): Webhook =>
  deps.directory.row("webhook", found.row.uid) ?? found.row;
export const answer = (call: { readonly deps: ApiDeps; readonly found: Found }) => ({
  body: showWebhook(call.deps, now(call)),
  etag: etagOf(now(call)),
});
export const seesBodies = (call: Seeker & { readonly found: Found }) =>
  mayActFor(call, call.found.workspace.uid, call.found.row.account);

export const withSecret = answers.shown
  .extend({ secret: z.string().meta({ description: "What its requests are signed with, shown this once." }) })
  .meta({ id: "NewWebhook" });
