import type { Metrics } from "../base/metrics.ts";
import type { Clock, Log } from "../base/types.ts";
import { PacketType, putShortAck, SHORT_ACK_BYTES } from "../codec/index.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { BatchRows } from "../feed/batch-rows.ts";
import type { Consumers } from "../feed/consumers.ts";
import type { Batch, Waiter } from "../ingest/batch.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { RetainedMessages } from "../ingest/retained.ts";
import type { SeriesTable } from "../ingest/series.ts";
import { createDelivery } from "../session/delivery.ts";
import { createEntry } from "../session/queue.ts";
import type { News, Seq, SessionStore, StoreOp } from "../store/ports.ts";
import { createTaken, type RecordWriter } from "../store/record.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { Answers, NOBODY_WAITS } from "./answers.ts";
import { FreeFanout } from "./free.ts";
import { FreeTaps } from "./free-taps.ts";
import { tellMemoryFull, tellOverflow, tellStoreFull } from "./full.ts";
import { LiveTaps } from "./live-taps.ts";
import { type CheckpointLimits, Checkpoints } from "./checkpoints.ts";
import { ChunkLine } from "./chunk-line.ts";
import type { AwaitsCommit, Newsbearer, WritingHost } from "./host.ts";
import type { Keeper, QueueLimits } from "./keeper.ts";
import { Labels } from "./labels.ts";
import { Ledger } from "./ledger.ts";
import type { Link } from "./link.ts";
import { MeasurementFanout } from "./measurements.ts";
import { QueueMemory } from "./memory.ts";
import { BufferPool } from "./outbox.ts";
import type { Outlet } from "./outlet.ts";
import { DeliveryProperties } from "./publish.ts";
import { Routes, type RouteSet } from "./routes.ts";
import { ShareGroup } from "./share.ts";
import { Shares } from "./shares.ts";
import { Tails } from "./tails.ts";
import type { Subscription } from "./subscription.ts";

/** Who reads the feed beside the subscribers. */
type FeedReaders = Pick<Consumers, "any" | "tell" | "passed" | "sealing">;

interface HubNeeds {
  readonly ingest: Ingest;
  readonly series: SeriesTable;
  readonly store: SessionStore;
  readonly topics: PlatformTopics;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: QueueLimits;
  /** The durable consumers of the feed; none by default. */
  readonly consumers?: FeedReaders;
  /** Runs a function after what the event loop has at hand. */
  readonly soon: (fn: () => void) => void;
  /** How many checkpoints a commit may have. */
  readonly checkpoints?: CheckpointLimits;
  /** While it lasts nothing is published; never by default. */
  readonly silence?: { readonly frozen: boolean };
}

/** µs that publishing may take in one turn, then the sockets have their turn. */
const SLICE_MICROS = 2000;
/** Rows that are encoded as one run. */
const RUN = 2048;
/** Rows between looks at the clock, and deliveries of messages. */
const LOOK = 256;
const LOOK_DELIVERIES = 4096;

/**
 * From committed measurements to those who may hear them. Rows of a batch go out in order, in slices; consecutive rows
 * for the same outlets are encoded once per form and copied.
 */
export class Hub implements WritingHost {
  readonly metrics: Metrics;
  readonly limits: HubNeeds["limits"];
  readonly entry = createEntry();
  readonly delivery = createDelivery();
  readonly properties = new DeliveryProperties();
  readonly taken = createTaken();
  readonly routes: Routes;
  readonly shares: Shares = new Shares(this);
  readonly pool = new BufferPool();
  /** What of a batch is being published. */
  private readonly rows = new BatchRows();
  /** The row that `audience` is asked of: meanwhile others may be published. */
  private readonly asked = new BatchRows();
  private readonly batches: { batch: Batch; next: number; isHeard: boolean }[] = [];
  private working = false;
  /** A connection's outbox filled up in this slice. */
  private crowded = false;
  private touched: Keeper[] = [];
  private readonly answers: Answers;
  readonly checkpoints: Checkpoints;
  readonly chunks = new ChunkLine(this);
  readonly memory: QueueMemory;
  readonly ledger: Ledger;
  readonly tails = new Tails();
  /** Log rows are being replayed: nothing is sent, and what the log tells of must be found in memory. */
  recovering = false;
  private readonly labels: Labels;
  /** The way of measurements to those who hear them. */
  private readonly measured: MeasurementFanout;
  /** Retained messages on free topics, and the way of all messages on them. */
  readonly retained: RetainedMessages;
  readonly free: FreeFanout;
  readonly series: SeriesTable;
  /** Who hears measurements beside the outlets. */
  readonly taps: LiveTaps;
  readonly freeTaps = new FreeTaps();
  readonly consumers: FeedReaders;
  /** All rows up to this one were handed to the outlets. */
  fannedSeq: Seq;

