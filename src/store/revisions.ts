import { AsyncLocalStorage } from "node:async_hooks";
import { inTurns, nextTurn } from "../base/turns.ts";
import { FleetChanged } from "./changed.ts";
import { readFleetNews } from "./fleet-news.ts";
import type { Basis, FleetEffect, FleetRevisions, FleetTold, Given, Seq } from "./ports.ts";

/** Others may be first so often before somebody is told to try again; and the log may be so late, ms. */
const TRIES = 50;
const PATIENCE_MS = 10_000;

/** Where a transaction of this node is stored. */
export interface Written {
  readonly rev: number;
  /** The row by which it tells of itself. */
  readonly seq: Seq;
}
type Effect = FleetEffect & Pick<FleetTold, "created"> & { readonly isForeign?: boolean };

/** See FleetRevisions. Transactions take effect one after the other, each behind the one before it. */
export class Revisions implements FleetRevisions {
  position: Seq = 0;
  isForeign = false;
  private readonly effects: ((effect: FleetEffect) => Promise<void> | void)[] = [];
  private readonly ready = new Map<number, Effect>(); // what has its number, and waits for those before it
  private isBusy = false;
  private broken: Error | null = null; // why nothing takes effect any more
  private readonly waiting = new Set<{ rev: number; done: () => void; failed: (why: Error) => void }>();
  private under = 0; // transactions of this node of which nobody knows yet whether they are stored
  private readonly deciding = new AsyncLocalStorage<Basis>();
  /** The last one that has taken effect and changed the fleet, and not accounts alone. */
  fleet: number;

  /** @param by this node @param known the number as of which the fleet was read @param given hears of uids that a transaction gave */
  constructor(
    private readonly by: readonly [node: number, epoch: number],
    public known: number,
    private readonly given: (created: readonly Given[]) => void,
    readonly secret: Uint8Array = new Uint8Array(0),
    readonly spend: FleetRevisions["spend"] = async () => true,
    private readonly patienceMs: number = PATIENCE_MS,
  ) {
    this.fleet = known;
  }

  follow(effect: (effect: FleetEffect) => Promise<void> | void): void {
    this.effects.push(effect);
  }

  /** What a commit is decided on; null: on nothing. */
  get basis(): Basis | null {
    return this.deciding.getStore() ?? null;
  }
  /** A transaction of this node. Resolves when it has taken effect. @param write stores it; null: it is of no interest to others */
  async own(write: () => Promise<Written | null>, effect: Effect): Promise<void> {
    this.under++;
    try {
      const written = await write();
      if (written === null) return;
      this.position = Math.max(this.position, written.seq);
      this.take(written.rev, effect);
      // the next one may be decided when this one has taken effect
      await this.reached(written.rev);
    } finally {
      this.under--;
      this.tell();
    }
  }
  async heard(body: Uint8Array): Promise<void> {
    const told = await inTurns(readFleetNews(body.slice()));
    const isOwn = told.by.every((number, i) => number === this.by[i]);
    // the answer of one that this node did may come later than the log tells of it; or it never comes
    while (isOwn && told.rev > this.known && this.under > 0 && this.broken === null) await this.next();
    if (this.broken !== null) throw this.broken;
    if (told.rev <= this.known) return;
    if (told.rev !== this.known + 1)
      throw new RangeError(`The fleet goes on with change ${told.rev}; this node knows it up to ${this.known}.`);
    this.take(told.rev, { ...told, isForeign: !isOwn });
    await this.reached(told.rev);
  }
  reached(rev: number): Promise<void> {
    if (this.broken !== null) return Promise.reject(this.broken);
    if (rev <= this.known) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.add({ rev, done: resolve, failed: reject });
    return promise;
  }
  /** Something has taken effect, or the answer of a transaction has come. */
  private next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiting.add({ rev: Number.NEGATIVE_INFINITY, done: resolve, failed: () => resolve() });
    return promise;
  }
  private take(rev: number, effect: Effect): void {
    this.ready.set(rev, effect);
    void this.advance();
  }
  private async advance(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let next = this.ready.get(this.known + 1); next !== undefined; next = this.ready.get(this.known + 1)) {
        const { created, changes, isForeign = false } = next;
        this.given(created);
        this.isForeign = isForeign;
        for (const effect of this.effects) await effect(next);
        this.isForeign = false;
        this.ready.delete(++this.known);
        if (changes.length > 0) this.fleet = this.known;
        this.tell();
        // who did it looks at what came of it before anything else changes that
        if (!isForeign) await nextTurn();
      }
    } catch (error) {
      this.broken = error as Error; // a directory that disagrees with the store throws such
      this.tell();
    } finally {
      this.isBusy = false;
    }
  }
  private tell(): void {
    for (const one of this.waiting) {
      if (this.broken === null && one.rev > this.known) continue;
      this.waiting.delete(one);
      if (this.broken === null) one.done();
      else one.failed(this.broken);
    }
  }

  async decide<T>(work: () => Promise<T>, onPeople = false): Promise<T> {
    // who decides within what somebody else decides does so on the same
    if (this.basis !== null) return work();
    for (let tried = 1; ; tried++) {
      try {
        return await this.deciding.run({ rev: this.known, onPeople }, work);
      } catch (error) {
        if (!(error instanceof FleetChanged) || tried === TRIES) throw error;
        if (!(await this.reachedInTime(error.rev))) throw error;
      }
    }
  }
  private async reachedInTime(rev: number): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(late.resolve, this.patienceMs, false);
    try {
      return await Promise.race([this.reached(rev).then(() => true), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
