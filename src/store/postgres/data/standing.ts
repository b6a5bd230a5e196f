import type { LeaseKeeper } from "../lease.ts";
import type { Found, Question } from "../session-types.ts";
import { type Target, targetOf } from "../url.ts";
import { CommitSession, type CommitterOptions } from "./doubt.ts";
import { isFenced, NodeRow, type NodeState } from "./node-row.ts";
import { migrate } from "./schema.ts";
import type { Taken } from "./take.ts";
import { timelineOf } from "./timeline.ts";
import { watched } from "./watched.ts";

/** The connection that commits, the node's row that gives it the right to, and the lease that both renew. */
export class Standing {
  private readonly target: Target;
  private readonly session: CommitSession;
  private readonly row: NodeRow;
  private readonly lease: LeaseKeeper;
  private readonly lookMs: number;
  /** Of the server that commits; see timelineOf. */
  timeline = 0;

  constructor(options: CommitterOptions) {
    this.lookMs = options.lookMs;
    this.target = targetOf(options.address);
    this.session = new CommitSession(this.target, options.onNotice);
    this.row = new NodeRow(this.session, this.target, options);
    this.lease = options.lease;
  }
  get key(): readonly [node: number, epoch: number] {
    return this.row.key;
  }
  get connected(): boolean {
    return this.session.connected;
  }
  /** Nothing has renewed the lease for a while. */
  get isDue(): boolean {
    return this.lease.isDue;
  }

  /** Makes or migrates the tables, and takes the store: whoever had it commits nothing any more. @throws Refusal */
  async take(): Promise<Taken> {
    await this.row.lock();
    await migrate(this.session, this.target);
    const taken = await this.row.take();
    this.timeline = await timelineOf(this.session);
    await this.beat();
    return taken;
  }
  /** A new connection, and nothing is under way on the one before. @throws Refusal: another server has the store */
  async reconnect(): Promise<void> {
    await this.fencing(async () => {
      await this.session.connect();
      this.timeline = await timelineOf(this.session);
      await this.row.again();
    });
  }
  /**
   * What is visible behind it is on the standby, too: the log is in order, so when a later commit was waited for, an earlier one is there.
   * @throws Refusal: another server has the store
   */
  async beat(): Promise<NodeState> {
    return this.fencing(async () => {
      for (;;) {
        const sent = this.lease.sending();
        this.session.unreplicated = false;
        const state = await this.watch(this.row.beat());
        this.lease.replicates(state.replicated);
        if (this.session.unreplicated) continue; // its wait was cancelled: it says nothing
        this.lease.renew(sent);
        return state;
      }
    });
  }
  /** One commit. @returns whether it was waited for; otherwise it counts when a later one was */
  async commit(question: Question): Promise<{ readonly found: Found; readonly replicated: boolean }> {
    const sent = this.lease.sending();
    this.session.unreplicated = false;
    const found = await this.watch(this.session.queryHere(question));
    const replicated = !this.session.unreplicated;
    if (replicated) this.lease.renew(sent);
    return { found, replicated };
  }
  private watch<T>(answer: Promise<T>): Promise<T> {
    return watched(this.session, this.target, this.row.pid, this.lookMs, answer);
  }
  /** Another server has the store, and for good. */
  fence(): void {
    this.lease.fence();
  }
  private async fencing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isFenced(error)) this.fence();
      throw error;
    }
  }

  note(clock: string): Promise<void> {
    return this.row.note(clock);
  }
  /** A clean end: the next one need not wait. */
  async end(): Promise<void> {
    await this.row.release().catch(() => undefined); // the next one takes it over all the same
    await this.session.end();
  }
}
