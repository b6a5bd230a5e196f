import { Refusal } from "../../../base/errors.ts";
import { Leftover, openedOf } from "../../sqlite/data/found.ts";
import { recover } from "../../sqlite/data/recover.ts";
import { type Answer, type Failure, failureOf, type Notice, type Numbered } from "../../sqlite/worker-messages.ts";
import { membersOf } from "./ours.ts";
import type { WorkOpened, WorkRequest } from "./protocol.ts";
import { Slices } from "./slices.ts";
import { SyncSql } from "./sync.ts";
import { SyncError } from "./sync-error.ts";

/** The entry of the worker in the background: what a start reads, then sealing and deleting, on a connection of its own. */
declare const self: Worker;

/** After a failed slice the next try waits so long. */
const RETRY_MS = 1000;
/** The tables of the fleet, which a server makes at the same time, are waited for so long. */
const LOOK_MS = 200;

class Pump {
  private slices: Slices | null = null;
  /** What the start found and was not asked for yet. */
  private found: Leftover | null = null;
  private scheduled = false;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private idle: number[] = [];

  handle(no: number, request: WorkRequest): void {
    try {
      if (request.t === "idle") {
        this.idle.push(no);
        this.schedule();
      } else this.answer({ no, value: this.perform(request) });
    } catch (error) {
      this.answer({ no, failure: told(error) });
    }
  }

  private perform(request: Exclude<WorkRequest, { t: "idle" }>): unknown {
    switch (request.t) {
      case "open": {
        const db = new SyncSql(request.bridge.port, request.bridge.turn);
        this.slices = new Slices(db, request, request.works);
        return this.open(db, request.shared ? request.key[0] : null);
      }
      case "found":
        if (this.found === null) throw new Refusal("storage_unavailable", "The store was opened anew meanwhile.");
        return request.what === "series" ? this.found.takeSeries() : this.found.take(request.what);
      case "noted":
        this.slices?.trim(request.trim);
        if (request.swept) this.slices?.swept();
        this.schedule();
        return null;
      case "work":
        if (this.slices !== null) this.slices.works = true;
        this.slices?.swept();
        this.schedule();
        return null;
      case "close":
        if (this.retry !== null) clearTimeout(this.retry);
        this.slices = null;
        this.settleIdle({ code: "storage_unavailable", message: "The store was closed." });
        return null;
      default:
        return request satisfies never;
    }
  }

  private open(db: SyncSql, node: number | null): WorkOpened {
    // one view of all of it
    db.query("BEGIN").run();
    const recovered = recover(db, node);
    const members = membersOf(db);
    db.query("ROLLBACK").run();
    this.found = new Leftover(recovered);
    this.schedule();
    return { ...openedOf(recovered), members };
  }

  /** A turn of the event loop lies between two slices. */
  private schedule(): void {
    if (this.scheduled || this.retry !== null) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.slice();
    });
  }

  private slice(): void {
    if (this.slices === null) return;
    try {
      const next = this.slices.step();
      if (next === "more") this.schedule();
      else if (next === "later") this.again(LOOK_MS);
      else this.settleIdle(null);
    } catch (error) {
      // a commit changed the same rows
      if (error instanceof SyncError && error.isCollision) this.schedule();
      else this.failed(told(error));
    }
  }
  private failed(failure: Failure): void {
    this.slices?.forget();
    this.settleIdle(failure);
    const notice: Notice = { notice: `Sealing failed and will be tried again: ${failure.message}` };
    self.postMessage(notice);
    this.again(RETRY_MS);
  }

  private again(ms: number): void {
    this.retry = setTimeout(() => {
      this.retry = null;
      this.schedule();
    }, ms);
  }

  private settleIdle(failure: Failure | null): void {
    const waiting = this.idle;
    this.idle = [];
    for (const no of waiting) this.answer(failure === null ? { no, value: null } : { no, failure });
  }
  private answer(answer: Answer): void {
    self.postMessage(answer);
  }
}

function told(error: unknown): Failure {
  return failureOf(error instanceof SyncError ? error.refusal : error);
}

function serve(pump: Pump): void {
  self.onmessage = (event: MessageEvent) => {
    const { no, request } = event.data as Numbered<WorkRequest>; // only the store's WorkerLink posts here
    pump.handle(no, request);
  };
}
serve(new Pump());
