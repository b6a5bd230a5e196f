import { BadValues, Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import { createWebhook } from "../fleet/edit/webhooks.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { Webhook, WebhookFilter, Workspace } from "../fleet/types.ts";
import { DEFAULT_BATCH } from "../fleet/webhooks.ts";
import type { WebhookPort } from "../integrations/webhooks/types.ts";
import type { Asker } from "./actor.ts";
import { scopeIn } from "./scope.ts";
import type { AdminDeps } from "./types.ts";
import { accountFrom, checkActing, ownAccount } from "./webhook-account.ts";
import type { WebhookGiven } from "./webhook-values.ts";

/** What is done with webhooks, whichever way it is asked. */

type Deps = Pick<AdminDeps, "directory" | "fleet" | "webhooks">;

/** @throws Refusal not_available: no server runs */
export function sending({ webhooks }: Pick<AdminDeps, "webhooks">): WebhookPort {
  if (webhooks !== undefined) return webhooks;
  throw new Refusal(
    "not_available",
    "No server runs on this folder: webhooks are sent by it, and it keeps their logs.",
  );
}

type Given = WebhookGiven & Pick<Webhook, "name" | "url" | "events">;

/** Makes one. @returns its secret @throws BadValues, Refusal invalid_request, already_exists, not_permitted */
export function makeWebhook(
  asker: Asker<Deps>,
  draft: Draughtsman,
  workspace: Workspace,
  { secret, ...given }: Given & { readonly secret?: string | undefined },
): string {
  const wish = wishFrom(asker, workspace, given);
  checkReach(asker, given.url);
  return createWebhook(draft, workspace.uid, { ...wish, ...(secret !== undefined && { secret }) });
}
/** What a new one is, with what is not said as it is then. @throws BadValues, Refusal not_permitted */
export function wishFrom(asker: Asker<Deps>, workspace: Workspace, { account = null, ...wish }: Given) {
  const own = account === null ? ownAccount(asker) : accountFrom(asker, workspace, account);
  checkActing(asker, workspace.uid, own);
  const { name, url, events, form = "original" } = wish;
  const batch = form === "original" ? { batchMax: 1, batchWait: 0 } : DEFAULT_BATCH;
  return {
    filter: { products: [], devices: [], tags: [], fields: [] },
    headers: {},
    signature: "standard" as const,
    active: true,
    ...batch,
    ...withoutAbsent(rowFrom(asker.deps.directory, workspace.uid, wish, {})),
    ...{ name, url, form, events: [...new Set(events)], account: own },
  };
}
/** An address that is refused whenever it is asked is so at once; without a server nobody knows what it will allow. @throws BadValues */
function checkReach({ deps }: Asker<Deps>, url: string): void {
  const why = deps.webhooks?.whyNever(url) ?? null;
  if (why !== null) throw new BadValues("invalid_request", [{ path: "url", message: `Nothing can be sent: ${why}.` }]);
}
/** What a change of the API changes in a row. @throws BadValues, Refusal not_permitted */
export function changesFrom(asker: Asker<Deps>, workspace: Workspace, row: Webhook, given: WebhookGiven) {
  const { account, ...wish } = given;
  const next =
    account === undefined ? row.account : account === null ? ownAccount(asker) : accountFrom(asker, workspace, account);
  // whoever changes where it sends to reads what its account may view
  if (account === undefined) checkActing(asker, workspace.uid, row.account);
  checkActing(asker, workspace.uid, next);
  if (given.url !== undefined && given.url !== row.url) checkReach(asker, given.url);
  const changes = rowFrom(asker.deps.directory, workspace.uid, wish, row.headers);
  const single = given.form === "original" && given.batch === undefined ? { batchMax: 1, batchWait: 0 } : {};
  const plain =
    given.form !== undefined && given.form !== "template" && given.template === undefined ? { template: null } : {};
  return { ...changes, ...single, ...plain, account: next };
}

function rowFrom(
  directory: Directory,
  workspace: number,
  { filter, headers, batch, ...same }: Omit<WebhookGiven, "account">,
  known: Webhook["headers"],
) {
  return {
    ...same,
    filter: filter && filterFrom(directory, workspace, filter),
    headers: headers && headersFrom(headers, known),
    ...(batch !== undefined && { batchMax: batch.max, batchWait: batch.wait }),
  };
}
function headersFrom(
  given: Readonly<Record<string, string | null>>,
  known: Webhook["headers"],
): Record<string, string> {
  const bad = Object.entries(given).filter(([name, value]) => value === null && known[name] === undefined);
  if (bad.length > 0)
    throw new BadValues(
      "invalid_request",
      bad.map(([name]) => ({
        path: `headers.${name}`,
        message: "There is no value yet that null could keep. Give one.",
      })),
    );
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? known[name] ?? ""]));
}
function filterFrom(
  directory: Directory,
  workspace: number,
  given: NonNullable<WebhookGiven["filter"]>,
): WebhookFilter {
  return { ...scopeIn(directory, workspace, given, "filter"), fields: given.fields };
}

function withoutAbsent<T extends object>(group: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  const entries = Object.entries(group).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], null | undefined> }; // what is left of its own
}
