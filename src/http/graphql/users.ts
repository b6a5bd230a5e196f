import { type GraphContext, principalOf } from "./context.ts";
import { workspaceNamed, workspacesOf, membersShown } from "./lookups.ts";

/** An account as UserType shows it: a user, or the API user that asks. */
interface UserNode {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly key: string;
}
export function userNode({ deps: { directory } }: GraphContext, uid: number): UserNode | null {
  const row = directory.user(uid);
  return row ? { id: row.uuid ?? `user-${uid}`, email: row.email, name: row.email, key: `u:${uid}` } : null;
}
/** Who asks; null: nobody. */
export function ownNode(context: GraphContext): UserNode | null {
  const principal = principalOf(context);
  if (principal === null) return null;
  const uid = Number(principal.key.slice(2));
  if (principal.key.startsWith("u:")) return userNode(context, uid);
  return { id: `api-user-${uid}`, email: "", name: principal.name, key: principal.key };
}
/** A user by the UUID, the number or the address that a document names. */
export function userNamed({ deps: { directory } }: GraphContext, id: string): number | null {
  const lower = id.toLowerCase();
  const found = Iterator.from(directory.users()).find(
    ({ uuid, uid, email }) => uuid === lower || `user-${uid}` === id || email === lower,
  );
  return found?.uid ?? null;
}

/** UserType. */
export const USER = {
  firstName: () => "",
  lastName: () => "",
  fullName: ({ name }: UserNode) => name,
  phoneNumber: () => "",
  language: () => "EN",
  isApiuser: ({ key }: UserNode) => key.startsWith("a:"),
  // only digests of tokens are kept: the one of this request is told to its owner
  apiKey: ({ key }: UserNode, _: unknown, context: GraphContext) =>
    principalOf(context)?.key === key ? context.secret : null,
  primaryWorkspace: ({ key }: UserNode, _: unknown, context: GraphContext) =>
    principalOf(context)?.key === key ? (workspacesOf(context)[0] ?? null) : null,
  workspaceRelationship({ key }: UserNode, { workspace }: { workspace?: string | null }, context: GraphContext) {
    const row = workspace == null ? (workspacesOf(context)[0] ?? null) : workspaceNamed(context, workspace);
    if (row === null || !key.startsWith("u:")) return null;
    if (principalOf(context)?.key !== key && !membersShown(context, row)) return null;
    const { directory } = context.deps;
    return directory.membershipsOf(Number(key.slice(2))).find((one) => one.workspace === row.uid) ?? null;
  },
  features: () => [],
  whitelabelSites: () => [],
};
