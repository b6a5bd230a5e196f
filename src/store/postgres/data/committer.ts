import type { Refusal } from "../../../base/errors.ts";
import type { CommitBatch, Seq } from "../../ports.ts";
import { crcOf } from "../../record.ts";
import { checkBatch } from "../../requests.ts";
import { Lost, sqlState, unavailable } from "../failures.ts";
import { SharedBodies } from "./bodies.ts";
import type { CommitterOptions, CommittedOn, Doubt } from "./doubt.ts";
import { encodeOps } from "./encode.ts";
import { takenBy } from "./functions/series.ts";
import { fenced } from "./node-row.ts";
import type { OpenedNode } from "./protocol.ts";
import { Standing } from "./standing.ts";

/**
 * The one who commits: each commit is one CALL. One whose connection broke is asked for by its number, on a new connection, before anything
 * else is done; no commit is ever cancelled.
 */
export class Committer {
  /** Its connection and its right to commit. */
  readonly standing: Standing;
  private no = 0;
  private nextSeq: Seq = 1;
  private bodies = new SharedBodies(1);
  private doubt: Doubt | null = null;
  /** What stands behind `nextSeq` was refused, and goes with the next commit. */
  private refused = false;

  private readonly several: boolean;

  constructor(options: CommitterOptions) {
    this.several = options.several;
    this.standing = new Standing(options);
  }

  /**
   * Makes or migrates the tables, and takes them over: whoever had them commits nothing any more.
   * @returns which node this is, in which epoch, and whether what it had is its own. @throws Refusal
   */
  async open(): Promise<OpenedNode> {
    try {
      const { commitNo, nextSeq, nextBody, kept, epoch } = await this.standing.take();
      this.no = commitNo;
      this.nextSeq = nextSeq;
      // nodes give ids at the same time: each has a range of its life's own
      this.bodies = new SharedBodies(this.several ? epoch * BODIES + 1 : nextBody);
      return { key: this.standing.key, kept };
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Durable when it resolves. When it rejects, nothing of the batch counts as stored: it may be there, and is taken out by the next commit,
   * which is the same one again, or that one was given up. (Its operations stay: callers repeat them, and they say the same twice.)
   */
  async commit(batch: CommitBatch): Promise<CommittedOn> {
    checkBatch(batch);
    const { blob, count } = batch;
    const crc = blob === null ? null : crcOf(blob);
    try {
      const landed = await this.settle(count, crc);
      if (landed !== null) return this.done(landed, count); // it is tried again, and was stored at the first try
      return this.done(await this.callAgain(batch, crc), count);
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
  private done(firstSeq: Seq, count: number): CommittedOn {
    this.nextSeq = firstSeq + count;
    this.refused = false;
    return { firstSeq, timeline: this.standing.timeline };
  }
  private refusal(error: unknown): Refusal | unknown {
    if (error instanceof RangeError) return error;
    if (sqlState(error) !== "FC001") return takenBy(error) ?? unavailable(error);
    this.standing.fence();
    return fenced();
  }

  /** Two nodes may have waited for each other for rows: PostgreSQL undoes one of the two, which is done then. */
  private async callAgain(batch: CommitBatch, crc: number | null): Promise<Seq> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.call(batch, crc);
      } catch (error) {
        if (!UNDONE.has(sqlState(error)) || tried === TRIES) throw error;
      }
    }
  }
  private async call({ blob, count, ops }: CommitBatch, crc: number | null): Promise<Seq> {
    const { json, blobs, series, session } = encodeOps(ops, this.bodies.begin(ops));
    const no = this.no + 1;
    this.doubt = { no, count, crc };
    const known = this.refused ? this.nextSeq : null;
    const values = [...this.standing.key, no, known, count, blob, crc, json, blobs, series, session, 0];
    try {
      const { found, replicated } = await this.standing.commit({ text: CALL, values, name: "commit" });
      // one that no standby has yet counts when a later one was waited for
      if (!replicated) await this.standing.beat();
      this.no = no;
      this.doubt = null;
      return Number(found.rows[0]?.[0]);
    } catch (error) {
      if (!(error instanceof Lost)) this.doubt = null; // the server said that it was undone
      throw error;
    }
  }

  /**
   * Sees to it that there is a connection, and that nothing is in doubt: what is visible after a commit of our own was waited for is
   * on the standby, too. Answers where this very commit lies, when it is the one that was in doubt and is stored.
   * @param own it is known to be the one in doubt
   */
  private async settle(count: number, crc: number | null, own = false): Promise<Seq | null> {
    const { doubt } = this;
    if (this.standing.connected && doubt === null) return null;
    if (!this.standing.connected) await this.standing.reconnect();
    const state = await this.standing.beat();
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
    await this.standing.end();
  }
}

/** Deadlock, serialization failure. */
const UNDONE: ReadonlySet<string> = new Set(["40P01", "40001"]);
const TRIES = 5;
/** Ids of bodies that a life of a node may give. */
const BODIES = 2 ** 32;
const CALL = "CALL commit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
