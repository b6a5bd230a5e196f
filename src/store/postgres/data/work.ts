import { Refusal } from "../../../base/errors.ts";
import { Leftover, openedOf } from "../../sqlite/data/found.ts";
import { recover } from "../../sqlite/data/recover.ts";
import { Sealer } from "../../sqlite/data/seal.ts";
import { type Answer, type Failure, failureOf, type Notice, type Numbered } from "../../sqlite/worker-messages.ts";
import { People } from "../sql/work.ts";
import type { WorkOpened, WorkRequest } from "./protocol.ts";
import { SyncSql } from "./sync.ts";
import { SyncError } from "./sync-error.ts";

/** The entry of the worker in the background: what a start reads, then sealing and deleting, on a connection of its own. */
declare const self: Worker;

/** How long a transaction of background work takes about, in ms: nothing that commits need is locked by it. */
const SLICE_MS = 250;
/** After a failed slice the next try waits so long. */
const RETRY_MS = 1000;
/** The tables of the fleet, which a server makes at the same time, are waited for so long. */
const LOOK_MS = 200;

class Pump {
  private db: SyncSql | null = null;
  private wish: ConstructorParameters<typeof People>[1] = { schema: "", sql: null };
  private sealer: Sealer | null = null;
  /** What people read with SQL; null: it is not known yet whether there is any. */
  private people: People | null = null;
  /** What the start found and was not asked for yet. */
  private found: Leftover | null = null;
  private trimTo = 0;
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
      case "open":
        this.wish = request;
        return this.open(new SyncSql(request.bridge.port, request.bridge.turn));
      case "found":
        if (this.found === null) throw new Refusal("storage_unavailable", "The store was opened anew meanwhile.");
        return request.what === "series" ? this.found.takeSeries() : this.found.take(request.what);
      case "noted":
        this.trimTo = Math.max(this.trimTo, request.trim);
        this.sealer?.trim(request.trim);
        if (request.swept) this.sealer?.swept();
        this.schedule();
        return null;
      case "close":
        if (this.retry !== null) clearTimeout(this.retry);
        this.sealer = null;
        this.people = null;
        this.db = null;
        this.settleIdle({ code: "storage_unavailable", message: "The store was closed." });
        return null;
      default:
        return request satisfies never;
    }
  }

  private open(db: SyncSql): WorkOpened {
    this.db = db;
    // one view of all of it
    db.query("BEGIN").run();
    const recovered = recover(db);
    db.query("ROLLBACK").run();
    this.found = new Leftover(recovered);
    this.schedule();
    return openedOf(recovered);
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
    const { db } = this;
    if (db === null) return;
    try {
      this.people ??= new People(db, this.wish);
      this.sealer ??= this.makeSealer(db, this.people);
      const more = this.sealer.step(SLICE_MS);
      // by turns, so that neither waits for the end of the other
      if (this.people.step(SLICE_MS) || more) this.schedule();
      else if (this.people.waits) this.again(LOOK_MS);
      else this.settleIdle(null);
    } catch (error) {
      // a commit changed the same rows
      if (error instanceof SyncError && error.isCollision) this.schedule();
      else this.failed(told(error));
    }
  }
  private makeSealer(db: SyncSql, { copy, transaction }: People): Sealer {
    const sealer = new Sealer(db, transaction, null, copy);
    sealer.trim(this.trimTo);
    return sealer;
  }
  private failed(failure: Failure): void {
    this.sealer = null;
    this.people = null;
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
