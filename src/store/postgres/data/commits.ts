import { Refusal } from "../../../base/errors.ts";
import { type Answer, failureOf, type Notice, type Numbered } from "../../sqlite/worker-messages.ts";
import { Committer } from "./committer.ts";
import { LeaseKeeper } from "../lease.ts";
import type { CommitsRequest } from "./protocol.ts";

/** The entry of the worker that commits: nothing else is done in it, so nothing holds a commit up. */
declare const self: Worker;

class Line {
  private committer: Committer | null = null;
  private lease: LeaseKeeper | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  take(numbered: Numbered<CommitsRequest>): void {
    if ("at" in numbered.request) this.lease?.heard(numbered.request.at);
    this.inTurn(() => this.handle(numbered));
  }
  /** Nothing is committed: the node says that it is there. */
  tick(): void {
    const { committer } = this;
    if (committer !== null && (this.waiting === 0 || committer.standing.isDueToOthers))
      this.inTurn(() => this.beat(committer));
  }
  private async beat(committer: Committer): Promise<void> {
    for (const node of await committer.standing.upkeep()) tell(`node ${node} is gone: its lease was over`);
  }
  private inTurn(work: () => Promise<void>): void {
    this.waiting++;
    this.last = this.last.then(work).finally(() => this.waiting--);
  }
  private async handle({ no, request }: Numbered<CommitsRequest>): Promise<void> {
    let answer: Answer;
    try {
      answer = { no, value: await this.perform(request) };
    } catch (error) {
      answer = { no, failure: failureOf(error) };
    }
    self.postMessage(answer);
  }
  private async perform(request: CommitsRequest): Promise<unknown> {
    if (request.t === "open") {
      const lease = new LeaseKeeper(request.lease);
      lease.heard(request.at);
      const committer = new Committer({ ...request, onNotice: tell, lease });
      const opened = await committer.open();
      [this.committer, this.lease] = [committer, lease];
      return opened;
    }
    if (this.committer === null) throw new Refusal("storage_unavailable", "The store is not open.");
    if (request.t === "note") return this.committer.standing.note(request.clock);
    if (request.t === "reserve") return this.committer.standing.reserve(request.kind, request.count);
    if (request.t === "close") {
      const { committer } = this;
      this.committer = null;
      return committer.close();
    }
    const { count, buffer, offset, length, ops } = request;
    const blob = buffer === null ? null : new Uint8Array(buffer, offset, length);
    return this.committer.commit({ count, blob, ops });
  }
}

function tell(text: string): void {
  self.postMessage({ notice: text } satisfies Notice);
}

/** How often it is looked whether the lease is to be renewed, ms. */
const LOOK_MS = 200;

function serve(line: Line): void {
  setInterval(() => line.tick(), LOOK_MS);
  self.onmessage = (event: MessageEvent) => {
    line.take(event.data as Numbered<CommitsRequest>); // only the store's WorkerLink posts here
  };
}
serve(new Line());
