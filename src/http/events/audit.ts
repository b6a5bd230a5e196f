import { z } from "zod";
import type { Asker } from "../../admin/actor.ts";
import { auditQuery } from "../../admin/audit.ts";
import { printTime } from "../../measure/time.ts";
import { wireRecord } from "../../measure/wire-form.ts";
import type { AuditQuery, StoredAudit } from "../../store/ports.ts";
import type { HttpDeps } from "../deps.ts";
import { checkOrder, parseMoment } from "../history/range.ts";

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
    .regex(/^[A-Za-z_ -]+(\.[a-z_]+)?$/, "allowed is an action such as device.delete, or a kind alone: device")
    .optional()
    .meta({
      description:
        "Like `api_user.delete`, which may be written `api-user delete`, too; `device` is everything done to devices.",
    }),
  from: z.string().max(64).optional().meta({ description: "ISO 8601, belongs to the range." }),
  to: z.string().max(64).optional().meta({ description: "ISO 8601, does not belong to the range." }),
};

/** What an entry must fulfil to be asked for. @throws Refusal not_found, not_permitted, invalid_request */
export function auditWish(
  asker: Asker,
  { workspace, actor, action, ...range }: z.output<z.ZodObject<typeof AUDIT_QUERY>>,
): Omit<AuditQuery, "limit"> {
  const from = parseMoment("from", range.from);
  const to = parseMoment("to", range.to);
  if (from !== null && to !== null) checkOrder({ from, to }, ["from", "to"], range.to);
  return auditQuery(asker, { workspace, actor, action, from: from ?? undefined, to: to ?? undefined });
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
    before: before && wireRecord(before),
    after: after && wireRecord(after),
  };
}
