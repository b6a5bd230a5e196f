import type { RecoveredSession } from "../store/ports.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { packGroup, type PartState } from "./checkpoint.ts";
import type { OutletHost } from "./host.ts";
import type { Outlet } from "./outlet.ts";
import type { Routes } from "./routes.ts";
import type { Member } from "./member.ts";
import { ShareGroup } from "./share.ts";
import type { ShareParts } from "./share-parts.ts";
import { bringBack, rowOf, shareOf } from "./share-rows.ts";
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
  /** Parts of nodes that are gone, until what waits there was handed over. */
  readonly orphans = new Set<ShareGroup>();
  /** A free number for a stored row; the broker sets it, for it numbers sessions. */
  allocate: () => number = () => 0;
  /** To whom the share names belong that a session uses under a filter; the broker sets it. */
  scopeOf: (outlet: Outlet, canonical: string) => string = (outlet) => outlet.principal.key;
  /** Shared subscriptions of all sessions. */
  size = 0;
  /** Among several nodes each has a part of them; null: it is alone. */
  parts: ShareParts | null = null;

  constructor(private readonly hub: SharesHost) {}

  *values(): Generator<ShareGroup> {
    yield* this.byKey.values();
    yield* this.orphans;
  }
  /** The group with a stored number. */
  readonly stored = (number: number): ShareGroup | undefined => this.byStored.get(number);
  /** The one of a key; among several nodes this node's part. */
  readonly withKey = (key: string): ShareGroup | undefined => this.byKey.get(key);
  /** What a session here may be in, by the stored number that it, or a part of it elsewhere, has or had. */
  partOf(number: number): ShareGroup | undefined {
    return this.byKey.get(this.byStored.get(number)?.key ?? this.parts?.keyOf(number) ?? "");
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
    this.parts?.joined(group, outlet);
  }
  leave(subscription: Subscription): void {
    const { outlet, filter } = subscription;
    const group = this.groupOf(outlet, filter);
    const member = group?.members.get(outlet);
    if (!group || !member) return;
    outlet.sharing?.members.delete(member);
    this.size--;
    const changed = group.leave(outlet);
    this.parts?.telling.changed(group);
    if (group.members.size === 0 && this.parts === null) this.end(group);
    else if (changed) this.hub.routes.changedShare(group);
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
    if (!this.orphans.delete(group)) this.byKey.delete(group.key);
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
    this.hub.operation({ op: "session_put", session: rowOf(group) });
    this.checkpoint(group);
  }
  /** Everything of the group that is only in memory goes into the next commit. Returns about how many bytes that are. */
  checkpoint(group: ShareGroup): number {
    if (group.gone || group.stored === 0 || group.among?.isReplaying === true) return 0;
    return group.backlog.checkpointed() + this.hub.putState(group, packGroup(group));
  }

  // recovery

  /** Brings a stored group back, still without members. */
  restore(topics: PlatformTopics, stored: RecoveredSession): ShareGroup {
    const { scope, filter } = shareOf(stored.session);
    const group = this.make(scope, filter, canonicalOf(topics, filter));
    this.byStored.set(stored.session.id, group);
    bringBack(group, stored);
    return group;
  }
  /** Brings the part of a node back that is gone. Returns what it knew of all parts; null: it was all there was. */
  adopt(group: ShareGroup, stored: RecoveredSession): PartState | null {
    this.orphans.add(group);
    this.hub.routes.addShare(group);
    this.byStored.set(stored.session.id, group);
    return bringBack(group, stored);
  }
  /** Ends the groups that no session is in any more. */
  settle(): void {
    for (const group of [...this.byKey.values()]) if (group.members.size === 0) this.end(group);
  }
}
