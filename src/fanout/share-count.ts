import type { Members } from "../feed/members.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { News } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { ShareGroup } from "./share.ts";
import type { ShareTelling } from "./share-telling.ts";

interface CountNeeds {
  readonly members: Members;
  readonly commits: Pick<CommitLine, "news">;
  readonly telling: ShareTelling;
  /** The parts that are here, also of nodes that are gone. */
  readonly parts: () => Iterable<ShareGroup>;
}

/**
 * A node that enters asks all others to tell of their parts of shared subscriptions again: before it knows of all of them it has no members
 * itself, as far as they know. Who does not answer is gone when its lease is over.
 */
export class ShareCount {
  /** Epochs of those that have told all. */
  private readonly counted = new Set<number>();
  private readonly done = Promise.withResolvers<void>();
  private hasAsked = false;

  constructor(private readonly needs: CountNeeds) {
    needs.members.onChange(() => this.look());
  }
  /** Resolves when all that take part have told what they have: at once when nobody else does. */
  ask(): Promise<void> {
    const { commits, telling } = this.needs;
    this.hasAsked = true;
    if (this.missing.length > 0) commits.news(Told.Recount, [telling.epoch]);
    this.look();
    return this.done.promise;
  }
  private get missing(): number[] {
    const { members, telling } = this.needs;
    return [...members.live.values()].filter((epoch) => epoch !== telling.epoch && !this.counted.has(epoch));
  }
  private look(): void {
    const { telling } = this.needs;
    if (!this.hasAsked || this.missing.length > 0) return;
    if (!telling.isReady) telling.ready();
    this.done.resolve();
  }
  /** A row of the log tells something. */
  heard({ what, numbers: [asker = 0, teller = 0] }: Pick<News, "what" | "numbers">): void {
    const { telling, parts, commits } = this.needs;
    if (what === Told.Recount && asker !== telling.epoch) {
      // one that enters itself has told of none yet
      for (const part of telling.isReady ? parts() : []) telling.tellAgain(part);
      commits.news(Told.Counted, [asker, telling.epoch]);
    }
    if (what !== Told.Counted || asker !== telling.epoch) return;
    this.counted.add(teller);
    this.look();
  }
}
