import type { Principal } from "../auth/principal.ts";
import type { News, Seq } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { AmongParts } from "./among-parts.ts";
import type { Outlet } from "./outlet.ts";
import type { ShareGroup } from "./share.ts";
import { STAYS } from "./share-hand.ts";
import { type HandingNeeds, readers, ShareHanding } from "./share-handing.ts";
import { heirOf, type Part, partOf } from "./share-part.ts";
import type { ShareTelling } from "./share-telling.ts";

interface PartsNeeds extends HandingNeeds {
  /** The last one has left on all nodes, or what waited was handed over. */
  readonly end: (part: ShareGroup) => void;
}

/**
 * Shared subscriptions among several nodes. Each node has a part of its own: its members, a queue, a stored row. Every node is told by rows of
 * the log who is in which part, so all know the same at the same row, and each decides alone, and alike, whose a message is (partOf).
 * What waits where nobody is connected, while others are elsewhere, is handed over by rows of the log.
 */
export class ShareParts implements AmongParts<ShareGroup> {
  readonly isReplaying = false;
  readonly telling: ShareTelling;

  readonly found: number[] = []; // stored rows of parts, at a start
  readonly handing: ShareHanding;

  constructor(private readonly needs: PartsNeeds) {
    this.telling = needs.telling;
    this.handing = new ShareHanding(needs);
  }
  get epoch(): number {
    return this.telling.epoch;
  }
  partsOf({ key }: ShareGroup): readonly Part[] {
    return this.telling.weights.of(key);
  }
  /** The group of a stored row, of any node. */
  keyOf(stored: number): string | undefined {
    return this.telling.weights.keyOf(stored);
  }
  takes(part: ShareGroup, seq: Seq, may: (principal: Principal) => boolean): boolean {
    return partOf(seq, this.partsOf(part), readers(this.needs.principalOf, may)) === part.epoch;
  }

  // sessions

  /** A session is in it: what it took from another node's part is this one's to have back. */
  joined(part: ShareGroup, { sharing }: Outlet): void {
    for (const one of sharing?.taken.values() ?? [])
      if (one.group === null && this.keyOf(one.from ?? 0) === part.key) one.group = part;
    this.telling.changed(part);
  }
  /** A session has a connection, or none any more. */
  linked(outlet: Outlet): void {
    for (const [part] of this.of(outlet)) this.telling.changed(part);
  }
  /** A session leaves for another node, and its subscriptions with it; call it before. */
  moving(outlet: Outlet): void {
    for (const [part, qos] of this.of(outlet)) if (qos > 0) this.telling.moving(part, outlet.principal.key);
  }
  private of({ sharing }: Outlet): [part: ShareGroup, qos: number][] {
    return [...(sharing?.members ?? [])].flatMap(({ group, qos }): [ShareGroup, number][] => {
      const part = this.needs.partOf(group.key);
      return part === undefined ? [] : [[part, qos]];
    });
  }
  /** This node's part of a group is no more, or one that it had of a node that is gone. */
  ended(part: ShareGroup): void {
    this.handing.ended(part);
    this.telling.ended(part);
  }

  // what waits for others

  /** A row of the log tells something, of this node too. */
  heard({ what, body, seq }: Pick<News, "what" | "body" | "seq">): void {
    if (what === Told.Share) this.telling.heard(body);
    else if (what === Told.Handed) this.handing.heard(body, seq);
  }
  review(part: ShareGroup): void {
    if (!this.telling.isReady || part.gone || this.handing.isOn(part)) return;
    const others = this.partsOf(part).filter(({ epoch }) => epoch !== part.epoch);
    // members of a node that is gone come back elsewhere
    const isAwaited = others.some((one) => one.isDead && one.members.length > 0);
    if (part.isAttended) return part.stranded ? this.handing.stranded(part, others, isAwaited) : undefined;
    const isLeft = part.members.size === 0 && part.leaving.size === 0;
    if (this.handing.over(part, (may) => heirOf(others, may, true) || (isLeft ? heirOf(others, may) : STAYS))) return;
    // until all know that nobody is in it messages may be for it
    const isKnown = this.telling.isKnownEmpty(part);
    if (isLeft && isKnown && (part.waiting === 0 || !isAwaited)) this.needs.end(part);
  }
  /** Call it once a second: rights may have changed, and what waited for others may be for somebody. */
  tick(parts: Iterable<ShareGroup>): void {
    this.handing.tick();
    this.telling.tick();
    for (const part of parts) if (part.waiting > 0) this.needs.host.touch(part);
  }
}