  constructor(
    private readonly needs: HubNeeds,
    fannedSeq: Seq,
  ) {
    this.metrics = needs.metrics;
    this.limits = needs.limits;
    this.checkpoints = new Checkpoints(this, needs.checkpoints);
    this.memory = new QueueMemory(needs.limits, needs.metrics, (limit) => tellMemoryFull(needs.log, limit));
    this.ledger = new Ledger(needs.limits, needs.metrics, (owner, limit) => tellStoreFull(needs.log, owner, limit));
    this.routes = new Routes(needs.topics.prefix);
    this.fannedSeq = fannedSeq;
    this.series = needs.series;
    this.consumers = needs.consumers ?? NO_CONSUMERS;
    this.labels = new Labels(needs.series, needs.topics);
    this.measured = new MeasurementFanout(this);
    this.taps = new LiveTaps(needs.series);
    this.retained = needs.ingest.commits.retained;
    this.answers = new Answers(needs.ingest.commits);
    this.free = new FreeFanout(this, this.routes.free, this.retained);
  }

  /** A committed batch: its rows are published in this and later turns; the ingest gets it back afterwards. */
  publish(batch: Batch): void {
    this.batches.push({ batch, next: 0, isHeard: batch.news.length === 0 });
    if (!this.working) this.work();
  }
  readonly work = (): void => {
    this.working = false;
    if (this.isHearing || this.needs.silence?.frozen) return;
    this.crowded = false;
    const started = this.needs.clock.steady();
    for (;;) {
      const [head] = this.batches;
      if (head === undefined) break;
      if (this.isHearing || (!head.isHeard && this.hear(head))) return;
      while (head.next < head.batch.count) {
        const from = head.next;
        head.next = this.publishSome(head.batch, from, Math.min(from + LOOK, head.batch.count), started);
        this.published(head.batch, from, head.next);
        if (this.crowded || this.needs.clock.steady() - started > SLICE_MICROS) break;
      }
      const { batch } = head;
      if (head.next < batch.count) break;
      this.batches.shift();
      if (batch.count === 0) this.published(batch, 0, 0);
      this.needs.ingest.commits.recycle(batch);
    }
    this.pumpTouched();
    if (this.batches.length > 0 && !this.working) {
      this.working = true;
      this.needs.soon(this.work);
    }
  };
  private isHearing = false;
  /** Among several nodes: what of sessions goes into the next commit. */
  told: (op: StoreOp) => void = () => {};
  /** Among several nodes: what nodes told has its turn; nothing else has while a promise lasts. */
  heard: (news: News) => void | Promise<void> = () => {};
  /** What a batch tells is heard. Returns whether publishing goes on later. */
  private hear(head: { readonly batch: Batch; isHeard: boolean }): boolean {
    head.isHeard = true;
    const { news, firstSeq } = head.batch;
    const waits: Promise<void>[] = [];
    for (const one of news) {
      const wait = this.heard({ ...one, seq: firstSeq + one.index });
      if (wait !== undefined) waits.push(wait);
    }
    if (waits.length === 0) return false;
    this.isHearing = true;
    void Promise.all(waits).then(() => {
      this.isHearing = false;
      this.work();
    });
    this.pumpTouched();
    return true;
  }
  /** The rows [from, to) of a batch were handed to the outlets, and the rest of its record when they are its last. */
  private published(batch: Batch, from: number, to: number): void {
    const next = to < batch.count ? (batch.index[to] as number) : batch.records;
    this.fannedSeq = Math.max(this.fannedSeq, batch.firstSeq + next - 1);
    if (this.consumers.any) this.consumers.tell(this.rows.open(batch, from, to), from, to, this.fannedSeq);
    else this.consumers.passed(this.fannedSeq);
  }
  /** Whether committed rows still wait to be published. */
  get lagging(): boolean {
    return this.batches.length > 0;
  }

