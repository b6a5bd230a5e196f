import type { Members } from "../feed/members.ts";
import type { CommitLine } from "../ingest/commits.ts";
import { Told } from "../store/record.ts";
import { membersOf } from "./share-hand.ts";
import type { ShareGroup } from "./share.ts";
import { packShare, ShareWeights, unpackShare } from "./share-weights.ts";

interface TellingNeeds {
  readonly members: Pick<Members, "live">;
  /** Of this node. */
  readonly epoch: number;
  readonly commits: Pick<CommitLine, "news">;
  /** This node's part of a group, by the group's key, and what else is here of it: parts of nodes that are gone. */
  readonly partsOf: (key: string) => readonly ShareGroup[];
  /** It is looked at in this turn: what waits may be for others. */
  readonly touch: (part: ShareGroup) => void;
  /** There is a commit soon. */
  readonly another: () => void;
}
/** Seconds for which a member that moves is waited for. */
const PATIENCE = 60;

/** Who is in which part of the shared subscriptions: what this node tells of its own, with the commits, and what all nodes hear. */
export class ShareTelling {
  readonly weights = new ShareWeights();
  /** Parts of this node of which something changed that is not told yet. */
  private dirty = new Set<ShareGroup>();
  private readonly told = new Map<ShareGroup, number | bigint>();
  /** How often this node has told of its part of a group without having heard it. */
  private readonly unheard = new Map<string, number>();
  /** Parts that members left for another node, and for how many seconds. */
  private readonly left = new Map<ShareGroup, number>();
  /** It knows all that the others have: before that it has no members itself, as far as they know. */
  isReady = false;

  constructor(private readonly needs: TellingNeeds) {}

  get epoch(): number {
    return this.needs.epoch;
  }
  /** Whether all know that nobody is in it: nothing else was told that has not had its turn, or is still to be told. */
  isKnownEmpty(part: ShareGroup): boolean {
    const { key, epoch } = part;
    if (this.dirty.has(part) || (this.unheard.get(key) ?? 0) > 0) return false;
    return !this.weights.of(key).some((one) => one.epoch === epoch && one.members.length > 0);
  }

  /** All others have told what they have. */
  ready(): void {
    this.isReady = true;
    this.needs.another();
  }
  /** A member came, went, or has a connection or none any more. */
  changed(part: ShareGroup): void {
    this.dirty.add(part);
    this.needs.another();
    this.needs.touch(part);
  }
  /** A member leaves for another node: until it is counted there, what comes for it waits here. */
  moving(part: ShareGroup, account: string): void {
    part.leaving.set(account, (part.leaving.get(account) ?? 0) + 1);
    this.left.set(part, 0);
    this.changed(part);
  }
  /** Call it once a second. */
  tick(): void {
    for (const [part, seconds] of this.left) {
      this.left.set(part, seconds + 1);
      if (seconds < PATIENCE && part.leaving.size > 0 && !part.gone) continue;
      this.left.delete(part);
      part.leaving.clear();
      if (!part.gone) this.changed(part);
    }
  }
  /** A commit is being sealed: what changed goes with it. */
  sealing(): void {
    if (!this.isReady || this.dirty.size === 0) return;
    const some = this.dirty;
    this.dirty = new Set();
    for (const part of some) if (!part.gone) this.tell(part);
  }
  private tell(part: ShareGroup): void {
    const { epoch, stored } = part;
    const bytes = packShare(part.key, { epoch, stored, members: membersOf(part) });
    const hash = Bun.hash(bytes);
    if (this.told.get(part) === hash) return;
    this.told.set(part, hash);
    this.say(part.key, bytes);
  }
  private say(key: string, bytes: Uint8Array): void {
    this.unheard.set(key, (this.unheard.get(key) ?? 0) + 1);
    this.needs.commits.news(Told.Share, [], bytes);
  }
  /** For one that enters. @param part of this node, or of one that is gone */
  tellAgain(part: ShareGroup): void {
    const { key, epoch } = part;
    if (epoch === this.epoch) {
      this.told.delete(part);
      return this.tell(part);
    }
    for (const one of this.weights.of(key))
      if (one.epoch === epoch) this.needs.commits.news(Told.Share, [], packShare(key, one));
  }
  /** This node's part of a group is no more, or one that it had of a node that is gone. */
  ended(part: ShareGroup): void {
    this.dirty.delete(part);
    const { key, epoch } = part;
    const bytes = packShare(key, { epoch, stored: 0, members: [] });
    if (epoch !== this.epoch) this.needs.commits.news(Told.Share, [], bytes);
    else if (this.told.delete(part)) this.say(key, bytes);
  }

  /** A node tells of a part. */
  heard(body: Uint8Array): void {
    const { key, part } = unpackShare(body);
    const isDead = part.epoch !== this.epoch && ![...this.needs.members.live.values()].includes(part.epoch);
    if (part.epoch === this.epoch) {
      const left = (this.unheard.get(key) ?? 1) - 1;
      if (left > 0) this.unheard.set(key, left);
      else this.unheard.delete(key);
    }
    this.weights.put(key, { ...part, isDead });
    this.look(key);
  }
  /** A node is gone. */
  gone(epoch: number): void {
    for (const key of this.weights.gone(epoch)) this.look(key);
  }
  private look(key: string): void {
    for (const part of this.needs.partsOf(key)) {
      this.needs.touch(part);
      for (const account of part.leaving.keys())
        if (this.isElsewhere(part, account) && part.leaving.delete(account)) this.changed(part);
    }
  }
  private isElsewhere({ key, epoch }: ShareGroup, account: string): boolean {
    const others = this.weights.of(key).filter((part) => !part.isDead && part.epoch !== epoch);
    return others.some(({ members }) => members.some((one) => one.account === account && one.queueing > one.leaving));
  }
}
