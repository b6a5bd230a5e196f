import { Refusal } from "../../../base/errors.ts";
import { Leftover, openedOf, type PieceOf } from "./found.ts";
import { type Answer, type Failure, failureOf, type Notice, type Numbered } from "../worker-messages.ts";
import type { OpenAnswer, WriterRequest } from "./protocol.ts";
import { Writer } from "./writer.ts";

/** The storage worker's entry: one Writer, its commits, and its background slices between them. */
declare const self: Worker;

/** After a failed slice the next try waits so long, or for the next good commit. */
const RETRY_MS = 1000;

class Pump {
  private writer: Writer | null = null;
  /** What the start found and was not asked for yet; null: the file was opened anew. */
  private found: Leftover | null = null;
  private scheduled = false;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private idle: number[] = [];

  handle(no: number, request: WriterRequest): void {
    try {
      if (request.t === "open") this.open(no, request.folder);
      else if (request.t === "idle") {
        this.idle.push(no);
        this.schedule();
      } else this.answer({ no, value: this.perform(request) });
    } catch (error) {
      this.answer({ no, failure: failureOf(error) });
    }
  }

  private open(no: number, folder: string): void {
    const { writer, recovered } = Writer.open(folder);
    this.writer = writer;
    this.found = new Leftover(recovered);
    const value: OpenAnswer = { ...openedOf(recovered), position: writer.position };
    this.answer({ no, value });
    this.schedule();
  }

  private perform(request: Exclude<WriterRequest, { t: "open" | "idle" }>): unknown {
    if (request.t === "reopen") {
      this.writer = Writer.reopen(request.folder);
      this.schedule();
      return this.writer.position;
    }
    const writer = this.writer;
    if (writer === null) throw new Refusal("storage_unavailable", "The store is not open.");
    switch (request.t) {
      case "commit": {
        const { known, count, buffer, offset, length, ops } = request;
        const blob = buffer === null ? null : new Uint8Array(buffer, offset, length);
        const committed = writer.commit({ count, blob, ops }, known);
        if (this.retry !== null) clearTimeout(this.retry);
        this.retry = null;
        this.schedule();
        return committed;
      }
      case "found":
        if (this.found === null) throw new Refusal("storage_unavailable", "The store was opened anew meanwhile.");
        return this.foundPiece(this.found, request.what);
      case "limit":
        writer.limitPages(request.pages);
        return null;
      case "close":
        if (this.retry !== null) clearTimeout(this.retry);
        this.writer = null;
        this.settleIdle({ code: "storage_unavailable", message: "The store was closed." });
        writer.close();
        return null;
      default:
        return request satisfies never;
    }
  }

  private foundPiece(found: Leftover, what: PieceOf): unknown {
    const piece = what === "series" ? found.takeSeries() : found.take(what);
    // a million objects that nobody needs any more would stay for long in a thread that makes few new ones
    if (piece === null && what === "series") Bun.gc(true);
    return piece;
  }

  /** A turn of the event loop lies between two slices, so a commit that waits goes first. */
  private schedule(): void {
    if (this.scheduled || this.retry !== null) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.slice();
    });
  }

  private slice(): void {
    if (this.writer === null) return;
    try {
      if (this.writer.slice()) this.schedule();
      else this.settleIdle(null);
    } catch (error) {
      const failure = failureOf(error);
      this.settleIdle(failure);
      const notice: Notice = { notice: `Sealing failed and will be tried again: ${failure.message}` };
      self.postMessage(notice);
      this.retry = setTimeout(() => {
        this.retry = null;
        this.schedule();
      }, RETRY_MS);
    }
  }

  private settleIdle(failure: Failure | null): void {
    const waiting = this.idle;
    this.idle = [];
    for (const no of waiting) this.answer(failure === null ? { no, value: null } : { no, failure });
  }

  private answer(answer: Answer, transfer: ArrayBuffer[] = []): void {
    self.postMessage(answer, transfer);
  }
}

const pump = new Pump();
self.onmessage = (event: MessageEvent) => {
  const { no, request } = event.data as Numbered<WriterRequest>; // only the store's WorkerLink posts here
  pump.handle(no, request);
};
