import type { Actor as AuditActor } from "../../fleet/audit.ts";
import type { Seeker } from "./route.ts";

/** Who asks, for the audit log. */
export function auditActor({ deps, who }: Pick<Seeker, "deps" | "who">): AuditActor {
  const { key } = who.principal;
  return { key, name: deps.fleet.accountName(key), from: who.address };
}
