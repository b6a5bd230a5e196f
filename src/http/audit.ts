import { z } from "zod";
import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import { quote } from "../measure/bytes.ts";
import { printTime } from "../measure/time.ts";
import type { AuditQuery, StoredAudit } from "../store/ports.ts";
import type { HttpDeps } from "./deps.ts";
import { checkOrder, parseMoment } from "./range.ts";

/** The parameters of `GET /api/v1/audit` that say which entries. */
export const AUDIT_QUERY = {
  workspace: z.string().max(64).optional().meta({ description: "Slug: only what concerns this workspace." }),
  actor: z
    .string()
    .max(64)
    .optional()
    .meta({ description: "The `actor.account` of an entry: only what this one did." }),
  action: z
    .string()
    .max(64)
    .regex(/^[A-Za-z_]+(\.[a-z_]+)?$/, "allowed is an action such as device.delete, or a kind alone: device")
    .optional()
    .meta({ description: "Like `device.delete`; `device` is everything done to devices." }),
  from: z.string().max(64).optional().meta({ description: "ISO 8601, belongs to the range." }),
  to: z.string().max(64).optional().meta({ description: "ISO 8601, does not belong to the range." }),
};

/** What an entry must fulfil to be asked for. @throws Refusal not_found, not_permitted, invalid_request */
export function auditWish(
  deps: HttpDeps,
  principal: Principal,
  wish: z.output<z.ZodObject<typeof AUDIT_QUERY>>,
): Omit<AuditQuery, "limit"> {
  const from = parseMoment("from", wish.from);
  const to = parseMoment("to", wish.to);
  if (from !== null && to !== null) checkOrder({ from, to }, ["from", "to"], wish.to);
  return {
    visible: visibleTo(principal),
    workspace: wish.workspace === undefined ? undefined : workspaceOf(deps, principal, wish.workspace),
    actor: wish.actor,
    action: wish.action,
    from: from ?? undefined,
    to: to ?? undefined,
  };
}
/** Whether an entry may be seen at this moment. */
export function mayRead(principal: Principal, { workspace, by }: StoredAudit): boolean {
  if (principal.operate) return true;
  return workspace === null ? by.key === principal.key : principal.may(workspace, "members");
}

function visibleTo(principal: Principal): AuditQuery["visible"] {
  if (principal.operate) return null;
  const workspaces = [...principal.workspaces].filter((uid) => principal.may(uid, "members"));
  return { workspaces, actor: principal.key };
}

/** @throws Refusal not_found, not_permitted */
function workspaceOf({ directory }: HttpDeps, principal: Principal, slug: string): number {
  const row = directory.workspaceBySlug(slug);
  if (!row || !(principal.operate || principal.inWorkspace(row.uid)))
    throw new Refusal("not_found", `There is no workspace ${quote(slug)} that you may see.`);
  if (principal.operate || principal.may(row.uid, "members")) return row.uid;
  throw new Refusal("not_permitted", 'The audit log of a workspace needs the workspace permission "members".');
}

/** An entry as people see it. */
export function showEntry(
  { directory }: HttpDeps,
  { id, time, by, action, workspace, target, name, before, after }: StoredAudit,
) {
  return {
    id,
    time: printTime(time),
    actor: { account: by.key, name: by.name, address: by.from },
    action,
    workspace: workspace === null ? null : (directory.workspace(workspace)?.slug ?? null),
    target: { uid: target, name },
    before: before && snakeKeys(before),
    after: after && snakeKeys(after),
  };
}

/** Properties of rows in the words of the API. */
function snakeKeys(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
