import { Refusal } from "../../../base/errors.ts";
import { type Answer, failureOf, type Notice, type Numbered } from "../../sqlite/worker-messages.ts";
import { Committer } from "./committer.ts";
import type { CommitsRequest } from "./protocol.ts";

/** The entry of the worker that commits: nothing else is done in it, so nothing holds a commit up. */
declare const self: Worker;

class Line {
  private committer: Committer | null = null;
  private last: Promise<void> = Promise.resolve();

  take(numbered: Numbered<CommitsRequest>): void {
    this.last = this.last.then(() => this.handle(numbered));
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
      const onNotice = (text: string): void => self.postMessage({ notice: text } satisfies Notice);
      this.committer = new Committer({ ...request, onNotice });
      return this.committer.open();
    }
    if (this.committer === null) throw new Refusal("storage_unavailable", "The store is not open.");
    if (request.t === "close") return this.committer.close();
    const { count, buffer, offset, length, ops } = request;
    const blob = buffer === null ? null : new Uint8Array(buffer, offset, length);
    return this.committer.commit({ count, blob, ops });
  }
}

function serve(line: Line): void {
  self.onmessage = (event: MessageEvent) => {
    line.take(event.data as Numbered<CommitsRequest>); // only the store's WorkerLink posts here
  };
}
serve(new Line());
