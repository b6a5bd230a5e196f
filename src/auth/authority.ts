import type { ErrorCode } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import { type AppliedChange, type DeviceNode, type Directory, isAftermath, ownerKey } from "../fleet/directory.ts";
import { MultiMap } from "../fleet/multimap.ts";
import type { Token } from "../fleet/types.ts";
import { noToken, secretOf, secretOfHeader } from "./credentials.ts";
import { localOwner } from "./local-owner.ts";
import { Principal } from "./principal.ts";
import { Expiring } from "./expiring.ts";
import { NO_RIGHTS, rightsOf } from "./rights.ts";
import { note, type RightsChange } from "./rights-change.ts";
import type { Revocation } from "./revocation.ts";
import { DeviceSets } from "./sets.ts";
import { Tickets } from "./tickets.ts";
import { hashToken, isTokenForm } from "./token.ts";
import { TokenUses } from "./uses.ts";

export type AuthCode = Extract<ErrorCode, "unknown_token" | "expired_token" | "mqtt_not_permitted">;
export type AuthResult =
  | { readonly ok: true; readonly principal: Principal; readonly tokenUid: number }
  | { readonly ok: false; readonly code: AuthCode; readonly message: string };

interface AuthorityOptions {
  /** Whether the instance has free topics; without, no principal has any. */
  readonly freeTopics?: boolean;
  /** From this many changed devices in one commit on, whole sets are computed instead of single bits. */
  readonly manyDevices?: number;
}

const MANY_DEVICES = 32;

/**
 * Who is who, and what they may. Follows the directory in the turn of each change; make it before other listeners of
 * the directory, so that they find the new rights. Only principals that were asked for since the start cost anything.
 */
export class Authority {
  /** Noted by those who let somebody in. */
  readonly uses = new TokenUses();
  /** Of browsers that are signed in. No token of the account is gone with one. */
  readonly tickets = new Tickets((key, tokenUid) =>
    this.tellRevoked({ tokenUid, key, principal: this.principals.get(key), reason: "deleted", tokensLeft: 1 }),
  );
  private readonly freeTopics: boolean;
  private readonly manyDevices: number;
  private readonly sets: DeviceSets;
  private readonly principals = new Map<string, Principal>();
  private readonly inWorkspace = new MultiMap<number, Principal>();
  /** Workspaces many of whose devices changed: of each, rights are computed when the last of them has. */
  private readonly owed = new Set<number>();
  private readonly expiring: Expiring;
  private readonly rightsListeners: ((p: Principal, change: RightsChange) => void)[] = [];
  private readonly revokedListeners: ((r: Revocation) => void)[] = [];

  constructor(
    private readonly directory: Directory,
    { freeTopics = false, manyDevices = MANY_DEVICES }: AuthorityOptions = {},
  ) {
    this.freeTopics = freeTopics;
    this.manyDevices = manyDevices;
    this.sets = new DeviceSets(directory);
    this.expiring = new Expiring(directory);
    directory.onChange((changes, more) => {
      if (!more && this.owed.size === 0) return this.follow(changes);
      for (const workspace of this.sets.applyMany(changes)) this.owed.add(workspace);
      return more ? undefined : this.settle();
    });
  }

  /** Called in the turn of a change, once per principal whose rights it changed, when all of them are computed. */
  onRights(listener: (principal: Principal, change: RightsChange) => void): void {
    this.rightsListeners.push(listener);
  }
  /** Called in the turn in which a token is deleted (with its account, too) or found expired. */
  onRevoked(listener: (revocation: Revocation) => void): void {
    this.revokedListeners.push(listener);
  }

  /** The principal with this key, also without a login (for stored sessions); undefined: no such account. */
  principalOf(key: string): Principal | undefined {
    const known = this.principals.get(key);
    if (known) return known;
    const rights = rightsOf(this.directory, key, this.freeTopics);
    if (!rights) return undefined;
    const principal = new Principal(key, this.sets);
    principal.update(rights);
    this.principals.set(key, principal);
    for (const workspace of principal.workspaces) this.inWorkspace.add(workspace, principal);
    return principal;
  }

  /** Who acts for this machine's owner. @param workspace uid of one whose free topics it may use; null: of none */
  localOwner(workspace: number | null = null): Principal {
    return localOwner(this.directory, this.sets, this.freeTopics ? workspace : null);
  }

  /**
   * Decides a CONNECT by the rules of section 2. Absent user name or password: null or undefined. Who connects without
   * both may still be let in by the setting *anonymous*; that is the caller's, before this. (A version 3 password without
   * a user name does not come here: the codec ends that connection.)
   * @param now µs
   * @returns never an echo of what was sent
   */
  authenticate(userName: string | null | undefined, password: string | null | undefined, now: Micros): AuthResult {
    const sent = secretOf(userName ?? "", password ?? "");
    if ("wrong" in sent) return refuse("unknown_token", sent.wrong);
    const found = this.find(sent.secret, now);
    if (!found.ok || found.principal.mqtt) return found;
    return refuse(
      "mqtt_not_permitted",
      "This API user may not use MQTT. Switch MQTT on for it, or use the token of another one.",
    );
  }

