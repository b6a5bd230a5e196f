import type { Waiter } from "../ingest/batch.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { Newsbearer } from "./host.ts";

/** ms after which acknowledgements are committed although nothing else is. */
const IDLE_MS = 200;
/** Who only wants that there is a commit, or that one is seen to tell of sessions. */
export const NOBODY_WAITS: Waiter = { committed() {}, failed() {} };

/** What clients answered rides with the next commit; while there is none for a while it gets one of its own. */
export class Answers {
  /** Outlets that have something to tell with the next commit. */
  private readonly bearers: Newsbearer[] = [];
  /** A timer runs for them; whether a commit was sealed since it was set. */
  private hasTimer = false;
  private sealedMeanwhile = false;

  constructor(private readonly commits: Pick<CommitLine, "batch" | "batcher" | "later">) {}

  note(bearer: Newsbearer): void {
    this.bearers.push(bearer);
    if (this.hasTimer) return;
    this.wait();
  }
  private wait(): void {
    this.hasTimer = true;
    this.sealedMeanwhile = false;
    this.commits.later(this.tellWhenIdle, IDLE_MS);
  }
  private readonly tellWhenIdle = (): void => {
    this.hasTimer = false;
    if (this.bearers.length === 0) return;
    if (this.sealedMeanwhile) return this.wait();
    this.tell();
    this.commits.batcher.poke();
  };
  /** A commit is about to be sealed. */
  sealing(): void {
    this.sealedMeanwhile = true;
    if (this.bearers.length > 0) this.tell();
  }
  private tell(): void {
    for (const bearer of this.bearers.splice(0)) bearer.tellNews();
    const { batch } = this.commits;
    // given up, the batch must be seen to have told of sessions
    if (batch.waiters.length === 0 && batch.writer.count > 0) batch.wait(NOBODY_WAITS, 0);
  }
}
