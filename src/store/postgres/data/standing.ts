import type { IdKind, IdRange } from "../../ports.ts";
import { unavailable } from "../failures.ts";
import type { LeaseKeeper } from "../lease.ts";
import type { Found, Question } from "../session-types.ts";
import { type Target, targetOf } from "../url.ts";
import { CommitSession, type CommitterOptions } from "./doubt.ts";
import { Judge } from "./judge.ts";
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
  /** Among several nodes: who looks at the leases of the others. */
  private readonly judge: Judge | null;
  private readonly lookMs: number;
  /** Of the server that commits; see timelineOf. */
  timeline = 0;

  constructor(options: CommitterOptions) {
    this.lookMs = options.lookMs;
    this.target = targetOf(options.address);
    this.session = new CommitSession(this.target, options.onNotice);
    this.row = new NodeRow(this.session, this.target, options, options.several);
    this.judge = options.several ? new Judge() : null;
    this.lease = options.lease;
  }
  get key(): readonly [node: number, epoch: number] {
    return this.row.key;
  }
  get connected(): boolean {
    return this.session.connected;
  }
  /** Others are to be told or looked after, which commits do not do by the way. */
  get isDueToOthers(): boolean {
    return this.judge !== null && (this.lease.isUntold || this.judge.isDue);
  }
  /** Ids that no other node gets. @throws Refusal storage_unavailable */
  async reserve(kind: IdKind, count: number): Promise<IdRange> {
    try {
      if (!this.connected) await this.reconnect();
      return await this.row.reserve(kind, count);
    } catch (error) {
      throw unavailable(error);
    }
  }
  /**
   * Says that the node is there, when nothing was committed for a while, and looks after others; what is in doubt stays so.
   * @returns nodes that were found dead
   */
  async upkeep(): Promise<readonly number[]> {
    if (!this.lease.isDue && !this.isDueToOthers) return [];
    try {
      if (!this.connected) await this.reconnect();
      await this.beat();
      return await this.judges();
    } catch {
      return []; // whoever looks at the lease sees that it was not renewed
    }
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
      this.judge?.lost();
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
        const { applied } = this.lease;
        const state = await this.watch(this.row.beat(applied));
        this.lease.replicates(state.replicated);
        if (this.session.unreplicated) continue; // its wait was cancelled: it says nothing
        this.lease.renew(sent);
        this.lease.tells(applied);
        this.judge?.heard();
        return state;
      }
    });
  }
  /** @returns nodes that were found dead */
  private async judges(): Promise<readonly number[]> {
    const { judge } = this;
    if (judge?.isDue !== true || !this.connected) return [];
    return this.watch(judge.look(this.session, this.key));
  }
  /** One commit. @returns whether it was waited for; otherwise it counts when a later one was */
  async commit(question: Question): Promise<{ readonly found: Found; readonly replicated: boolean }> {
    const sent = this.lease.sending();
    this.session.unreplicated = false;
    const found = await this.watch(this.session.queryHere(question));
    const replicated = !this.session.unreplicated;
    if (replicated) {
      this.lease.renew(sent);
      this.judge?.heard();
    }
    return { found, replicated };
  }
  private watch<T>(answer: Promise<T>): Promise<T> {
    return watched(this.session, this.target, this.row.pid, this.lookMs, answer);
  }
  /** Another server has the store, and for good. */
  readonly fence = (): void => this.lease.fence();
  private async fencing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isFenced(error)) this.fence();
      throw error;
    }
  }

  /** Notes the clocks of this node. @throws Refusal storage_unavailable */
  async note(clock: string): Promise<void> {
    if (!this.connected) return;
    await this.row.note(clock).catch((error: unknown) => {
      throw unavailable(error);
    });
  }
  /** A clean end: the next one need not wait. */
  async end(): Promise<void> {
    await this.row.release().catch(() => undefined); // the next one takes it over all the same
    await this.session.end();
  }
}
