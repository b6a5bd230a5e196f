import type { AppliedChange } from "./applied.ts";
import { grantKeys, holdersOf } from "./grant-keys.ts";
import { MultiMap } from "./multimap.ts";
import type { AnyRow } from "./kind.ts";
import { kindOf, refersTo } from "./kinds.ts";
import { PlainRows, referringTo } from "./plain-rows.ts";
import { ownerKey } from "./token.ts";
import type { ApiUser, FleetRows, Grant, Membership, Token, Workspace } from "./types.ts";

type User = FleetRows["user"];

/** The half of the directory that knows workspaces, people, API users and tokens. */
export abstract class AccountIndex {
  protected readonly workspaceRows = new Map<number, Workspace>();
  protected readonly workspaceSlugs = new Map<string, Workspace>();
  private readonly userRows = new Map<number, User>();
  private readonly userEmails = new Map<string, User>();
  private readonly membershipRows = new Map<number, Membership>();
  private readonly apiUserRows = new Map<number, ApiUser>();
  private readonly tokenRows = new Map<number, Token>();
  private readonly tokenHashes = new Map<string, Token>();
  protected readonly apiUsersIn = new MultiMap<number, number>();
  protected readonly membersIn = new MultiMap<number, number>();
  private readonly membershipsBy = new MultiMap<number, number>();
  private readonly tokensBy = new MultiMap<string, number>();
  private readonly granted = new MultiMap<string, number>();
  protected readonly plain = new PlainRows();
  /** What the apply that is under way has done so far. */
  protected applied: AppliedChange[] = [];

  workspaces(): IterableIterator<Workspace> {
    return this.workspaceRows.values();
  }
  workspace(uid: number): Workspace | undefined {
    return this.workspaceRows.get(uid);
  }
  workspaceBySlug(slug: string): Workspace | undefined {
    return this.workspaceSlugs.get(slug);
  }
  users(): IterableIterator<User> {
    return this.userRows.values();
  }
  user(uid: number): User | undefined {
    return this.userRows.get(uid);
  }
  /** @param email in lower case, as rules.ts normalises it */
  userByEmail(email: string): User | undefined {
    return this.userEmails.get(email);
  }
  membershipsOf(user: number): Membership[] {
    return this.rows(this.membershipRows, this.membershipsBy.list(user));
  }
  membership(uid: number): Membership | undefined {
    return this.membershipRows.get(uid);
  }
  membersOf(workspace: number): Membership[] {
    return this.rows(this.membershipRows, this.membersIn.list(workspace));
  }
  apiUsers(): IterableIterator<ApiUser> {
    return this.apiUserRows.values();
  }
  apiUser(uid: number): ApiUser | undefined {
    return this.apiUserRows.get(uid);
  }
  apiUsersOf(workspace: number): ApiUser[] {
    return this.rows(this.apiUserRows, this.apiUsersIn.list(workspace));
  }
  tokens(): IterableIterator<Token> {
    return this.tokenRows.values();
  }
  token(uid: number): Token | undefined {
    return this.tokenRows.get(uid);
  }
  tokenByHash(hash: string): Token | undefined {
    return this.tokenHashes.get(hash);
  }
  /** @param owner key of the principal: "u:<uid>" or "a:<uid>" */
  tokensOf(owner: string): Token[] {
    return this.rows(this.tokenRows, this.tokensBy.list(owner));
  }

