import { Refusal } from "../../../base/errors.ts";
import type { IdKind, IdRange, Seq } from "../../ports.ts";
import { JUDGE_MS, LEASE_MS } from "../lease.ts";
import type { Session } from "../session.ts";
import { declareGone } from "./judge.ts";
import type { Target } from "../url.ts";
import { type Holder, type Taken, takeOver, WHO, whoIs } from "./take.ts";

/** What the node's row says. */
export interface NodeState {
  readonly commitNo: number;
  readonly firstSeq: Seq;
  /** PostgreSQL is set to wait for a standby. */
  readonly replicated: boolean;
}

/** A server that was killed may hold the lock until PostgreSQL has noticed: asked so often, this long apart. */
const TRIES = 40;
const TRY_MS = 250;
/** A node that died elsewhere, or was cut off, is waited for until its lease is over and it had the time to come back. */
const WAIT_MS = JUDGE_MS + 2 * LEASE_MS;

/**
 * The row by which this server has the store. Two things keep another one out: a lock of the connection, for the message that it gets, and
 * the epoch in each commit, which decides: who comes later has a higher one, and commits of the former fail from then on.
 */
export class NodeRow {
  private node = 0;
  private epoch = 0;
  /** Of the server's process for the connection. */
  pid = 0;

  constructor(
    private readonly session: Session,
    private readonly target: Target,
    private readonly holder: Holder,
    /** It shares the store with other nodes. */
    private readonly several: boolean,
  ) {}

  /** For the CALL of a commit. */
  get key(): readonly [node: number, epoch: number] {
    return [this.node, this.epoch];
  }

  /** Takes the store for this process, which has the lock. @throws Refusal invalid_config: another node has it, and lives */
  async take(): Promise<Taken> {
    const begun = performance.now();
    for (;;) {
      const waited = performance.now() - begun;
      const taken = await takeOver(this.session, this.holder, waited > JUDGE_MS, this.several);
      if (taken !== null) {
        [this.node, this.epoch] = [taken.node, taken.epoch];
        return taken;
      }
      if (waited > WAIT_MS) throw await this.used();
      await Bun.sleep(TRY_MS);
    }
  }
  /**
   * After a new connection was made: what was under way on the lost one comes to its end before anybody asks for it.
   * @throws Refusal: another server has the store
   */
  async again(): Promise<void> {
    const { rows } = await this.session.queryHere({ text: MINE, values: [...this.key] });
    if (rows.length === 0) throw fenced();
    await this.session.queryHere({ text: END, values: [this.pid] });
    await this.lock();
  }
  /** @throws Refusal invalid_config: another server has the store */
  async lock(): Promise<void> {
    // nodes that share a store have a lock each
    const values = [`fieldcast ${this.target.schema}${this.several ? ` ${this.holder.identity}` : ""}`];
    for (let tried = 0; tried < TRIES; tried++) {
      const { rows } = await this.session.query({ text: LOCK, values });
      const [got, pid] = rows[0] ?? [];
      this.pid = Number(pid);
      if (got === 1) return;
      await Bun.sleep(TRY_MS);
    }
    throw await this.used();
  }
  private async used(): Promise<Refusal> {
    const { rows } = await this.session.query(WHO).catch(() => ({ rows: [] })); // it makes its tables yet
    return new Refusal("invalid_config", `Another fieldcast uses this PostgreSQL store${whoIs(rows[0])}.`);
  }

  /**
   * A commit without anything in it; what is visible behind it is on the standby, too.
   * @param applied the last row of the log that had its turn here @throws Refusal: another server has the store
   */
  async beat(applied: Seq): Promise<NodeState> {
    const { rows } = await this.session.queryHere({
      text: BEAT,
      values: [...this.key, `${LEASE_MS} ms`, applied],
      name: "beat",
    });
    const [commitNo, firstSeq, replicated] = rows[0] ?? [];
    if (commitNo === undefined) throw fenced();
    return { commitNo: Number(commitNo), firstSeq: Number(firstSeq), replicated: replicated === 1 };
  }
  async reserve(kind: IdKind, count: number): Promise<IdRange> {
    const { rows } = await this.session.queryHere({ text: RESERVE[kind], values: [count] });
    return { first: Number(rows[0]?.[0]) - count, count };
  }
  /** Notes the clocks of this node, with which the next one goes on. */
  async note(clock: string): Promise<void> {
    await this.session.query({ text: NOTE, values: [...this.key, clock] });
  }

  async release(): Promise<void> {
    if (this.several) await declareGone(this.session, this.key, this.key);
    else
      await this.session.query({
        text: "UPDATE node SET alive = 0 WHERE id = $1 AND epoch = $2",
        values: [...this.key],
      });
  }
}

const LOCK = "SELECT pg_try_advisory_lock(hashtext($1)), pg_backend_pid()";
const MINE = "SELECT 1 FROM node WHERE id = $1 AND epoch = $2 AND alive = 1";
const END =
  "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = $1 AND application_name = 'fieldcast commits' " +
  "AND pid <> pg_backend_pid()";
const BEAT =
  "UPDATE node SET alive = 1, lease_until = clock_timestamp() + $3::interval, applied = greatest(applied, $4) WHERE id = $1 AND epoch = $2 AND alive = 1 " +
  "RETURNING commit_no, first_seq, current_setting('synchronous_standby_names') <> ''";
const RESERVE: Readonly<Record<IdKind, string>> = {
  series: "UPDATE state SET next_series = next_series + $1 RETURNING next_series",
  session: "UPDATE state SET next_session = next_session + $1 RETURNING next_session",
};
const NOTE = "UPDATE node SET clock = $3 WHERE id = $1 AND epoch = $2";

/** Another server has the store: this one must end. */
export function fenced(): Refusal {
  return new Refusal("storage_unavailable", FENCED);
}
export function isFenced(error: unknown): boolean {
  return error instanceof Refusal && error.message === FENCED;
}
const FENCED = "Another server has taken this PostgreSQL store over; this one commits nothing any more.";
