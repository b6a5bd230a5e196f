import type { Principal } from "../auth/principal.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { Members } from "../feed/members.ts";
import { MessageQueue } from "../session/queue.ts";
import type { News, Seq } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { AmongParts } from "./among-parts.ts";
import type { OutletHost } from "./host.ts";
import type { ShareGroup } from "./share.ts";
import { heirOf, NOBODY, type Part, partOf } from "./share-part.ts";
import { membersOf, takeOldest, takeStranded } from "./share-hand.ts";
import { packHanded, packShare, ShareWeights, unpackHanded, unpackShare } from "./share-weights.ts";

interface PartsNeeds {
  readonly members: Members;
  readonly commits: Pick<CommitLine, "news">;
  /** The account with a key; undefined: there is none. */
  readonly principalOf: (key: string) => Principal | undefined;
  /** This node's part of a group, by the group's key. */
  readonly partOf: (key: string) => ShareGroup | undefined;
  /** What else is here of it: parts of nodes that are gone. */
  readonly orphansOf: (key: string) => readonly ShareGroup[];
  readonly host: Pick<OutletHost, "touch" | "entry" | "deviceOf" | "topicOf" | "metrics">;
  /** There is a commit soon. */
  readonly another: () => void;
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
  readonly weights = new ShareWeights();
  /** Parts of this node of which something changed that is not told yet. */
  private dirty = new Set<ShareGroup>();
  private readonly told = new Map<ShareGroup, string>();
  /** Those of which messages are on their way to another part. */
  private readonly handing = new Set<ShareGroup>();
  /** It knows all that the others have: before that it has no members itself, as far as they know. */
  isReady = false;

  constructor(private readonly needs: PartsNeeds) {}

  get epoch(): number {
    const { live, self } = this.needs.members;
    return live.get(self) ?? NOBODY;
  }
  takes({ key, epoch }: ShareGroup, seq: Seq, may: (principal: Principal) => boolean): boolean {
    return partOf(seq, this.weights.of(key), this.reading(may)) === epoch;
  }
  private reading(may: (principal: Principal) => boolean): (account: string) => boolean {
    return (account) => {
      const principal = this.needs.principalOf(account);
      return principal !== undefined && may(principal);
    };
  }

  // what this node tells

  /** All others have told what they have. */
  ready(): void {
    this.isReady = true;
    this.needs.another();
  }
  /** A member came, went, or has a connection or none any more. */
  changed(part: ShareGroup): void {
    this.dirty.add(part);
    this.needs.another();
    this.needs.host.touch(part);
  }
  /** A commit is being sealed: what changed goes with it. */
  sealing(): void {
    if (!this.isReady || this.dirty.size === 0) return;
    const some = this.dirty;
    this.dirty = new Set();
    for (const part of some) if (!part.gone) this.tell(part);
  }
  /** @param again also when it was told */
  tell(part: ShareGroup, again = false): void {
    const { epoch, stored } = part;
    const bytes = packShare(part.key, { epoch, stored, members: membersOf(part) });
    const text = Bun.hash(bytes).toString();
    if (this.told.get(part) === text && !again) return;
    this.told.set(part, text);
    this.needs.commits.news(Told.Share, [], bytes);
  }
  /** This node's part of a group is no more, or one that it had of a node that is gone. */
  ended(part: ShareGroup): void {
    this.handing.delete(part);
    this.dirty.delete(part);
    if (!this.told.delete(part)) return;
    this.needs.commits.news(Told.Share, [], packShare(part.key, { epoch: part.epoch, stored: 0, members: [] }));
  }
  partsOf({ key }: ShareGroup): readonly Part[] {
    return this.weights.of(key);
  }

  // what all hear

  heard(news: Pick<News, "what" | "body" | "seq">): void {
    if (news.what === Told.Share) this.counted(news.body);
    else if (news.what === Told.Handed) this.handed(news.body, news.seq);
  }
  /** A node is gone. */
  gone(epoch: number): void {
    for (const key of this.weights.gone(epoch)) this.look(key);
  }
  private counted(body: Uint8Array): void {
    const { key, part } = unpackShare(body);
    const isDead = ![...this.needs.members.live.values()].includes(part.epoch);
    this.weights.put(key, { ...part, isDead });
    this.look(key);
  }
  private look(key: string): void {
    for (const orphan of this.needs.orphansOf(key)) this.needs.host.touch(orphan);
    const own = this.needs.partOf(key);
    if (own === undefined) return;
    this.needs.host.touch(own);
    for (const account of own.leaving.keys())
      if (this.isElsewhere(own, account) && own.leaving.delete(account)) this.changed(own);
  }
  private isElsewhere({ key, epoch }: ShareGroup, account: string): boolean {
    const others = this.weights.of(key).filter((part) => !part.isDead && part.epoch !== epoch);
    return others.some(({ members }) => members.some((one) => one.account === account && one.queueing > 0));
  }
  private handed(body: Uint8Array, seq: Seq): void {
    const { key, from, entries, ...handed } = unpackHanded(body);
    for (const part of this.handing)
      if (part.stored === from) {
        this.handing.delete(part);
        this.needs.host.touch(part);
      }
    if (receiverOf(this.weights.of(key), handed.to) !== this.epoch) return;
    const own = this.needs.partOf(key);
    if (own === undefined) return; // it had members, as all were told, and one that has is there
    const some = new MessageQueue();
    some.append(entries.slice());
    own.handed = seq;
    own.insert(some);
  }

  // what waits for others

  review(part: ShareGroup): void {
    if (!this.isReady || part.gone || this.handing.has(part)) return;
    if (part.isAttended) return part.stranded ? this.handStranded(part) : undefined;
    const parts = this.weights.of(part.key);
    const others = parts.filter(({ epoch }) => epoch !== part.epoch);
    const isLeft = part.members.size === 0 && part.leaving.size === 0;
    const connected = heirOf(others, undefined, true);
    const heir = connected !== NOBODY || !isLeft ? connected : heirOf(others);
    if (part.waiting > 0 && heir !== NOBODY) return this.handOver(part, heir);
    // until all know that nobody is in it messages may be for it
    const isKnown = !parts.some((one) => one.epoch === part.epoch && one.members.length > 0) && !this.dirty.has(part);
    // members of a node that is gone come back elsewhere
    const isAwaited = part.waiting > 0 && others.some((one) => one.isDead && one.members.length > 0);
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
    const others = this.weights.of(part.key).filter(({ epoch }) => epoch !== part.epoch);
    const heirFor = (may: (principal: Principal) => boolean): number => heirOf(others, this.reading(may));
    const { to, entries } = takeStranded(part, this.needs.host, heirFor, AT_ONCE);
    if (to !== NOBODY) this.hand(part, to, entries);
  }
  private hand(part: ShareGroup, to: number, entries: Uint8Array): void {
    this.handing.add(part);
    this.needs.commits.news(Told.Handed, [], packHanded({ key: part.key, from: part.stored, to }, entries));
  }
}

/** Who gets messages that are handed to a part: that one, or another when by then nobody is in it. */
export function receiverOf(parts: readonly Part[], to: number): number {
  return heirOf(parts.filter(({ epoch }) => epoch === to)) || heirOf(parts);
}