  private rows<T>(map: ReadonlyMap<number, T>, uids: readonly number[]): T[] {
    const rows: T[] = [];
    for (const uid of uids) {
      const row = map.get(uid);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  /** A row of a kind without structures of its own. */
  protected putPlain({ kind, row }: { readonly kind: string; readonly row: AnyRow }): void {
    for (const { property, kind: of } of kindOf(kind).references) {
      const uid = refersTo(row, property);
      if (uid !== null) must(this.anyRow(of, uid), of, uid);
    }
    const before = this.plain.put(kind, row);
    this.tell({ kind, op: "put", row, before, node: null });
  }
  protected removePlain(kind: string, uid: number): void {
    if (this.plain.row(kind, uid) === undefined) return;
    this.removeDependents(kind, uid);
    const before = this.plain.remove(kind, uid);
    this.tell({ kind, op: "delete", uid, before, node: null });
  }
  private tell(change: object): void {
    this.applied.push(change as AppliedChange); // a change of its kind, as it was built above
  }
  /** What goes with a row that goes, of the kinds without structures of their own. */
  protected removeDependents(kind: string, uid: number): void {
    for (const { name } of referringTo(kind))
      for (const row of this.plain.of(name, kind, uid)) this.removePlain(name, row.uid);
  }
  /** The same of many rows at once. @param isGone whether this row goes */
  protected removeDependentsOf(kind: string, isGone: (uid: number) => boolean): void {
    for (const [name, uid] of this.plain.ofMany(kind, isGone)) this.removePlain(name, uid);
  }
  /** The row of any kind. */
  protected abstract anyRow(kind: string, uid: number): AnyRow | undefined;

  protected putUser(row: User): void {
    const before = this.userRows.get(row.uid) ?? null;
    if (before) this.userEmails.delete(before.email);
    this.userRows.set(row.uid, row);
    this.userEmails.set(row.email, row);
    this.applied.push({ kind: "user", op: "put", row, before, node: null });
  }
  protected putMembership(row: Membership): void {
    must(this.userRows.get(row.user), "user", row.user);
    must(this.workspaceRows.get(row.workspace), "workspace", row.workspace);
    const before = this.membershipRows.get(row.uid) ?? null;
    this.membershipRows.set(row.uid, row);
    this.membershipsBy.add(row.user, row.uid);
    this.membersIn.add(row.workspace, row.uid);
    this.applied.push({ kind: "membership", op: "put", row, before, node: null });
  }
  protected putApiUser(row: ApiUser): void {
    must(this.workspaceRows.get(row.workspace), "workspace", row.workspace);
    const before = this.apiUserRows.get(row.uid) ?? null;
    if (before) for (const key of grantKeys(before.grants)) this.granted.delete(key, row.uid);
    this.apiUserRows.set(row.uid, row);
    this.apiUsersIn.add(row.workspace, row.uid);
    for (const key of grantKeys(row.grants)) this.granted.add(key, row.uid);
    this.applied.push({ kind: "apiUser", op: "put", row, before, node: null });
  }
  protected putToken(row: Token): void {
    const owner = ownerKey(row);
    if (row.user !== null) must(this.userRows.get(row.user), "user", row.user);
    else must(this.apiUserRows.get(row.apiUser ?? 0), "apiUser", row.apiUser ?? 0);
    const before = this.tokenRows.get(row.uid) ?? null;
    if (before) this.tokenHashes.delete(before.hash);
    this.tokenRows.set(row.uid, row);
    this.tokenHashes.set(row.hash, row);
    this.tokensBy.add(owner, row.uid);
    this.applied.push({ kind: "token", op: "put", row, before, node: null });
  }

  protected removeUser(uid: number): void {
    const before = this.userRows.get(uid);
    if (!before) return;
    this.removeDependents("user", uid);
    for (const token of this.tokensBy.list(`u:${uid}`)) this.removeToken(token);
    for (const membership of this.membershipsBy.list(uid)) this.removeMembership(membership);
    this.userRows.delete(uid);
    this.userEmails.delete(before.email);
    this.applied.push({ kind: "user", op: "delete", uid, before, node: null });
  }
  protected removeMembership(uid: number): void {
    const before = this.membershipRows.get(uid);
    if (!before) return;
    this.removeDependents("membership", uid);
    this.membershipRows.delete(uid);
    this.membershipsBy.delete(before.user, uid);
    this.membersIn.delete(before.workspace, uid);
    this.applied.push({ kind: "membership", op: "delete", uid, before, node: null });
  }
  protected removeApiUser(uid: number): void {
    const before = this.apiUserRows.get(uid);
    if (!before) return;
    this.removeDependents("apiUser", uid);
    for (const token of this.tokensBy.list(`a:${uid}`)) this.removeToken(token);
    for (const key of grantKeys(before.grants)) this.granted.delete(key, uid);
    this.apiUserRows.delete(uid);
    this.apiUsersIn.delete(before.workspace, uid);
    this.applied.push({ kind: "apiUser", op: "delete", uid, before, node: null });
  }
  protected removeToken(uid: number): void {
    const before = this.tokenRows.get(uid);
    if (!before) return;
    this.removeDependents("token", uid);
    this.tokenRows.delete(uid);
    this.tokenHashes.delete(before.hash);
    this.tokensBy.delete(ownerKey(before), uid);
    this.applied.push({ kind: "token", op: "delete", uid, before, node: null });
  }
  /** A grant dies with the row it names. */
  protected dropGrants(key: string, dies: (g: Grant) => boolean): void {
    for (const apiUser of this.rows(this.apiUserRows, this.granted.list(key))) {
      this.putApiUser({ ...apiUser, grants: apiUser.grants.filter((g) => !dies(g)) });
    }
  }
  /** The same of many devices at once. @param isGone whether this one goes */
  protected dropDeviceGrants(isGone: (device: number) => boolean): void {
    const holders = [...holdersOf(this.granted, isGone)];
    for (const apiUser of this.rows(this.apiUserRows, holders)) {
      const grants = apiUser.grants.filter((g) => g.scope !== "device" || !isGone(g.device));
      this.putApiUser({ ...apiUser, grants });
    }
  }
}

export function must<T>(value: T | undefined, kind: string, uid: number): T {
  if (value === undefined) throw new Error(`the fleet has no ${kind} with number ${uid}`);
  return value;
}
