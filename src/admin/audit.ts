import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { StoredAudit } from "../store/ports.ts";
import type { OperationsDeps } from "./types.ts";

const name = z.string().min(1).max(512);

/** Which entries of the audit log: those that fulfil all of it, newest first. Times in µs. */
export const auditWish = z.strictObject({
  workspace: name.optional(),
  account: name.optional(),
  action: name.optional(),
  since: z.number().optional(),
  limit: z.number().int().min(1).max(100_000).default(50),
});

/** An entry with the slug of its workspace; null: it concerns none, or one that is gone. */
export interface AuditLine extends Omit<StoredAudit, "workspace"> {
  readonly workspace: string | null;
}

/** @throws Refusal not_found: no such workspace or account */
export async function listAudit(deps: OperationsDeps, wish: z.output<typeof auditWish>): Promise<AuditLine[]> {
  const { directory, fleet } = deps;
  const workspace = wish.workspace === undefined ? undefined : directory.workspaceBySlug(wish.workspace)?.uid;
  if (wish.workspace !== undefined && workspace === undefined)
    throw new Refusal("not_found", `There is no workspace with the slug "${wish.workspace}".`);
  const { account } = wish;
  const found = await deps.audit.readAudit({
    visible: null,
    workspace,
    actor: account === undefined || KEY.test(account) ? account : fleet.accountKey(account),
    action: wish.action,
    from: wish.since,
    limit: wish.limit,
  });
  return found.map((e) => ({
    ...e,
    workspace: e.workspace === null ? null : (directory.workspace(e.workspace)?.slug ?? null),
  }));
}

/** Who has no account, or none any more, is named by its key. */
const KEY = /^([ua]:\d{1,15}|[a-z]+_[a-z]+)$/;
