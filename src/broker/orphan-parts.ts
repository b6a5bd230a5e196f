import type { Principal } from "../auth/principal.ts";
import type { Micros } from "../base/types.ts";
import type { AmongParts } from "../fanout/among-parts.ts";
import { ShareGroup } from "../fanout/share.ts";
import { heirOf, NOBODY, type Part } from "../fanout/share-part.ts";
import type { ShareParts } from "../fanout/share-parts.ts";
import { packShare } from "../fanout/share-weights.ts";
import { isGroup, shareOf } from "../fanout/share-rows.ts";
import { canonicalOf } from "../fanout/subscription.ts";
import type { Members } from "../feed/members.ts";
import type { LogStore, Seq, SessionStore } from "../store/ports.ts";
import { rowsOf, Told } from "../store/record.ts";
import type { BrokerContext } from "./context.ts";
import { patiently } from "./nodes/patiently.ts";
import { PartReplay } from "./part-replay.ts";
import { ReplayedPart } from "./replayed-part.ts";

interface OrphanNeeds {
  readonly context: BrokerContext;
  readonly members: Members;
  readonly parts: ShareParts;
  readonly store: Pick<SessionStore, "sessionsOf"> & Pick<LogStore, "replay">;
}
/** How long what waits for members that nobody counts is kept: their sessions come back elsewhere, or are over. */
const PATIENCE: Micros = 60_000_000;

/**
 * Parts of shared subscriptions whose nodes are gone. The node that has the duty brings them back, as of the row that says so, takes what is
 * still for their members, and hands all of it to parts that have members: first it tells that nothing more is for the part, then it
 * hands over what is there, then the part's row goes. Should it die meanwhile, the next one does the same from what is stored.
 */
export class OrphanParts implements AmongParts<ShareGroup> {
  readonly isReplaying = false;
  private readonly since = new Map<ShareGroup, Micros>();
  /** Those of which all are told that nothing more is for them, and what was known of them then. */
  private readonly closing = new Map<ShareGroup, Part>();

  /** @param isFirst nobody else had anything when it started */
  constructor(
    private readonly needs: OrphanNeeds,
    private readonly isFirst: boolean,
  ) {}

  get epoch(): number {
    return this.needs.parts.epoch;
  }
  takes(part: ShareGroup, seq: Seq, may: (principal: Principal) => boolean): boolean {
    return this.needs.parts.takes(part, seq, may);
  }
  partsOf(part: ShareGroup): readonly Part[] {
    return this.needs.parts.partsOf(part);
  }

  /** A node is gone, or this one has got the duty. Nothing else may have its turn until the promise resolves. */
  look(): Promise<void> | undefined {
    const { members, parts, context } = this.needs;
    if (!members.hasDuty) return undefined;
    const rows = parts.telling.weights.dead().flatMap(([, { stored }]) => stored);
    // what was there at the start and nobody told of: who was to hand it over has died before
    rows.push(...parts.found.splice(0).filter((stored) => parts.keyOf(stored) === undefined));
    const ids = rows.filter((stored) => context.hub.shares.stored(stored) === undefined);
    return ids.length === 0 ? undefined : this.adopt(ids);
  }
  /** Brings stored parts back, but those of nodes that live. @param ids of their rows */
  async adopt(ids: readonly number[]): Promise<void> {
    const { context, store, members, parts } = this.needs;
    const { hub, authority, topics, clock } = context;
    const upTo = hub.fannedSeq;
    const stored = await patiently(this.after, () => store.sessionsOf(ids));
    const found = stored.filter(({ session, owner }) => {
      return isGroup(session) && (parts.keyOf(session.id) !== undefined || this.isFirst || !members.live.has(owner));
    });
    const replayed = found.map((stored) => {
      const { scope, filter } = shareOf(stored.session);
      const group = new ShareGroup(scope, filter, canonicalOf(topics, filter), hub);
      const state = hub.shares.adopt(group, stored);
      return new ReplayedPart(group, stored, state, this.epoch, (key) => authority.principalOf(key));
    });
    const replay = new PartReplay(context, replayed);
    let done = replayed.reduce((least, { floor }) => Math.min(least, floor), upTo);
    await patiently(this.after, async () => {
      if (done >= upTo) return;
      for await (const record of store.replay(done)) {
        if (record.firstSeq > upTo) break;
        replay.record(record);
        done = record.firstSeq + rowsOf(record.body) - 1;
      }
    });
    for (const { group } of replayed) {
      group.among = this;
      group.trim();
      this.since.set(group, clock.steady());
      hub.checkpointDue(group);
      // who joined since must know of it, too
      this.tell(group, this.ownOf(group)?.members ?? []);
      hub.touch(group);
    }
  }
  private readonly after = (ms: number): Promise<void> =>
    new Promise((resolve) => this.needs.context.later(resolve, ms));
  private ownOf(part: ShareGroup): Part | undefined {
    return this.partsOf(part).find(({ epoch }) => epoch === part.epoch);
  }
  private tell({ key, epoch, stored }: ShareGroup, members: Part["members"]): void {
    this.needs.context.ingest.commits.news(Told.Share, [], packShare(key, { epoch, stored, members }));
  }

  /** What waits goes where members are, when all know that nothing more comes. */
  review(part: ShareGroup): void {
    const { parts, context } = this.needs;
    if (part.gone || !parts.telling.isReady || parts.handing.isOn(part)) return;
    const others = this.partsOf(part).filter(({ epoch }) => epoch !== part.epoch);
    const isOver = context.clock.steady() - (this.since.get(part) ?? 0) > PATIENCE;
    if (heirOf(others) === NOBODY && !isOver) return;
    const own = this.ownOf(part);
    if (own !== undefined && own.members.length > 0) {
      // once more when something else was told meanwhile, as for a node that enters
      if (this.closing.get(part) !== own) this.tell(part, []);
      this.closing.set(part, own);
      return;
    }
    if (parts.handing.over(part, (may) => heirOf(others, may)) || (part.waiting > 0 && !isOver)) return;
    this.since.delete(part);
    this.closing.delete(part);
    context.hub.shares.end(part);
  }
  /** Call it about once a second. */
  tick(): void {
    for (const part of this.since.keys()) this.needs.context.hub.touch(part);
  }
}
