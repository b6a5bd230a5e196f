import { CATALOGUE, errorText, Refusal } from "../base/errors.ts";
import { Batcher, type Commits } from "../store/batcher.ts";
import type { Committed, Seq, StoreOp } from "../store/ports.ts";
import { Kind } from "../store/record.ts";
import { Batch, ROW_MESSAGE, type Waiter } from "./batch.ts";
import type { IngestEvents, OwnTurns } from "./commit-events.ts";
import type { CommitNeeds } from "./commit-needs.ts";
import { lastingOps } from "./lasting-ops.ts";
import { makeCurrent } from "./order.ts";
import { isPatient, PatientOps } from "./patient-ops.ts";
import { prove } from "./proof.ts";
import { Refusals } from "./refusals.ts";
import { RetainedMessages } from "./retained.ts";
import { giveWay, renumber } from "./renumber.ts";
import type { Turn } from "./turn.ts";

/**
 * The way of rows into the store: one batch is filled while another is being committed (docs/engine.md section 2). After
 * a commit the waiters are answered first, then its rows are published.
 */
export class CommitLine implements Commits<Committed | null> {
  private readonly spare: Batch[] = [];
  private flight: Batch | null = null;
  /** Where rows, operations and waiters of the next commit are collected. */
  batch: Batch;
  /** Who gives this node's rows their turn among those of others; null: it is alone. */
  turns: OwnTurns | null = null;
  /** Its number among several nodes. */
  self = 0;
  /** The number that the next row gets, as far as the store answered. */
  nextSeq: Seq;
  events: IngestEvents = {
    durable: () => {},
    committed: (batch) => this.recycle(batch),
    failed: () => {},
    sealing: () => {},
    refused: () => {},
    room: () => {},
  };
  readonly refusals: Refusals;
  /** What so many things went with that it is done over several commits. */
  private readonly patient = new PatientOps();
  /** The retained messages of committed publishes; the fan-out sets them in its order. */
  readonly retained = new RetainedMessages();
  readonly batcher: Batcher<Committed | null>;
  private readonly maxRows: number;
  private readonly maxBytes: number;
  private wasFull = false;
  /** Storage failed for longer than the grace time. */
  private gaveUp = false;
  /** Bytes of records committed since the start, by other nodes, too. */
  committedBytes = 0;
  /** Committed batches whose rows are not all published yet. */
  publishing = 0;

  constructor(private readonly needs: CommitNeeds) {
    const { options, clock } = needs;
    this.nextSeq = needs.nextSeq;
    this.batch = this.spareBatch();
    this.maxRows = options.maxCommitRows;
    this.maxBytes = options.maxCommitBytes;
    this.refusals = new Refusals(needs.metrics, (refusal) => this.events.refused(refusal));
    this.batcher = new Batcher(this, {
      ...options,
      now: () => clock.steady(),
      onState: (failing, error) => {
        this.gaveUp = false;
        if (!failing) needs.log.info({}, "storage takes data again");
        else
          needs.log.error(
            { error: errorText(error) },
            "storage does not take data: nothing is acknowledged, and nobody can log in, until it does",
          );
      },
    });
  }

  /** The accumulating batch is as large as a commit may be, or publishing lags: stop reading until `events.room`. */
  get full(): boolean {
    const { batch, maxRows } = this;
    const full =
      batch.count >= maxRows ||
      batch.ops.length >= maxRows ||
      batch.waiters.length >= maxRows ||
      batch.bytes >= this.maxBytes ||
      this.publishing > 2 ||
      this.turns?.isBehind === true ||
      this.batcher.failing;
    if (full) this.wasFull = true;
    return full;
  }
  /** Runs `fn` after at least `ms`. */
  later(fn: () => void, ms: number): void {
    this.needs.options.later(fn, ms);
  }

  // the commit that is being filled

