import { BadValues, Refusal } from "../../base/errors.ts";
import { slugify } from "../../topic/grammar.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { RULE } from "../rules.ts";
import { hashToken, newToken, tokenHint } from "../token.ts";
import type { ApiUser, Grant, Membership, Role, Token, Workspace } from "../types.ts";
import { prefixIsFree } from "./home-assistant.ts";
import { type Changes, patched, sameRow } from "./patch.ts";
import { uuidIsTaken } from "./products.ts";

/** Edits of workspaces, members, API users and tokens, for FleetService.edit. */

/** @param owner uid of the user who will own it. @returns the slug. @throws BadValues already_exists, invalid_request */
export function createWorkspace(
  draft: Draughtsman,
  wish: { readonly slug?: string | undefined; readonly name: string; readonly uuid?: string | undefined },
  owner: number,
): string {
  const slug = wish.slug ?? slugify(wish.name);
  if (slug === "")
    throw new BadValues("invalid_request", [
      { path: "slug", message: `No slug can be made from this name. Give one: ${RULE.slug}.` },
    ]);
  if (draft.directory.workspaceBySlug(slug))
    throw new BadValues("already_exists", [{ path: "slug", message: `A workspace "${slug}" exists already.` }]);
  const { name, uuid } = wish;
  if (uuid !== undefined && [...draft.directory.workspaces()].some((other) => other.uuid === uuid))
    throw uuidIsTaken("workspace");
  const uid = draft.temporary();
  const row = { uid, slug, name, ...(uuid !== undefined && { uuid }) };
  draft.drafts.push({ kind: "workspace", op: "put", row });
  draft.drafts.push({ kind: "membership", op: "put", row: { uid: 0, user: owner, workspace: uid, role: "owner" } });
  return slug;
}

export function changeWorkspace(draft: Draughtsman, row: Workspace, changes: Changes<Workspace>): void {
  const next = patched(row, changes);
  if (!sameRow(next, row)) draft.drafts.push({ kind: "workspace", op: "put", row: next });
}

/** @throws Refusal last_owner */
export function changeRole(draft: Draughtsman, row: Membership, role: Role): void {
  if (role === row.role) return;
  keepAnOwner(draft, row);
  draft.drafts.push({ kind: "membership", op: "put", row: { ...row, role } });
}

/** @throws Refusal last_owner */
export function removeMember(draft: Draughtsman, row: Membership): void {
  keepAnOwner(draft, row);
  draft.drafts.push({ kind: "membership", op: "delete", uid: row.uid });
}

/**
 * Removes a person: memberships, tokens, and what the person signs in with go along.
 * @throws Refusal last_owner; not_permitted: the last administrator of the instance
 */
export function removePerson(draft: Draughtsman, uid: number): void {
  const { directory } = draft;
  for (const membership of directory.membershipsOf(uid)) keepAnOwner(draft, membership);
  const others = [...directory.users()].some((user) => user.admin && user.uid !== uid);
  if (directory.user(uid)?.admin === true && !others)
    throw new Refusal("not_permitted", "This is the last administrator of the instance, which keeps one.");
  draft.drafts.push({ kind: "user", op: "delete", uid });
}

/** Whether a workspace would be left without an owner. @throws Refusal last_owner */
function keepAnOwner({ directory }: Draughtsman, row: Membership): void {
  if (row.role !== "owner") return;
  const others = directory.membersOf(row.workspace).filter((m) => m.role === "owner" && m.uid !== row.uid);
  if (others.length > 0) return;
  throw new Refusal(
    "last_owner",
    `This is the last owner of the workspace ${directory.workspace(row.workspace)?.slug ?? "?"}. Make somebody else an owner first.`,
  );
}

interface ApiUserWish {
  readonly name: string;
  readonly mqtt: boolean;
  readonly grants: readonly Grant[];
  readonly homeAssistant: string | null;
}
/** @returns the temporary uid, for a token. @throws BadValues already_exists, invalid_request */
export function createApiUser(draft: Draughtsman, workspace: number, wish: ApiUserWish): number {
  const { homeAssistant, ...rest } = wish;
  nameIsFree(draft, workspace, wish.name, null);
  prefixIsFree(draft, homeAssistant);
  const uid = draft.temporary();
  const own = homeAssistant === null ? {} : { homeAssistant };
  draft.drafts.push({ kind: "apiUser", op: "put", row: { uid, workspace, ...rest, ...own } });
  return uid;
}

/** @throws BadValues already_exists, invalid_request */
export function changeApiUser(draft: Draughtsman, row: ApiUser, changes: Changes<ApiUser>): void {
  const next = patched(row, changes);
  if (sameRow(next, row)) return;
  nameIsFree(draft, row.workspace, next.name, row.uid);
  prefixIsFree(draft, next.homeAssistant ?? null);
  draft.drafts.push({ kind: "apiUser", op: "put", row: next });
}

function nameIsFree({ directory }: Draughtsman, workspace: number, name: string, own: number | null): void {
  const taken = directory.apiUsersOf(workspace).some((other) => other.name === name && other.uid !== own);
  if (taken)
    throw new BadValues("already_exists", [{ path: "name", message: `An API user "${name}" exists already.` }]);
}

/** Who gets a token; one of both is a uid (a temporary one for a row of the same edit). */
interface TokenFor {
  readonly user: number | null;
  readonly apiUser: number | null;
}
/**
 * @param expires µs since the epoch; null: never
 * @returns the token itself, to be shown this once
 */
export function createToken(draft: Draughtsman, owner: TokenFor, name: string, expires: number | null): string {
  const { now, random } = draft.supplies;
  const token = newToken(random);
  const { user, apiUser } = owner;
  const row: Token = {
    uid: 0,
    hash: hashToken(token),
    hint: tokenHint(token),
    name,
    user,
    apiUser,
    created: now,
    expires,
  };
  draft.drafts.push({ kind: "token", op: "put", row });
  return token;
}

/**
 * A new token in the place of another, which ends after the grace period (never later than it would have).
 * @param grace µs; 0: the old one goes at once
 * @param expires of the new one, µs since the epoch; null: never
 * @returns the new token, to be shown this once
 */
export function rotateToken(draft: Draughtsman, old: Token, grace: number, expires: number | null): string {
  const token = createToken(draft, old, old.name, expires);
  const end = draft.supplies.now + grace;
  if (grace === 0) draft.drafts.push({ kind: "token", op: "delete", uid: old.uid });
  else if (old.expires === null || old.expires > end)
    draft.drafts.push({ kind: "token", op: "put", row: { ...old, expires: end } });
  return token;
}