  /**
   * Publishes rows from `from` on, in their order [MQTT-4.6.0-5], [MQTT-4.6.0-6], at least up to `until` (a run is not cut).
   * Returns where it ended.
   */
  private publishSome(batch: Batch, from: number, until: number, now: number): number {
    const { rows } = this;
    rows.open(batch, from, until);
    let i = from;
    let deliveries = 0;
    while (i < until) {
      if (!rows.on(i).isPublished) {
        const end = rows.isMessage ? this.free.runEnd(batch, i) : i + 1;
        if (rows.isMessage) {
          deliveries += this.free.run(rows, i, end, now);
          if (this.freeTaps.any) this.freeTaps.tell(rows.over(i, end), now);
        }
        i = end;
        if (deliveries > LOOK_DELIVERIES || this.crowded) return i;
        continue;
      }
      const set = this.routesOf(rows.series);
      const end = this.runEnd(i, Math.min(batch.count, i + RUN), set);
      this.metrics.measurementsPublished += end - i;
      if (!set.empty) this.measured.run(rows, i, end, set, now);
      if (this.taps.any) this.taps.tell(rows.over(i, end));
      i = end;
    }
    return i;
  }
  /** Where the run of published rows ends that begins with `from` and goes to the same outlets; not beyond `most`. */
  private runEnd(from: number, most: number, set: RouteSet): number {
    const { rows } = this;
    let { series } = rows;
    for (let end = from + 1; end < most; end++) {
      if (!rows.on(end).isPublished) return end;
      const next = rows.series;
      if (next !== series && this.routesOf(next) !== set) return end;
      series = next;
    }
    return most;
  }
  /** To how many a committed row goes at this moment: clients, and shared subscriptions. */
  audience(batch: Batch, i: number): number {
    const row = this.asked.open(batch, i, i + 1).on(i);
    if (row.isMessage) {
      const { targets, shares } = this.free.routes.of(row.freeTopic);
      return targets.length + shares.length;
    }
    const { groups, routes, shares } = this.routesOf(row.series);
    return groups.reduce((sum, { outlets }) => sum + outlets.length, routes.length + shares.length);
  }
  /** Whether a row of a series concerns anybody here. */
  hears(series: number): boolean {
    return this.consumers.any || this.taps.any || !this.routesOf(series).empty;
  }
  private routesOf(series: number): RouteSet {
    return this.routes.of(series, this.needs.series.device(series), this.needs.series.field(series));
  }
  /** Something was written to a link beside its queue: it is sent in this turn, and others wait when that is much. */
  wrote(link: Link): void {
    // it takes what comes: let it drain before there is more, rather than drop
    if (link.box.unsent >= this.limits.maxUnsent / 2) this.crowded = true;
    link.dirty();
  }
  /** Whether an account exists and may publish on a free topic; the broker sets it. */
  mayStillPublish: (principal: string, workspace: number, topic: string) => boolean = () => false;

  // OutletHost