  /** Its rows so far. */
  get rows(): number {
    return this.batch.count;
  }
  /** When its rows have their turn to be published. */
  get turn(): Turn {
    return this.batch.turn;
  }
  /** The store refused the last commit, and has not taken one since. */
  get failing(): boolean {
    return this.batcher.failing;
  }
  /** `waiter` hears what becomes of it. @param what is told with that */
  wait(waiter: Waiter, what: number): void {
    this.batch.wait(waiter, what);
  }
  /** What a stored session did goes into its record. @param kind see Kind @param about mostly a packet identifier */
  tell(kind: number, session: number, about: number): void {
    this.batch.writer.session(kind, session, about);
  }
  /**
   * What all nodes are to hear when its row has its turn, this one too, which is told of it as node `self`. Only among several nodes.
   * @param what see Told @param body in the place of numbers; it is kept
   */
  news(what: number, numbers: readonly number[], body: Uint8Array = NO_BYTES): void {
    const { batch } = this;
    batch.news.push({ node: this.self, what, numbers, body, index: batch.writer.count });
    batch.writer.note(what, body.length > 0 ? body : numbers);
    this.batcher.poke();
  }
  /** An operation of the next commit; what is about things that are gone may take more than that one (`PatientOps`). */
  operation(op: StoreOp): void {
    if (isPatient(op)) this.patient.add(op);
    else this.batch.ops.push(op);
    this.batcher.poke();
  }
  /** Something is in it: see that it starts soon. */
  poke(): void {
    this.batcher.poke();
  }
  /** Resolves when everything handed over so far is durable; rejects with storage_unavailable. */
  durable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.patient.wait({ committed: () => resolve(), failed: () => reject(unavailable()) }, this.batch);
      this.batcher.poke();
    });
  }

  // Commits, for the batcher

  get worth(): boolean {
    const { length } = this.batch.waiters;
    return length >= WORTH && length <= MOST_WORTH;
  }
  get pending(): boolean {
    return !this.batch.empty || this.patient.any || this.refusals.waiting || this.needs.eventLog?.waiting === true;
  }
  start(): Promise<Committed | null> {
    const { batch } = this;
    const rows = this.refusals.take();
    if (rows.length > 0) batch.ops.push({ op: "refusals_put", rows });
    const events = this.needs.eventLog?.take() ?? null;
    if (events !== null) batch.ops.push(events);
    this.events.sealing(batch);
    this.patient.moveTo(batch);
    if (this.batcher.failing) prove(batch.writer);
    const changes = batch.retainedChanges();
    if (changes !== null) batch.ops.push({ op: "retained", changes });
    batch.seal();
    renumber(batch, this.needs.series.renamed);
    this.flight = batch;
    this.batch = this.spareBatch();
    return this.retry();
  }
  retry(): Promise<Committed | null> {
    const batch = this.flight;
    if (!batch) return Promise.resolve(null);
    // the store transfers the buffer away: it gets a copy, ours is for another try
    const blob = batch.blob === null ? null : batch.blob.slice();
    if (blob === null && batch.ops.length === 0) return Promise.resolve(null);
    const committed = this.needs.store.commit({ count: batch.records, blob, ops: batch.ops });
    const again = (error: unknown) => giveWay(batch, this.needs.series, error, () => this.retry());
    return this.turns === null ? committed : committed.catch(again);
  }
  done(seconds: number, committed: Committed | null): void {
    const batch = this.flight;
    if (!batch) return;
    this.flight = null;
    // messages of QoS 0 alone have no record: they stand before the next row
    batch.firstSeq = committed?.firstSeq ?? this.nextSeq;
    this.nextSeq = batch.firstSeq + batch.records;
    const { metrics, series } = this.needs;
    this.committedBytes += batch.blob?.length ?? 0;
    // messages of QoS 0 alone are no commit
    const isCommit = batch.blob !== null || batch.ops.length > 0;
    if (isCommit) metrics.commits++;
    metrics.commitRows += batch.count;
    metrics.messagesAccepted += batch.topics.length;
    metrics.measurementsRecorded += batch.count - batch.topics.length;
    if (isCommit) metrics.commitSeconds.observe(seconds);
    if (batch.count > 0) metrics.batchRows.observe(batch.count);
    if (this.turns === null) makeCurrent(batch, series);
    const { waiters, what } = batch;
    for (let i = 0; i < waiters.length; i++) (waiters[i] as Waiter).committed(what[i] as number);
    this.events.durable();
    if (this.turns === null) this.publish(batch);
    else this.turns.own(batch);
    this.tellRoom();
  }
  /** The rows of a batch, this node's or another's, have their turn. */
  publish(batch: Batch): void {
    this.publishing++;
    this.events.committed(batch);
  }
  /** An empty batch, for rows of another node. */
  spareBatch(): Batch {
    return this.spare.pop() ?? new Batch(this.needs.order !== undefined);
  }
  giveUp(error: unknown): void {
    const { series, metrics, log, options } = this.needs;
    metrics.commitsFailed++;
    // once: what follows is only tried to learn whether storage is back
    if (!this.gaveUp)
      log.error(
        {
          error: errorText(error),
          rows: this.batch.count + (this.flight?.count ?? 0),
          graceSeconds: options.graceMs / 1000,
        },
        "storage took no data for the whole grace time: clients that wait are disconnected, and will send again",
      );
    this.gaveUp = true;
    const given = [this.flight, this.batch].filter((batch) => batch !== null);
    const ops = lastingOps(given.flatMap(({ ops, tied }) => ops.filter((op) => !tied.has(op))));
    this.flight = null;
    this.batch = this.spareBatch();
    this.batch.ops = ops;
    for (const batch of given) {
      for (let i = 0; i < batch.count; i++) {
        if ((batch.flags[i] as number) & ROW_MESSAGE) this.retained.settle(batch, i);
        else series.revert(batch.series[i] as number);
      }
      const { waiters, what } = batch;
      for (let i = 0; i < waiters.length; i++) (waiters[i] as Waiter).failed(what[i] as number);
      this.events.failed(batch);
      batch.turn.end();
    }
    this.turns?.gaveUp();
    this.needs.options.later(() => this.probe(), PROBE_MS);
  }
  /** Something small to write, to learn whether storage is back. */
  private probe(): void {
    if (!this.batcher.failing) return;
    this.batch.writer.session(Kind.Acked, 0, 0);
    this.batcher.poke();
  }
  /** Takes a batch back whose rows were all published. */
  recycle(batch: Batch): void {
    const { turn } = batch;
    this.publishing--;
    batch.clear();
    if (this.spare.length < 3) this.spare.push(batch);
    turn.end();
    this.turns?.resume();
    this.tellRoom();
  }
  private tellRoom(): void {
    if (!this.wasFull || this.full) return;
    this.wasFull = false;
    this.events.room();
  }
}
/** So many who wait for their answer are worth a commit sooner; where more wait they pipeline, and gain more by a larger one. */
const WORTH = 16;
const MOST_WORTH = 512;

const PROBE_MS = 1000;
const NO_BYTES = new Uint8Array(0);

/** The refusal of data that the store cannot take. */
export function unavailable(): Refusal {
  return new Refusal("storage_unavailable", `${CATALOGUE.storage_unavailable.title} Try again later.`);
}
