import { z } from "zod";
import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import { quote } from "../measure/bytes.ts";
import { printTime } from "../measure/time.ts";
import type { AuditQuery, StoredAudit } from "../store/ports.ts";
import { authenticate } from "./access.ts";
import { jsonText } from "./answer.ts";
import type { Handler, HttpDeps } from "./deps.ts";
import { checked, parametersOf } from "./query-request.ts";
import { parseMoment } from "./range.ts";

/** The parameters of `GET /api/v1/audit`. */
export const auditRequest = z.strictObject({
  workspace: z.string().max(64).optional().describe("slug: only what concerns this workspace"),
  actor: z.string().max(64).optional().describe("the `actor.account` of an entry: only what this one did"),
  action: z
    .string()
    .max(64)
    .regex(/^[A-Za-z_]+(\.[a-z_]+)?$/, "is an action such as device.delete, or a kind alone: device")
    .optional(),
  from: z.string().max(64).optional().describe("ISO 8601, belongs to the range"),
  to: z.string().max(64).optional().describe("ISO 8601, does not belong to the range"),
  limit: z.number().int().min(1).max(1000).default(100).describe("most entries of one answer"),
  cursor: z.string().max(32).optional().describe("`next` of the answer before"),
});

/**
 * `GET /api/v1/audit`: who did what, newest first. Entries of a workspace need its permission `members`; what concerns
 * no workspace is shown to the account that did it; `operate` sees all. `next` leads to the page behind this one.
 */
export function readAudit(deps: HttpDeps): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    const wish = checked(auditRequest, parametersOf(c));
    const workspace = wish.workspace === undefined ? undefined : workspaceOf(deps, principal, wish.workspace);
    const found = await deps.audit.readAudit({
      visible: visibleTo(principal),
      workspace,
      actor: wish.actor,
      action: wish.action,
      from: parseMoment("from", wish.from) ?? undefined,
      to: parseMoment("to", wish.to) ?? undefined,
      before: cursorOf(wish.cursor),
      limit: wish.limit + 1,
    });
    authenticate(deps, c); // the store may have taken its time, and rights obey at once
    const page = found.slice(0, wish.limit);
    const next = found.length > wish.limit ? String(page.at(-1)?.id) : null;
    return jsonText(JSON.stringify({ items: page.map((entry) => show(deps, entry)), next }));
  };
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

function cursorOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal("invalid_request", "The cursor is not one that an answer gave; begin without one.");
}

function show({ directory }: HttpDeps, { id, time, by, action, workspace, target, name, before, after }: StoredAudit) {
  return {
    id,
    time: printTime(time),
    actor: { account: by.key, name: by.name, address: by.from },
    action,
    workspace: workspace === null ? null : (directory.workspace(workspace)?.slug ?? null),
    target: { uid: target, name },
    before,
    after,
  };
}
