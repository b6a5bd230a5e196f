import type { Seq } from "../store/ports.ts";
import type { Keeper } from "./keeper.ts";

/** What one commit has of those that can wait at most, so that those who wait for it do not wait for all sessions. */
export interface CheckpointLimits {
  readonly count: number;
  /** Of states, and of chunks that go with them. One state more than this is written all the same. */
  readonly bytes: number;
}
const LIMITS: CheckpointLimits = { count: 256, bytes: 1_048_576 };

interface CheckpointNeeds {
  /** Number of the newest row that all sessions know of. */
  readonly fannedSeq: Seq;
  /** Puts one into the commit that is being filled. Returns about how many bytes it has. */
  writeCheckpoint(keeper: Keeper): number;
  /** Something waits for a commit behind the one that is sealed now. */
  another(): void;
}

/** Checkpoints of sessions and shared subscriptions that are due (docs/engine.md section 4), all with the next commit or some with each. */
export class Checkpoints {
  private readonly due = new Set<Keeper>();
  private readonly patient = new Set<Keeper>();
  /** All there are, while each of them is to be written; and the number that they were published up to then. */
  private all: Iterator<Keeper> | null = null;
  private since: Seq = 0;
  private isSettled = false;
  /** The last commit had no room for all. */
  private left = false;

  constructor(
    private readonly needs: CheckpointNeeds,
    private readonly limits = LIMITS,
  ) {}

  /**
   * It goes with the next commit, for something in it is right only together: a chunk that goes, what several sessions were told by rows
   * of a commit that was given up.
   */
  add(keeper: Keeper): void {
    this.due.add(keeper);
  }
  /** It goes with the next commit that has room for it: the log tells the same until then. */
  addLater(keeper: Keeper): void {
    this.patient.add(keeper);
  }
  /** A commit is being sealed: as many as it may have go into it. */
  write(): void {
    let { count, bytes } = this.limits;
    const one = (keeper: Keeper): boolean => {
      if (!keeper.gone && keeper.stored > 0) {
        count--;
        bytes -= this.needs.writeCheckpoint(keeper);
      }
      return count > 0 && bytes > 0;
    };
    let room = true;
    for (const keeper of this.due) {
      this.patient.delete(keeper);
      room = one(keeper);
    }
    this.due.clear();
    this.left = room ? this.writePatient(one) || this.writeAll(one) : this.patient.size > 0 || this.all !== null;
  }
  private writePatient(one: (keeper: Keeper) => boolean): boolean {
    for (const keeper of this.patient) {
      this.patient.delete(keeper);
      if (!one(keeper)) return this.patient.size > 0 || this.all !== null;
    }
    return false;
  }
  private writeAll(one: (keeper: Keeper) => boolean): boolean {
    while (this.all !== null) {
      const next = this.all.next();
      if (next.done === true) {
        this.all = null;
        this.isSettled = true;
      } else if (!one(next.value)) return true;
    }
    return false;
  }
  /** A commit was done: what it had no room for gets another. */
  committed(): void {
    if (this.left) this.needs.another();
  }
  /**
   * Has all checkpointed, as many as a commit may have with each, to trim the log. Returns the number up to which the log is
   * needed for none of them when the commit that is being filled is done; null: some are still to be written, ask again.
   * @param all those there are; asked when it begins
   */
  settle(all: () => Iterator<Keeper>): Seq | null {
    if (this.all === null && !this.isSettled) {
      this.since = this.needs.fannedSeq;
      this.all = all();
      this.write();
      if (this.left) this.needs.another();
    }
    if (!this.isSettled) return null;
    this.isSettled = false;
    return this.since;
  }
}
