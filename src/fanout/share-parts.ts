import type { Principal } from "../auth/principal.ts";
import type { CommitLine } from "../ingest/commits.ts";
import { MessageQueue } from "../session/queue.ts";
import type { News, Seq } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { AmongParts } from "./among-parts.ts";
import type { OutletHost } from "./host.ts";
import type { Outlet } from "./outlet.ts";
import type { ShareGroup } from "./share.ts";
import { takeOldest, takeStranded } from "./share-hand.ts";
import { heirOf, NOBODY, type Part, partOf, receiverOf } from "./share-part.ts";
import type { ShareTelling } from "./share-telling.ts";
import { packHanded, unpackHanded } from "./share-weights.ts";

interface PartsNeeds {
  readonly telling: ShareTelling;
  readonly commits: Pick<CommitLine, "news">;
  /** The account with a key; undefined: there is none. */
  readonly principalOf: (key: string) => Principal | undefined;
  /** This node's part of a group, by the group's key. */
  readonly partOf: (key: string) => ShareGroup | undefined;
  readonly host: Pick<OutletHost, "touch" | "entry" | "deviceOf" | "topicOf" | "metrics">;
  /** The last one has left on all nodes, or what waited was handed over. */
  readonly end: (part: ShareGroup) => void;
}
/** Bytes of messages that one commit hands over. */
const AT_ONCE = 65_536;

/**
 * Shared subscriptions among several nodes. Each node has a part of its own: its members, a queue, a stored row. Every node is told by rows of
 * the log who is in which part, so all know the same at the same row, and each decides alone, and alike, whose a message is (partOf).
 * What waits where nobody is connected, while others are elsewhere, is handed over by rows of the log.
 */
export class ShareParts implements AmongParts<ShareGroup> {
  readonly isReplaying = false;
  readonly telling: ShareTelling;

  readonly found: number[] = []; // stored rows of parts, at a start
  private readonly handing = new Set<ShareGroup>(); // messages of these are on their way to another part

  constructor(private readonly needs: PartsNeeds) {
    this.telling = needs.telling;
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
    return partOf(seq, this.partsOf(part), this.reading(may)) === part.epoch;
  }
  private reading(may: (principal: Principal) => boolean): (account: string) => boolean {
    return (account) => {
      const principal = this.needs.principalOf(account);
      return principal !== undefined && may(principal);
    };
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
    this.handing.delete(part);
    this.telling.ended(part);
  }

  // what waits for others

  /** A row of the log tells something, of this node too. */
  heard({ what, body, seq }: Pick<News, "what" | "body" | "seq">): void {
    if (what === Told.Share) this.telling.heard(body);
    else if (what === Told.Handed) this.handed(body, seq);
  }
  private handed(body: Uint8Array, seq: Seq): void {
    const { key, from, to, entries } = unpackHanded(body);
    for (const part of this.handing)
      if (part.stored === from) {
        this.handing.delete(part);
        this.needs.host.touch(part);
      }
    if (receiverOf(this.telling.weights.of(key), to) !== this.epoch) return;
    const own = this.needs.partOf(key);
    if (own === undefined) return; // it had members, as all were told, and one that has is there
    const some = new MessageQueue();
    some.append(entries);
    own.handed = seq;
    own.insert(some);
  }
  review(part: ShareGroup): void {
    if (!this.telling.isReady || part.gone || this.handing.has(part)) return;
    if (part.isAttended) return part.stranded ? this.handStranded(part) : undefined;
    const others = this.partsOf(part).filter(({ epoch }) => epoch !== part.epoch);
    const isLeft = part.members.size === 0 && part.leaving.size === 0;
    const connected = heirOf(others, undefined, true);
    const heir = connected !== NOBODY || !isLeft ? connected : heirOf(others);
    if (part.waiting > 0 && heir !== NOBODY) return this.handOver(part, heir);
    // members of a node that is gone come back elsewhere
    const isAwaited = part.waiting > 0 && others.some((one) => one.isDead && one.members.length > 0);
    // until all know that nobody is in it messages may be for it
    const isKnown = this.telling.isKnownEmpty(part) && !this.telling.isDirty(part);
    if (isLeft && isKnown && !isAwaited) this.needs.end(part);
  }
  /** Whether messages of it are on their way to another part. */
  isHanding(part: ShareGroup): boolean {
    return this.handing.has(part);
  }
  /** Some of what waits first goes to the part of another node; the rest follows when that had its turn. */
  handOver(part: ShareGroup, to: number): void {
    while (part.queue === null || part.queue.count === 0)
      if (part.backlog.count === 0 || !part.backlog.refill()) return; // it is being read
    this.hand(part, to, takeOldest(part, this.needs.host.entry, AT_ONCE));
  }
  /** What none of the members here may read goes where one may. */
  private handStranded(part: ShareGroup): void {
    part.stranded = false;
    const others = this.partsOf(part).filter(({ epoch }) => epoch !== part.epoch);
    const heirFor = (may: (principal: Principal) => boolean): number => heirOf(others, this.reading(may));
    const { to, entries } = takeStranded(part, this.needs.host, heirFor, AT_ONCE);
    if (to !== NOBODY) this.hand(part, to, entries);
  }
  private hand(part: ShareGroup, to: number, entries: Uint8Array): void {
    this.handing.add(part);
    this.needs.commits.news(Told.Handed, [], packHanded({ key: part.key, from: part.stored, to }, entries));
  }
}
