import type { Log, Micros } from "../base/types.ts";
import type { Seq } from "../store/ports.ts";
import type { BatchRows } from "./batch-rows.ts";
import { Consumer, type ConsumerHost, type FeedHandler } from "./consumer.ts";
import { handleOf } from "./handle.ts";
import { type Lag, LogMarks } from "./lag.ts";
import type { ConsumersNeeds, OpenConsumer } from "./needs.ts";
import type { SeriesNames } from "./log-rows.ts";

/** Positions are stored so often at most, ms. */
const STORE_MS = 250;
/** ms after which they are stored although nothing else is committed. */
const IDLE_MS = 1000;
/** The position of no consumer. */
const NOWHERE = -1;

/** All durable consumers of the feed: their positions, and how much of the log is kept for them. */
export class Consumers implements ConsumerHost {
  readonly name = "consumers";
  readonly store: ConsumersNeeds["store"];
  readonly names: SeriesNames;
  readonly log: Log;
  /** All rows up to this one were published. */
  published: Seq = 0;
  /** Whether there is one: nothing else is looked at for each slice of a batch. */
  any = false;
  /** Numbers that were left out for consumers that were too far behind. */
  left = 0;
  gaps = 0;
  /** Batches behind this row have all rows that are there; earlier ones may lack those of other nodes. */
  private whole: Seq = 0;
  private readonly all = new Map<string, Consumer>();
  private readonly marks = new LogMarks();
  private storedAt: Micros = Number.NEGATIVE_INFINITY;
  private hasTimer = false;
  /** Of whom it was said in the log that rows are left out; until they are at the end again. */
  private readonly told = new Set<Consumer>();

  constructor(private readonly needs: ConsumersNeeds) {
    this.store = needs.store;
    this.names = needs.names;
    this.log = needs.log;
  }

  /**
   * What the store has of them, when this server begins to do what consumers are for: at its start, or once the node that did so is gone.
   * @param newest the last row of the log that was published
   */
  async load(newest: Seq): Promise<void> {
    this.published = newest;
    this.begin();
    for await (const piece of this.store.consumers())
      for (const stored of piece) this.all.set(stored.name, new Consumer(this, stored.name, newest, stored));
    this.any = this.all.size > 0;
    const { lowest, needs, published } = this;
    await this.marks.measure(needs.store, lowest, published, needs.commits.committedBytes, needs.clock.steady());
  }
  /** From here on rows are told of; what of other nodes' rows had its turn already was not kept for anybody. */
  private begin(): void {
    if (this.any) return;
    this.any = true;
    this.whole = this.needs.commits.turns?.applied ?? 0;
  }

  /**
   * Begins to hand rows to a consumer, from its position on; a new one begins with what is published from now on, and has a position
   * when the commit that is being collected is durable.
   * @param name unique, and the same after a restart
   * @param holds `done` only says that more may come; rows count as handled, and are let go, when `handled` says so. For handlers
   * that collect rows. Those that were not handled come again after a restart
   * @throws Error it is open already
   */
  open(name: string, handler: FeedHandler, holds = false): OpenConsumer {
    const known = this.all.get(name);
    if (known?.isOpen === true) throw new Error(`the consumer ${name} is open already`);
    const consumer = known ?? new Consumer(this, name, this.published, null);
    this.all.set(name, consumer);
    if (!this.any) this.mark();
    this.begin();
    consumer.open(handler, holds);
    if (known === undefined) this.put();
    return handleOf(consumer, () => this.moved());
  }
  /** Forgets a consumer: nothing is kept for it any more. */
  remove(name: string): void {
    const consumer = this.all.get(name);
    if (consumer === undefined) return;
    consumer.close();
    this.all.delete(name);
    this.told.delete(consumer);
    this.any = this.all.size > 0;
    this.needs.commits.batch.ops.push({ op: "consumer_delete", name });
    this.needs.commits.batcher.poke();
  }

