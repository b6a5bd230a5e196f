import type { Micros } from "../base/types.ts";

/** What the batcher commits, again and again; the ingest's double buffer. */
export interface Commits<Answer> {
  /** Whether there is something to commit. */
  readonly pending: boolean;
  /** Whether so much is pending that a commit is worth its fsync before the gap is over. */
  readonly worth: boolean;
  /** Starts a commit of all that is pending; resolves when durable, rejects when the store refused. */
  start(): Promise<Answer>;
  /** Tries the same commit once more after it was refused. */
  retry(): Promise<Answer>;
  /** The commit is durable, and the store said so. */
  done(seconds: number, answer: Answer): void;
  /** The store did not take the commit for the whole grace time: it, and all that came since, is given up. */
  giveUp(error: unknown): void;
}
export interface BatcherOptions {
  /** Least ms from start to start of commits once the burst is used up; half of it when they are worth it. */
  readonly gapMs: number;
  /** ms that a refused commit is tried again before it is given up. */
  readonly graceMs: number;
  readonly now: () => Micros;
  /** Runs `fn` after at least `ms`; 0: after what the event loop has at hand. */
  readonly later: (fn: () => void, ms: number) => void;
  readonly onState: (failing: boolean, error: unknown) => void;
}

/** Commits that may start at once when the store is idle: refilled at 200 per second, at most 50 (docs/engine.md section 2). */
const RATE = 200;
const BURST = 50;
const RETRY_MS = 200;

/**
 * Group commit: one commit in flight; what arrives meanwhile waits for the next. When idle a commit starts at once, so
 * that a single device waits for the disk alone; under load commits start at least `gapMs` apart, so that each is
 * worth its fsync; half as far when many wait. A refused commit is tried again until it succeeds or the grace time is over: its senders' packets
 * cannot be asked for again on a connection that stays open.
 */
export class Batcher<Answer> {
  private running = false;
  private scheduled = false;
  /** What is scheduled cannot come sooner. */
  private isSoonest = false;
  /** Of what was scheduled last: what it replaced runs into nothing. */
  private serial = 0;
  private tokens = BURST;
  private refilled: Micros = 0;
  private lastStart: Micros = Number.NEGATIVE_INFINITY;
  private failingSince: Micros | null = null;
  private idleWaiters: (() => void)[] = [];
  private held = false;

  constructor(
    private readonly commits: Commits<Answer>,
    private readonly options: BatcherOptions,
  ) {}

  /** The store refused the last commit, and has not taken one since. */
  get failing(): boolean {
    return this.failingSince !== null;
  }
  /** No commit starts until the function that it returns is called: what is pending is not whole yet. */
  hold(): () => void {
    this.held = true;
    return () => {
      this.held = false;
      this.poke();
    };
  }
  /** Something is pending: see that it is committed soon. */
  poke(): void {
    if (this.running || this.held || !this.commits.pending) return;
    if (!this.scheduled) this.schedule(this.wait());
    else if (!this.isSoonest && this.commits.worth) this.schedule(this.gap(0.5), true);
  }
  private schedule(ms: number, isSoonest = ms === 0): void {
    this.scheduled = true;
    this.isSoonest = isSoonest;
    const serial = ++this.serial;
    this.options.later(() => {
      if (serial === this.serial) this.run();
    }, ms);
  }
  private wait(): number {
    const now = this.options.now();
    // a clock that was set back must neither take tokens nor make anyone wait
    this.tokens = Math.min(BURST, this.tokens + (Math.max(0, now - this.refilled) / 1e6) * RATE);
    this.refilled = now;
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return 0;
    }
    return this.gap(1);
  }
  /** ms that are left of a share of the gap. */
  private gap(share: number): number {
    return Math.max(0, this.options.gapMs * share - Math.max(0, this.options.now() - this.lastStart) / 1000);
  }
  private run(): void {
    this.scheduled = false;
    if (this.running || this.held || !this.commits.pending) return;
    this.running = true;
    const started = this.options.now();
    this.lastStart = started;
    this.commits.start().then(
      (answer) => this.succeeded(started, answer),
      (error) => this.refused(error, started),
    );
  }
  private succeeded(started: Micros, answer: Answer): void {
    if (this.failingSince !== null) {
      this.failingSince = null;
      this.options.onState(false, null);
    }
    this.running = false;
    this.commits.done((this.options.now() - started) / 1e6, answer);
    if (this.commits.pending) this.poke();
    else for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
  private refused(error: unknown, started: Micros): void {
    const now = this.options.now();
    if (this.failingSince === null) {
      this.failingSince = now;
      this.options.onState(true, error);
    }
    if (now - this.failingSince >= this.options.graceMs * 1000) {
      this.running = false;
      this.commits.giveUp(error);
      for (const resolve of this.idleWaiters.splice(0)) resolve();
      return;
    }
    this.options.later(() => {
      this.commits.retry().then(
        (answer) => this.succeeded(started, answer),
        (again) => this.refused(again, started),
      );
    }, RETRY_MS);
  }
  /** Resolves when nothing is pending or in flight any more (also when it was given up). */
  idle(): Promise<void> {
    if (!this.running && !this.commits.pending) return Promise.resolve();
    this.poke();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }
}
