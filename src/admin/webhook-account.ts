import { grantsOfRole, heldBy, mayGive } from "../auth/held.ts";
import { BadValues, Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DevicePermission, Grant, WebhookAccount, Workspace } from "../fleet/types.ts";
import { accountKeyOf } from "../integrations/webhooks/rights.ts";
import { type Asker, OWNER_OF_THE_FOLDER } from "./actor.ts";
import type { AdminDeps } from "./types.ts";

/** Whose rights a webhook or a rule has. */

type Deps = Pick<AdminDeps, "directory" | "fleet">;

export function ownAccount({ who }: Asker<Deps>): WebhookAccount {
  const { key } = who.principal;
  return { user: uidIn(key, "u:"), apiUser: uidIn(key, "a:") };
}
const uidIn = (key: string, kind: string): number | null => (key.startsWith(kind) ? Number(key.slice(2)) : null);

export function accountFrom({ deps }: Asker<Deps>, workspace: Workspace, text: string): WebhookAccount {
  const key = deps.fleet.accountKey(text);
  const [user, apiUser] = [uidIn(key, "u:"), uidIn(key, "a:")];
  const isMember =
    user !== null
      ? deps.directory.membersOf(workspace.uid).some((one) => one.user === user)
      : deps.directory.apiUser(apiUser ?? 0)?.workspace === workspace.uid;
  if (isMember) return { user, apiUser };
  const message = `${JSON.stringify(text)} is no account of ${workspace.slug}: name a member, or one of its API users.`;
  throw new BadValues("invalid_request", [{ path: "account", message }]);
}
const VIEW = ["view"] as const;

/**
 * Nobody sends, or has sent, what they may not read: whether who asks has what an account has.
 * @param can what the owner of the data folder does with it in devices
 * @param publishes whether messages on free topics are published with it, too
 */
export function mayActFor(
  { deps, who }: Asker<Pick<AdminDeps, "directory">>,
  workspace: number,
  account: WebhookAccount,
  can: readonly DevicePermission[] = VIEW,
  publishes = false,
): boolean {
  const { directory } = deps;
  const { key } = who.principal;
  const own = accountKeyOf({ account });
  if (who.principal === OWNER_OF_THE_FOLDER || own === key) return true;
  const held = heldBy(directory, key);
  const counts = ({ scope }: Grant) => isOfDevices(scope) || (publishes && scope === "free_topics");
  return grantsOf(directory, workspace, account, can)
    .filter(counts)
    .every((grant) => mayGive(directory, held, workspace, grant));
}
function grantsOf(
  directory: Directory,
  workspace: number,
  { user, apiUser }: WebhookAccount,
  can: readonly DevicePermission[],
): readonly Grant[] {
  if (apiUser !== null) return directory.apiUser(apiUser)?.grants ?? [];
  const role = directory.membersOf(workspace).find((one) => one.user === user)?.role;
  const all: Grant = { scope: "all", can };
  return user !== null && role !== undefined ? grantsOfRole(role) : user === null ? [all] : [];
}
const isOfDevices = (scope: Grant["scope"]) =>
  scope === "all" || scope === "product" || scope === "tag" || scope === "device";

/** @param of whose account it is @throws Refusal not_permitted */
export function checkActing(
  asker: Asker<Deps>,
  workspace: number,
  account: WebhookAccount,
  of: "webhook" | "rule" = "webhook",
): void {
  // a rule records, too
  const isRule = of === "rule";
  if (mayActFor(asker, workspace, account, isRule ? RECORD : VIEW, isRule)) return;
  throw new Refusal(
    "not_permitted",
    `The account whose rights this ${of} has may more than you. Let it have the rights of an account that you could make, or your own.`,
  );
}
const RECORD = ["view", "record_measurements"] as const;
