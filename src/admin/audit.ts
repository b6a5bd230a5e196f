import { z } from "zod";
import { actionOf } from "../fleet/audit-action.ts";
import { Refusal } from "../base/errors.ts";
import type { AuditQuery, StoredAudit } from "../store/ports.ts";
import { type Asker, atTheCommandLine, type Powers } from "./actor.ts";
import * as values from "./values.ts";
import { findWorkspace } from "./find.ts";
import { accountKeyOf } from "./names.ts";
import type { AdminDeps } from "./types.ts";

/** Which entries of the audit log: those that fulfil all of it, newest first. Times in µs. */
export const auditWish = z.strictObject({
  workspace: values.named.optional(),
  account: values.named.optional(),
  action: values.named.optional(),
  since: z.number().optional(),
  limit: z.number().int().min(1).max(100_000).default(50),
});

/** An entry with the slug of its workspace; null: it concerns none, or one that is gone. */
export interface AuditLine extends Omit<StoredAudit, "workspace"> {
  readonly workspace: string | null;
}

/** Which entries; times in µs. */
interface EntryWish extends Omit<AuditQuery, "visible" | "workspace" | "limit"> {
  /** Slug. */
  readonly workspace?: string | undefined;
}

/** What entries must fulfil to be asked for, as far as who asks may see them. @throws Refusal not_found, not_permitted */
export function auditQuery(asker: Asker, { workspace, ...wish }: EntryWish): Omit<AuditQuery, "limit"> {
  return {
    ...wish,
    action: wish.action === undefined ? undefined : actionOf(wish.action),
    visible: visibleTo(asker.who.principal),
    workspace: workspace === undefined ? undefined : workspaceOf(asker, workspace),
  };
}
/** Whether an entry may be seen at this moment. */
export function mayRead(principal: Powers, { workspace, by }: StoredAudit): boolean {
  if (principal.operate) return true;
  return workspace === null ? by.key === principal.key : principal.may(workspace, "members");
}

function visibleTo(principal: Powers): AuditQuery["visible"] {
  if (principal.operate) return null;
  const workspaces = [...principal.workspaces].filter((uid) => principal.may(uid, "members"));
  return { workspaces, actor: principal.key };
}

/** @throws Refusal not_found, not_permitted */
function workspaceOf(asker: Asker, slug: string): number {
  const { uid } = findWorkspace(asker, slug);
  const { principal } = asker.who;
  if (principal.operate || principal.may(uid, "members")) return uid;
  throw new Refusal("not_permitted", 'The audit log of a workspace needs the workspace permission "members".');
}

/** Entries of the audit log, newest first. @throws Refusal not_found: no such workspace or account */
export async function listAudit(
  deps: Pick<AdminDeps, "audit" | "directory" | "fleet">,
  { account, since, limit, ...wish }: z.output<typeof auditWish>,
): Promise<AuditLine[]> {
  const { directory, fleet } = deps;
  const actor = account === undefined || NOBODY.test(account) ? account : accountKeyOf(fleet, account);
  const query = auditQuery(atTheCommandLine(deps), { ...wish, actor, from: since });
  const found = await deps.audit.readAudit({ ...query, limit });
  return found.map((e) => ({
    ...e,
    workspace: e.workspace === null ? null : (directory.workspace(e.workspace)?.slug ?? null),
  }));
}

/** Who has no account is named by its key: `command_line`. */
const NOBODY = /^[a-z]+_[a-z]+$/;
