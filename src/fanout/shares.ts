import { groupPrincipal, ownerOf } from "../store/owner.ts";
import type { StoredSession } from "../store/ports.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { packGroup, unpackGroup } from "./checkpoint.ts";
import type { OutletHost } from "./host.ts";
import type { Outlet } from "./outlet.ts";
import type { Routes } from "./routes.ts";
import type { Member } from "./member.ts";
import { ShareGroup } from "./share.ts";
import type { ShareParts } from "./share-parts.ts";
import { canonicalOf, type Subscription, shareKey } from "./subscription.ts";

/** What they need of the fan-out; the hub. */
interface SharesHost extends OutletHost {
  readonly routes: Pick<Routes, "addShare" | "removeShare" | "changedShare">;
  /** A checkpoint of a group; a state that did not change since the last one is not written again. Returns the bytes that are. */
  putState(group: ShareGroup, state: Uint8Array): number;
}

/** The shared subscriptions there are, and what of them is stored. */
export class Shares {
  private readonly byKey = new Map<string, ShareGroup>();
  private readonly byStored = new Map<number, ShareGroup>();
  /** A free number for a stored row; the broker sets it, for it numbers sessions. */
  allocate: () => number = () => 0;
  /** To whom the share names belong that a session uses under a filter; the broker sets it. */
  scopeOf: (outlet: Outlet, canonical: string) => string = (outlet) => outlet.principal.key;
  /** Shared subscriptions of all sessions. */
  size = 0;
  /** Among several nodes each has a part of them; null: it is alone. */
  parts: ShareParts | null = null;

  constructor(private readonly hub: SharesHost) {}

  values(): MapIterator<ShareGroup> {
    return this.byKey.values();
  }
  /** The group with a stored number. */
  stored(number: number): ShareGroup | undefined {
    return this.byStored.get(number);
  }
  /** What a session here may be in, by the stored number that it, or a part of it elsewhere, has or had. */
  partOf(number: number): ShareGroup | undefined {
    return this.byKey.get(this.byStored.get(number)?.key ?? this.parts?.weights.keyOf(number) ?? "");
  }
  /** This node's part of a group. */
  withKey(key: string): ShareGroup | undefined {
    return this.byKey.get(key);
  }
  /** A session joins the group of a subscription, or changes its part in it; its first member makes it. */
  join(subscription: Subscription): void {
    const { outlet, filter, canonical } = subscription;
    let group = this.groupOf(outlet, filter);
    if (!group) {
      const scope = this.scopeOf(outlet, canonical);
      group = this.byKey.get(shareKey(scope, filter)) ?? this.make(scope, filter, canonical);
    }
    const isNew = !group.members.has(outlet);
    const changed = group.join(subscription);
    if (isNew) {
      outlet.share().members.add(group.members.get(outlet) as Member); // it has just joined
      this.size++;
    }
    if (changed) this.hub.routes.changedShare(group);
    if (outlet.stored > 0 || (this.parts !== null && subscription.qos > 0)) this.store(group);
    this.parts?.changed(group);
  }
  leave(subscription: Subscription): void {
    const { outlet, filter } = subscription;
    const group = this.groupOf(outlet, filter);
    const member = group?.members.get(outlet);
    if (!group || !member) return;
    outlet.sharing?.members.delete(member);
    this.size--;
    const changed = group.leave(outlet);
    this.parts?.changed(group);
    if (group.members.size === 0 && this.parts === null) this.end(group);
    else if (changed) this.hub.routes.changedShare(group);
  }
  /** A session has a connection, or none any more. */
  linked({ sharing }: Outlet): void {
    if (this.parts !== null) for (const { group } of sharing?.members ?? []) this.touched(group.key);
  }
  private touched(key: string): void {
    const group = this.byKey.get(key);
    if (group !== undefined) this.parts?.changed(group);
  }
  /** A session leaves for another node: until it is counted there, what comes for it waits here. */
  moving({ sharing, principal }: Outlet): void {
    for (const {
      group: { key },
      qos,
    } of this.parts !== null && sharing !== null ? sharing.members : []) {
      const { leaving } = this.byKey.get(key) ?? { leaving: new Map<string, number>() };
      if (qos > 0) leaving.set(principal.key, (leaving.get(principal.key) ?? 0) + 1);
    }
  }
  /** The group that a session is in by a filter: to whom the share name belongs may have changed since it joined. */
  private groupOf(outlet: Outlet, filter: string): ShareGroup | undefined {
    for (const { group } of outlet.sharing?.members ?? [])
      if (group.filter === filter) return this.byKey.get(group.key);
    return undefined;
  }
  private make(scope: string, filter: string, canonical: string): ShareGroup {
    const group = new ShareGroup(scope, filter, canonical, this.hub);
    if (this.parts !== null) [group.among, group.epoch] = [this.parts, this.parts.epoch];
    this.byKey.set(group.key, group);
    this.hub.metrics.sharedGroups = this.byKey.size;
    this.hub.routes.addShare(group);
    return group;
  }
  end(group: ShareGroup): void {
    this.parts?.ended(group);
    group.end();
    this.byKey.delete(group.key);
    this.hub.metrics.sharedGroups = this.byKey.size;
    this.hub.routes.removeShare(group);
    if (group.stored === 0) return;
    this.byStored.delete(group.stored);
    this.hub.operation({ op: "session_delete", id: group.stored });
    group.stored = 0;
  }

  // what is stored

  /** A session is stored from now on, and with it the groups that it is in. */
  storedNow(outlet: Outlet): void {
    for (const part of outlet.sharing?.members ?? []) {
      const group = this.byKey.get(part.group.key);
      if (group) this.store(group);
    }
  }
  private store(group: ShareGroup): void {
    if (group.stored > 0) return;
    group.stored = this.allocate();
    this.hub.memory.leave(group);
    this.byStored.set(group.stored, group);
    const { stored: id, scope, filter: clientId } = group;
    const row = { version: 5, expiry: 0, created: 0, disconnectedAt: null, will: null } as const;
    this.hub.operation({ op: "session_put", session: { id, principal: groupPrincipal(scope), clientId, ...row } });
    this.checkpoint(group);
  }
  /** Everything of the group that is only in memory goes into the next commit. Returns about how many bytes that are. */
  checkpoint(group: ShareGroup): number {
    if (group.gone || group.stored === 0) return 0;
    return group.backlog.checkpointed() + this.hub.putState(group, packGroup(group));
  }

  // recovery

  /** Brings a stored group back, still without members. */
  restore(
    topics: PlatformTopics,
    { id, principal, clientId }: StoredSession,
    state: Uint8Array | null,
    chunks: Parameters<ShareGroup["backlog"]["recover"]>[0],
  ): ShareGroup {
    const owner = ownerOf(principal);
    const scope = owner?.kind === "group" ? owner.scope : principal; // the caller has asked isGroup
    const group = this.make(scope, clientId, canonicalOf(topics, clientId));
    group.stored = id;
    this.byStored.set(id, group);
    if (state !== null) unpackGroup(group, state);
    group.backlog.recover(chunks);
    return group;
  }
  /** Ends the groups that no session is in any more. */
  settle(): void {
    for (const group of [...this.byKey.values()]) if (group.members.size === 0) this.end(group);
  }
}

/** Whether a stored row is a shared subscription's. */
export function isGroup(row: Pick<StoredSession, "principal">): boolean {
  return ownerOf(row.principal)?.kind === "group";
}
