import { groupPrincipal, ownerOf } from "../store/owner.ts";
import type { RecoveredSession, StoredSession } from "../store/ports.ts";
import { type PartState, unpackGroup } from "./checkpoint.ts";
import type { ShareGroup } from "./share.ts";

/** Of which shared subscription a stored row is; the caller has asked isGroup. */
export function shareOf({ principal, clientId }: StoredSession): { readonly scope: string; readonly filter: string } {
  const owner = ownerOf(principal);
  return { scope: owner?.kind === "group" ? owner.scope : principal, filter: clientId };
}
/** Whether a stored row is a shared subscription's. */
export function isGroup(row: Pick<StoredSession, "principal">): boolean {
  return ownerOf(row.principal)?.kind === "group";
}

/** What is stored of a shared subscription beside its state. */
export function rowOf({ stored: id, scope, filter: clientId }: ShareGroup): StoredSession {
  const row = { version: 5, expiry: 0, created: 0, disconnectedAt: null, will: null } as const;
  return { id, principal: groupPrincipal(scope), clientId, ...row };
}
/** A group is again what was stored of it. Returns what its state says of parts, as unpackGroup. */
export function bringBack(group: ShareGroup, { session, state, chunks }: RecoveredSession): PartState | null {
  group.stored = session.id;
  const found = state === null ? null : unpackGroup(group, state);
  group.backlog.recover(chunks);
  return found;
}
