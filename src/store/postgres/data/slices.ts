import { Sealer } from "../../sqlite/data/seal.ts";
import { People } from "../sql/work.ts";
import type { SyncSql } from "./sync.ts";

/** How long a transaction of background work takes about, in ms: nothing that commits need is locked by it. */
const SLICE_MS = 250;

/** What is done in the background, a slice at a time: sealing and sweeping, and the copy that people read with SQL. */
export class Slices {
  private sealer: Sealer | null = null;
  /** What people read with SQL; null: it is not known yet whether there is any. */
  private people: People | null = null;
  private trimTo = 0;

  /** @param works whether it is done by this server; among several, one does */
  constructor(
    private readonly db: SyncSql,
    private readonly wish: ConstructorParameters<typeof People>[1],
    public works: boolean,
  ) {}

  /** A trim up to here was committed. */
  trim(upTo: number): void {
    this.trimTo = Math.max(this.trimTo, upTo);
    this.sealer?.trim(upTo);
  }
  /** Something was deleted. */
  swept(): void {
    this.sealer?.swept();
  }
  /** Begins anew from what is stored: something failed. */
  forget(): void {
    this.sealer = null;
    this.people = null;
  }
  /** One slice. Returns what follows: another one, a look later on, or nothing. @throws SyncError */
  step(): "more" | "later" | "idle" {
    if (!this.works) return "idle";
    this.people ??= new People(this.db, this.wish);
    this.sealer ??= this.makeSealer(this.people);
    const more = this.sealer.step(SLICE_MS);
    // by turns, so that neither waits for the end of the other
    if (this.people.step(SLICE_MS) || more) return "more";
    return this.people.waits ? "later" : "idle";
  }
  private makeSealer({ copy, transaction }: People): Sealer {
    const sealer = new Sealer(this.db, transaction, null, copy);
    sealer.trim(this.trimTo);
    return sealer;
  }
}
