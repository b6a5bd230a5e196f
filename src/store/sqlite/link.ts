import { Refusal } from "../../base/errors.ts";
import { type Answer, errorOf, type Notice, type Numbered } from "./worker-messages.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * One worker of a store, asked with messages of type Q, and the promises that wait for it. When it dies they are all
 * rejected, and `onDeath` is told.
 */
export class WorkerLink<Q> {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;
  private dead = false;
  private readonly gone = Promise.withResolvers<void>();

  constructor(
    url: URL,
    private readonly onDeath: (why: Error) => void,
    private readonly onNotice: (text: string) => void,
  ) {
    this.worker = new Worker(url);
    this.worker.addEventListener("message", (event) => this.receive(event.data as Answer | Notice)); // our own workers
    this.worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.die(reasonOf(event.message));
    });
    // A throw closes it with code 1, an unhandled rejection with code 0.
    this.worker.addEventListener("close", () => {
      this.die("it ended");
      this.gone.resolve();
    });
  }

  /** Rejects with the worker's Refusal; a mistake of the caller rejects with a RangeError. T: what the request answers. */
  call<T>(request: Q, transfer: ArrayBuffer[] = []): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.dead) {
        reject(new Refusal("storage_unavailable", "The storage worker is not running."));
        return;
      }
      const no = ++this.last;
      this.waiting.set(no, { resolve: resolve as (value: unknown) => void, reject }); // each request has one answer type
      const numbered: Numbered<Q> = { no, request };
      this.worker.postMessage(numbered, transfer);
    });
  }

  private receive(message: Answer | Notice): void {
    if ("notice" in message) {
      this.onNotice(message.notice);
      return;
    }
    const waiting = this.waiting.get(message.no);
    this.waiting.delete(message.no);
    if (waiting === undefined) return;
    if ("failure" in message) waiting.reject(errorOf(message.failure));
    else waiting.resolve(message.value);
  }

  private die(why: string): void {
    if (this.dead) return;
    this.dead = true;
    const error = new Refusal("storage_unavailable", `The storage worker failed: ${why}.`);
    this.failAll(error);
    this.onDeath(error);
  }
  private failAll(error: Error): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const w of all) w.reject(error);
  }

  /** Ends the worker where it stands, without telling `onDeath`. Resolves when it is gone. */
  async terminate(): Promise<void> {
    this.dead = true;
    this.failAll(new Refusal("storage_unavailable", "The store was closed."));
    this.worker.terminate();
    // one that threw is not gone yet: its files are still being closed
    await this.gone.promise;
  }
}

/** What went wrong and where, out of Bun's report on a worker, which shows several lines of code first. */
function reasonOf(report: string): string {
  const lines = report.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => /^\w*error: /i.test(line));
  return at < 0
    ? report.trim()
    : lines
        .slice(at, at + 2)
        .join(" ")
        .trim();
}