  /** Decides an HTTP request by its Authorization header: `Token <token>`, or `Bearer <token>`. @param now µs */
  authenticateHttp(header: string | null | undefined, now: Micros): AuthResult {
    const sent = secretOfHeader(header ?? "");
    return "wrong" in sent ? refuse("unknown_token", sent.wrong) : this.find(sent.secret, now);
  }

  private find(secret: string, now: Micros): AuthResult {
    if (!isTokenForm(secret)) return refuse("unknown_token", noToken(secret));
    // Found by the digest of the secret: how long that takes tells nothing about the tokens there are.
    const token = this.directory.tokenByHash(hashToken(secret));
    const principal = token && this.principalOf(ownerKey(token));
    if (!token || !principal) {
      return refuse("unknown_token", "This access token is not known here. Check it, or create a new one.");
    }
    if (token.expires !== null && token.expires <= now) {
      return refuse("expired_token", "This access token has expired. Create a new one.");
    }
    return { ok: true, principal, tokenUid: token.uid };
  }

  /**
   * Announces the tokens that have expired by `now` (µs) and were not announced yet.
   * @returns when the next one will, or null; the caller sets its timer by it, anew after each change of the fleet
   */
  expire(now: Micros): Micros | null {
    const { gone, next } = this.expiring.take(now);
    for (const token of gone) this.revoked(token, this.principals.get(ownerKey(token)), "expired");
    return next;
  }

  private follow(changes: readonly AppliedChange[]): void {
    const accounts = new Set<string>();
    const devices = new Map<number, Set<DeviceNode>>();
    const tokens: (readonly [Token, Principal | undefined])[] = [];
    const changed = new Map<Principal, RightsChange>();
    for (const change of changes) {
      if (isAftermath(change)) continue;
      const gone = this.sets.apply(change);
      switch (change.kind) {
        case "device": {
          const workspace = change.node.product.row.workspace;
          const some = devices.get(workspace) ?? new Set();
          // beyond that nobody looks at which they are
          if (some.size <= this.manyDevices) devices.set(workspace, some.add(change.node));
          break;
        }
        case "product":
          if (gone === undefined || change.op === "put") break;
          for (const one of this.inWorkspace.list(change.before.workspace)) note(changed, one, one.loses(gone));
          break;
        case "user":
          accounts.add(`u:${change.op === "put" ? change.row.uid : change.uid}`);
          break;
        case "apiUser":
          accounts.add(`a:${change.op === "put" ? change.row.uid : change.uid}`);
          break;
        case "membership":
          accounts.add(`u:${change.op === "put" ? change.row.user : change.before.user}`);
          break;
        case "token":
          // The principal is taken now: its account may go in the same turn.
          if (change.op === "delete") tokens.push([change.before, this.principals.get(ownerKey(change.before))]);
          if (change.op === "delete") this.uses.forget(change.uid);
          this.expiring.follow(change);
          break;
      }
    }
    this.followDevices(devices, accounts, changed);
    for (const key of accounts) this.recompute(key, changed);
    this.tellRights(changed);
    for (const [token, principal] of tokens) this.revoked(token, principal, "deleted");
  }

  /** Few changed devices: their bits alone. Many: the accounts concerned are computed as a whole, later. */
  private followDevices(
    devices: ReadonlyMap<number, ReadonlySet<DeviceNode>>,
    accounts: Set<string>,
    changed: Map<Principal, RightsChange>,
  ): void {
    for (const [workspace, some] of devices) {
      for (const principal of this.inWorkspace.list(workspace)) {
        if (some.size > this.manyDevices) accounts.add(principal.key);
        if (accounts.has(principal.key)) continue;
        for (const device of some) note(changed, principal, principal.updateDevice(device));
      }
    }
  }

  /** Behind many changes of devices and of nothing else: one account a step. */
  private *settle(): Generator<void, void> {
    const keys = [...this.owed].flatMap((workspace) => this.inWorkspace.list(workspace).map(({ key }) => key));
    this.owed.clear();
    for (const key of new Set(keys)) {
      const changed = new Map<Principal, RightsChange>();
      this.recompute(key, changed);
      this.tellRights(changed);
      yield;
    }
  }
  private tellRights(changed: ReadonlyMap<Principal, RightsChange>): void {
    for (const [principal, change] of changed) for (const tell of this.rightsListeners) tell(principal, change);
  }

  private recompute(key: string, changed: Map<Principal, RightsChange>): void {
    const principal = this.principals.get(key);
    if (!principal) return;
    for (const workspace of principal.workspaces) this.inWorkspace.delete(workspace, principal);
    const rights = rightsOf(this.directory, key, this.freeTopics);
    note(changed, principal, principal.update(rights ?? NO_RIGHTS));
    if (!rights) this.principals.delete(key);
    else for (const workspace of principal.workspaces) this.inWorkspace.add(workspace, principal);
  }

  private revoked(token: Token, principal: Principal | undefined, reason: Revocation["reason"]): void {
    const key = ownerKey(token);
    const tokensLeft = this.directory.tokensOf(key).filter((one) => this.expiring.isGood(one)).length;
    this.tellRevoked({ tokenUid: token.uid, key, principal, reason, tokensLeft });
  }
  private tellRevoked(revocation: Revocation): void {
    for (const tell of this.revokedListeners) tell(revocation);
  }
}

function refuse(code: AuthCode, message: string): AuthResult {
  return { ok: false, code, message };
}
