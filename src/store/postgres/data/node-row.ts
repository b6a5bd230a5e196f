import { Refusal } from "../../../base/errors.ts";
import type { Seq } from "../../ports.ts";
import type { Session } from "../session.ts";
import type { Target } from "../url.ts";

/** The only node there is, until there are several. */
const NODE = 1;

/** For people: who has the store. */
export interface Holder {
  readonly host: string;
  readonly version: string;
  /** µs */
  readonly now: number;
}
/** What the node's row says. */
interface NodeState {
  readonly commitNo: number;
  readonly firstSeq: Seq;
}
interface Taken {
  readonly commitNo: number;
  /** The number that the next row gets. */
  readonly nextSeq: Seq;
  /** The first free id of bodies that chunks share. */
  readonly nextBody: number;
}

/** A server that was killed may hold the lock until PostgreSQL has noticed: asked so often, this long apart. */
const TRIES = 40;
const TRY_MS = 250;

/**
 * The row by which this server has the store. Two things keep another one out: a lock of the connection, for the message that it gets, and
 * the epoch in each commit, which decides: who comes later has a higher one, and commits of the former fail from then on.
 */
export class NodeRow {
  private epoch = 0;
  /** Of the server's process for the connection. */
  pid = 0;

  constructor(
    private readonly session: Session,
    private readonly target: Target,
    private readonly holder: Holder,
  ) {}

  /** For the CALL of a commit. */
  get key(): readonly [node: number, epoch: number] {
    return [NODE, this.epoch];
  }

  /** Takes the store for this process, which has the lock. */
  async take(): Promise<Taken> {
    const { host, version, now } = this.holder;
    const { rows } = await this.session.queryHere({ text: TAKE, values: [NODE, host, version, now] });
    const [epoch = 0, commitNo = 0, nextSeq = 1, nextBody = 1] = (rows[0] ?? []).map(Number);
    this.epoch = epoch;
    return { commitNo, nextSeq, nextBody };
  }
  /** After a new connection was made: what was under way on the lost one comes to its end before anybody asks for it. */
  async again(): Promise<void> {
    await this.session.queryHere({ text: END, values: [this.pid] });
    await this.lock();
  }
  /** @throws Refusal invalid_config: another server has the store */
  async lock(): Promise<void> {
    const values = [`fieldcast ${this.target.schema}`];
    for (let tried = 0; tried < TRIES; tried++) {
      const { rows } = await this.session.query({ text: LOCK, values });
      const [got, pid] = rows[0] ?? [];
      this.pid = Number(pid);
      if (got === 1) return;
      await Bun.sleep(TRY_MS);
    }
    throw new Refusal("invalid_config", `Another fieldcast uses this PostgreSQL store${await this.other()}.`);
  }
  private async other(): Promise<string> {
    const query = { text: "SELECT address, version, since FROM node WHERE alive = 1" };
    const { rows } = await this.session.query(query).catch(() => ({ rows: [] as (readonly unknown[])[] })); // it makes its tables yet
    const [host, version, since] = rows[0] ?? [];
    if (host === undefined) return "";
    return ` (${host}, version ${version}, since ${new Date(Number(since) / 1000).toISOString()})`;
  }

  /** A commit without anything in it; what is visible behind it is on the standby, too. @throws Refusal: another server has the store */
  async beat(): Promise<NodeState> {
    const { rows } = await this.session.queryHere({ text: BEAT, values: [...this.key] });
    const [commitNo, firstSeq] = rows[0] ?? [];
    if (commitNo === undefined) throw fenced();
    return { commitNo: Number(commitNo), firstSeq: Number(firstSeq) };
  }

  async release(): Promise<void> {
    await this.session.query({ text: "UPDATE node SET alive = 0 WHERE id = $1 AND epoch = $2", values: [...this.key] });
  }
}

const LOCK = "SELECT pg_try_advisory_lock(hashtext($1)), pg_backend_pid()";
const TAKE =
  "INSERT INTO node (id, epoch, alive, commit_no, first_seq, address, version, since) VALUES ($1, 1, 1, 0, 0, $2, $3, $4) " +
  "ON CONFLICT (id) DO UPDATE SET epoch = node.epoch + 1, alive = 1, address = excluded.address, version = excluded.version, " +
  "since = excluded.since RETURNING epoch, commit_no, (SELECT seq FROM head), (SELECT coalesce(max(id), 0) + 1 FROM queue_body)";
const END =
  "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = $1 AND application_name = 'fieldcast commits' " +
  "AND pid <> pg_backend_pid()";
const BEAT = "UPDATE node SET alive = 1 WHERE id = $1 AND epoch = $2 AND alive = 1 RETURNING commit_no, first_seq";

/** Another server has the store: this one must end. */
export function fenced(): Refusal {
  return new Refusal("storage_unavailable", FENCED);
}
export function isFenced(error: unknown): boolean {
  return error instanceof Refusal && error.message === FENCED;
}
const FENCED = "Another server has taken this PostgreSQL store over; this one commits nothing any more.";
