import type { Refusal } from "../../../base/errors.ts";
import type { CommitBatch, Committed, Seq } from "../../ports.ts";
import { crcOf } from "../../record.ts";
import { checkBatch } from "../../requests.ts";
import { Lost, sqlState, unavailable } from "../failures.ts";
import { type Target, targetOf } from "../url.ts";
import { SharedBodies } from "./bodies.ts";
import { CommitSession, type CommitterOptions, type Doubt } from "./doubt.ts";
import { encodeOps } from "./encode.ts";
import { takenBy } from "./functions/series.ts";
import { fenced, NodeRow } from "./node-row.ts";
import { migrate } from "./schema.ts";
import { watched } from "./watched.ts";

/**
 * The one who commits: each commit is one CALL. One whose connection broke is asked for by its number, on a new connection, before anything
 * else is done; no commit is ever cancelled.
 */
export class Committer {
  private readonly target: Target;
  private readonly session: CommitSession;
  private readonly node: NodeRow;
  private no = 0;
  private nextSeq: Seq = 1;
  private bodies = new SharedBodies(1);
  private doubt: Doubt | null = null;
  /** What stands behind `nextSeq` was refused, and goes with the next commit. */
  private refused = false;

  private readonly lookMs: number;

  constructor(options: CommitterOptions) {
    this.lookMs = options.lookMs;
    this.target = targetOf(options.address);
    this.session = new CommitSession(this.target, options.onNotice);
    this.node = new NodeRow(this.session, this.target, options);
  }

  /** Makes or migrates the tables, and takes them over: whoever had them commits nothing any more. @throws Refusal */
  async open(): Promise<Seq> {
    try {
      await this.node.lock();
      await migrate(this.session, this.target);
      const { commitNo, nextSeq, nextBody } = await this.node.take();
      this.no = commitNo;
      this.nextSeq = nextSeq;
      this.bodies = new SharedBodies(nextBody);
      return this.nextSeq;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Durable when it resolves. When it rejects, nothing of the batch counts as stored: it may be there, and is taken out by the next commit,
   * which is the same one again, or that one was given up. (Its operations stay: callers repeat them, and they say the same twice.)
   */
  async commit(batch: CommitBatch): Promise<Committed> {
    checkBatch(batch);
    const { blob, count } = batch;
    const crc = blob === null ? null : crcOf(blob);
    try {
      const landed = await this.settle(count, crc);
      if (landed !== null) return this.done(landed, count); // it is tried again, and was stored at the first try
      const firstSeq = await this.call(batch, crc);
      return this.done(firstSeq, count);
    } catch (error) {
      if (!(error instanceof Lost)) throw this.refusal(error);
      // whether it is stored can be told when there is a connection again; with luck at once
      return this.done(await this.settleNow(count, crc, error), count);
    }
  }
  private async settleNow(count: number, crc: number | null, why: Lost): Promise<Seq> {
    try {
      const landed = await this.settle(count, crc, true);
      if (landed !== null) return landed;
    } catch (error) {
      throw this.refusal(error);
    }
    throw this.refusal(why);
  }
  private done(firstSeq: Seq, count: number): Committed {
    this.nextSeq = firstSeq + count;
    this.refused = false;
    return { firstSeq };
  }
  private refusal(error: unknown): Refusal | unknown {
    if (error instanceof RangeError) return error;
    return takenBy(error) ?? (sqlState(error) === "FC001" ? fenced() : unavailable(error));
  }

  private async call({ blob, count, ops }: CommitBatch, crc: number | null): Promise<Seq> {
    const { json, blobs, series, session } = encodeOps(ops, this.bodies.begin(ops));
    const no = this.no + 1;
    this.doubt = { no, count, crc };
    this.session.unreplicated = false;
    const known = this.refused ? this.nextSeq : null;
    const values = [...this.node.key, no, known, count, blob, crc, json, blobs, series, session, 0];
    try {
      const question = this.session.queryHere({ text: CALL, values, name: "commit" });
      const { rows } = await watched(this.session, this.target, this.node.pid, this.lookMs, question);
      if (this.session.unreplicated) return await this.confirm(Number(rows[0]?.[0]), no);
      this.no = no;
      this.doubt = null;
      return Number(rows[0]?.[0]);
    } catch (error) {
      if (!(error instanceof Lost)) this.doubt = null; // the server said that it was undone
      throw error;
    }
  }
  /** A commit that no standby has yet counts when a later one has been waited for: the log is in order. */
  private async confirm(firstSeq: Seq, no: number): Promise<Seq> {
    do {
      this.session.unreplicated = false;
      await this.node.beat();
    } while (this.session.unreplicated);
    this.no = no;
    this.doubt = null;
    return firstSeq;
  }

  /**
   * Sees to it that there is a connection, and that nothing is in doubt: what is visible after a commit of our own was waited for is
   * on the standby, too. Answers where this very commit lies, when it is the one that was in doubt and is stored.
   * @param own it is known to be the one in doubt
   */
  private async settle(count: number, crc: number | null, own = false): Promise<Seq | null> {
    const { doubt } = this;
    if (this.session.connected && doubt === null) return null;
    if (!this.session.connected) {
      await this.session.connect();
      await this.node.again();
    }
    const state = await this.node.beat();
    this.doubt = null;
    this.no = state.commitNo;
    if (doubt === null || state.commitNo !== doubt.no) return null;
    if (own || (doubt.crc !== null && doubt.crc === crc && doubt.count === count)) return state.firstSeq;
    // it is stored, and was given up
    this.refused ||= doubt.crc !== null;
    return null;
  }
  /** A clean end: the next server need not wait. */
  async close(): Promise<void> {
    await this.node.release().catch(() => undefined); // the next one takes it over all the same
    await this.session.end();
  }
}

const CALL = "CALL commit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