  touch(keeper: Keeper): void {
    if (keeper.touched) return;
    keeper.touched = true;
    this.touched.push(keeper);
    if (this.touched.length === 1 && this.batches.length === 0) this.needs.soon(this.pumpTouched);
  }
  /** Pumps what was touched; connections flush what that wrote. */
  readonly pumpTouched = (): void => {
    if (this.touched.length === 0) return;
    const now = this.needs.clock.steady();
    const some = this.touched;
    this.touched = [];
    for (const keeper of some) {
      keeper.touched = false;
      keeper.pump(now);
    }
  };
  deviceOf(series: number): DeviceNode | null {
    return this.needs.series.device(series);
  }
  topicOf(series: number): Uint8Array {
    return this.labels.of(series).topic;
  }
  describe(props: DeliveryProperties, series: number, time: number): void {
    props.timestamp(time);
    const { unit } = this.labels.of(series);
    if (unit !== null) props.unit(unit);
  }
  /** The fleet changed: topics, units and routes are looked up anew. */
  fleetChanged(): void {
    this.labels.changed();
    this.routes.changed();
  }
  writer(): RecordWriter {
    return this.needs.ingest.commits.batch.writer;
  }
  operation(op: StoreOp): void {
    this.needs.ingest.commits.operation(op);
    this.told(op);
  }
  afterCommit(outlet: AwaitsCommit, id: number): void {
    this.whenDurable(() => outlet.committed(id, this.needs.clock.steady()));
  }
  whenDurable(fn: () => void): void {
    // a commit that was given up: what the session needs of it goes with its checkpoint in the next one
    const waiter: Waiter = { committed: fn, failed: () => this.whenDurable(fn) };
    this.needs.ingest.commits.batch.wait(waiter, 0);
    this.needs.ingest.commits.batcher.poke();
  }
  checkpointDue(keeper: Keeper): void {
    this.checkpoints.add(keeper);
  }
  noteTaken(): void {
    const { batch } = this.needs.ingest.commits;
    batch.writer.taken(this.taken);
    // given up, the batch must be seen to have told of sessions
    if (batch.waiters.length === 0) batch.wait(NOBODY_WAITS, 0);
  }
  noteNews(outlet: Newsbearer): void {
    this.answers.note(outlet);
  }
  /** Before a commit is sealed: how far acknowledgements went rides along, and the checkpoints that are due. */
  sealing(batch: Batch): void {
    if (batch.empty) return;
    this.answers.sealing();
    this.shares.parts?.telling.sealing();
    this.checkpoints.write();
    this.chunks.write();
    this.tails.sealed();
  }
  // there are but these two kinds of them
  writeCheckpoint(keeper: Keeper): number {
    return keeper instanceof ShareGroup ? this.shares.checkpoint(keeper) : this.checkpoint(keeper as Outlet);
  }
  another(): void {
    this.whenDurable(NOBODY_WAITS.committed as () => void);
  }
  /** A checkpoint; a state that did not change is not written again. @param joined rows up to it are in it @returns the bytes that are */
  putState(keeper: Outlet | ShareGroup, state: Uint8Array, joined: Seq = 0): number {
    const hash = Bun.hash(state);
    const isSame = keeper.stateHash === hash;
    keeper.stateHash = hash;
    const floor = Math.max(this.fannedSeq, joined);
    this.operation({ op: "checkpoint", session: keeper.stored, floor, state: isSame ? null : state });
    return isSame ? 0 : state.length;
  }
  /** Puts a checkpoint of the outlet's session into the accumulating batch; the broker sets it. */
  checkpoint: (outlet: Outlet) => number = () => 0;
  sendPubrel(link: Link, id: number): void {
    const { box } = link;
    box.reserve(SHORT_ACK_BYTES);
    box.at = putShortAck(box.buf, box.at, PacketType.PUBREL, id);
    box.packets++;
    link.dirty();
  }
  overflowed(keeper: Keeper): void {
    tellOverflow(this.needs.log, keeper, this.limits.maxQueued);
  }
  /** Subscriptions of all sessions. */
  get subscriptions(): number {
    return this.routes.trie.size + this.shares.size;
  }
  /** Enters a subscription. */
  subscribe(subscription: Subscription): void {
    if (subscription.shared) this.shares.join(subscription);
    else this.routes.add(subscription);
    this.metrics.subscriptions = this.subscriptions;
  }
  unsubscribe(subscription: Subscription): void {
    if (subscription.shared) this.shares.leave(subscription);
    else this.routes.remove(subscription);
    this.metrics.subscriptions = this.subscriptions;
  }
  readChunk(session: number, firstSeq: number): Promise<Uint8Array | null> {
    return this.needs.store.readChunk(session, firstSeq);
  }
}

const NO_CONSUMERS: FeedReaders = { any: false, tell() {}, passed() {}, sealing() {} };