  /** The rows [from, to) of a batch were published, and with them all up to `upTo`; there may be none. */
  tell(rows: BatchRows, from: number, to: number, upTo: Seq): void {
    // who is behind, or is not given all of them, reads them in the log
    const before = this.published < this.whole ? NOWHERE : this.published;
    this.published = upTo;
    for (const consumer of this.all.values()) consumer.live(rows, from, to, before, upTo);
  }

  /** The same where there is nobody to tell: the log is kept for nobody, and who comes begins behind these rows. */
  passed(upTo: Seq): void {
    this.published = upTo;
  }

  // ConsumerHost

  later(fn: () => void, ms: number): void {
    this.needs.later(fn, ms);
  }
  moved(): void {
    if (this.hasTimer) return;
    this.hasTimer = true;
    this.later(this.tellWhenIdle, IDLE_MS);
  }
  private readonly tellWhenIdle = (): void => {
    this.hasTimer = false;
    if (this.news()) this.needs.commits.batcher.poke();
  };

  /** Before a commit is sealed: positions ride along with what is committed anyway. */
  sealing(): void {
    if (!this.any || this.needs.commits.batch.empty) return;
    if (this.needs.clock.steady() - this.storedAt >= STORE_MS * 1000) this.news();
  }
  /** Puts what has changed into the commit that is being collected. Returns whether there was any. */
  private news(): boolean {
    const { ops } = this.needs.commits.batch;
    const before = ops.length;
    for (const consumer of this.all.values()) {
      const news = consumer.place.news();
      if (news !== null) ops.push({ op: "consumer_put", consumer: news });
    }
    if (ops.length === before) return false;
    this.storedAt = this.needs.clock.steady();
    return true;
  }
  private put(): void {
    if (this.news()) this.needs.commits.batcher.poke();
  }
  /** Stores all positions with the next commit: the server stops. */
  stop(): void {
    for (const consumer of this.all.values()) consumer.close();
    this.put();
  }

  /** Once a second. */
  tick(): void {
    if (this.any) this.mark();
  }
  private mark(): void {
    this.marks.forget(this.lowest);
    this.marks.mark(this.published, this.needs.commits.committedBytes, this.needs.clock.steady());
  }
  private get lowest(): Seq {
    let lowest = this.published;
    for (const { place } of this.all.values()) lowest = Math.min(lowest, place.kept);
    return lowest;
  }
  /**
   * Before the log is trimmed: rows up to the answer are needed no more. Who is behind by more than the limits is cut off first. What
   * is said here is in the commit of the trim.
   */
  floor(upTo: Seq): Seq {
    const { maxLagBytes, maxLagAge } = this.needs.limits;
    const now = this.needs.clock.steady();
    const bytes = this.needs.commits.committedBytes;
    for (const consumer of this.all.values()) {
      const { kept: position } = consumer.place;
      const to = Math.min(upTo, this.marks.within(position, maxLagBytes, maxLagAge, bytes, now));
      if (to > position) this.leaveOut(consumer, to);
      else if (position >= this.published) this.told.delete(consumer);
    }
    this.news();
    return Math.min(upTo, this.lowest);
  }
  private leaveOut(consumer: Consumer, to: Seq): void {
    const { name, place } = consumer;
    const position = place.kept;
    this.gaps++;
    this.left += to - position;
    consumer.cut(to);
    if (this.told.has(consumer)) return;
    this.told.add(consumer);
    this.log.error(
      { consumer: name, from: position + 1, to },
      "a consumer of the feed is too far behind: rows are left out for it, see --max-feed-lag-bytes and --max-feed-lag-age",
    );
  }
  /** How far each is behind. */
  *lags(): Generator<readonly [name: string, lag: Lag]> {
    const now = this.needs.clock.steady();
    const bytes = this.needs.commits.committedBytes;
    for (const { name, place } of this.all.values())
      yield [name, this.marks.of(place.kept, this.published, bytes, now)];
  }
}
