import type { StoreLease } from "../ports.ts";

/** How long a node has the store after each commit and each beat, by the database's clock. */
export const LEASE_MS = 5000;
/** By so much earlier it is over for the node itself. */
const MARGIN_MS = 500;
/** A node that commits nothing says so often that it is there. */
export const BEAT_MS = 1000;
/** Who declares another node dead has had answers from this very primary for so long: all the others had the time to come back, too. */
export const JUDGE_MS = 2 * LEASE_MS;

/** Places in the memory that the two threads share. */
const [SENT, WALL, FENCED, REPLICATED, APPLIED] = [0, 1, 2, 3, 4];
const CELLS = 5;

/**
 * The lease as the main thread sees it. It counts from when what renewed it was sent, by the monotonic clock and by the wall clock, whichever
 * went further: one of the two may stand still while a virtual machine is stopped.
 */
export class LeaseBoard implements StoreLease {
  readonly memory = new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT);
  private readonly cells = new Float64Array(this.memory);

  /** @param now ms of a monotonic clock @param wall ms since the epoch */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly wall: () => number = Date.now,
  ) {
    this.cells[SENT] = Number.NEGATIVE_INFINITY;
  }
  get age(): number {
    return Math.max(this.now() - (this.cells[SENT] as number), this.wall() - (this.cells[WALL] as number));
  }
  get frozen(): boolean {
    return this.fenced || this.age >= LEASE_MS - MARGIN_MS;
  }
  get fenced(): boolean {
    return this.cells[FENCED] === 1;
  }
  get replicated(): boolean {
    return this.cells[REPLICATED] === 1;
  }
  /** This process gives up what it has. */
  abandon(): void {
    this.cells[FENCED] = 1;
  }
  /** Among several nodes: the log up to this row had its turn here; the others are told so with the next beat. */
  set applied(seq: number) {
    this.cells[APPLIED] = seq;
  }
}

/** When something was sent. */
interface Sent {
  readonly at: number;
  readonly wall: number;
}

/** The lease as the thread renews it that commits. */
export class LeaseKeeper {
  private readonly cells: Float64Array;
  /** The main thread's monotonic clock less ours, at least. */
  private ahead = Number.NEGATIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private told = 0;
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    memory: SharedArrayBuffer,
    private readonly now: () => number = () => performance.now(),
    private readonly wall: () => number = Date.now,
  ) {
    this.cells = new Float64Array(memory);
  }
  /** A message of the main thread has come. @param at its clock when it sent it: it is later there by now, never earlier */
  heard(at: number): void {
    this.ahead = Math.max(this.ahead, at - this.now());
  }
  /** Something is sent that renews the lease if it succeeds. */
  sending(): Sent {
    return { at: this.now(), wall: this.wall() };
  }
  renew({ at, wall }: Sent): void {
    this.last = at;
    this.cells[SENT] = at + this.ahead;
    this.cells[WALL] = wall;
  }
  fence(): void {
    this.cells[FENCED] = 1;
  }
  get applied(): number {
    return this.cells[APPLIED] as number;
  }
  replicates(yes: boolean): void {
    this.cells[REPLICATED] = yes ? 1 : 0;
  }
  /** Nothing has renewed it for a while. */
  get isDue(): boolean {
    return this.now() - this.last >= BEAT_MS;
  }
  /** The others have not been told for a while how far this node has applied the log: commits do not tell it. */
  get isUntold(): boolean {
    return this.applied > this.told && this.now() - this.toldAt >= BEAT_MS;
  }
  /** They are told up to this row. */
  tells(applied: number): void {
    this.told = applied;
    this.toldAt = this.now();
  }
}
