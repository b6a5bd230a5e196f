import { errorText } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import { SeveralNodes } from "../broker/elsewhere.ts";
import { ShareNodes } from "../broker/share-nodes.ts";
import { sharePresence } from "../broker/share-presence.ts";
import { Lag } from "../cluster/lag.ts";
import { Members } from "../feed/members.ts";
import { followLog } from "../fanout/follow.ts";
import type { DataStore, LogTail, News, NodeBus, Seq, SharedStore } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { Engine } from "./engine.ts";

/** How often the others are told how far this node is, at most, ms. */
const TELL_MS = 100;

/** Hears what nodes tell; while a promise lasts nothing else has its turn. */
type Hearer = (news: News) => void | Promise<void>;

/** This server as one of several nodes that share a store. */
export class ClusterNode {
  readonly members: Members;
  /** By which nodes tell each other of records besides; to be set before it joins. */
  bus: NodeBus | null = null;
  private readonly elsewhere: SeveralNodes;
  private readonly presence: ReturnType<typeof sharePresence>;
  private readonly shares: ShareNodes;
  private readonly hearers: Hearer[] = [];
  private tail: LogTail | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private second: ReturnType<typeof setInterval> | null = null;
  private readonly joined = Promise.withResolvers<void>();

  constructor(
    readonly store: SharedStore,
    private readonly engine: Engine,
    data: DataStore,
    private readonly log: Log,
  ) {
    this.members = new Members(store.node, store.members);
    this.presence = sharePresence(engine.broker, this.members);
    const failed = (why: Error): void => this.failed(why);
    const elsewhere = new SeveralNodes({
      context: engine.broker,
      members: this.members,
      store: data,
      kept: store.kept,
      failed,
    });
    engine.broker.elsewhere = elsewhere;
    this.elsewhere = elsewhere;
    this.hear((news) => this.members.heard(news));
    this.hear((news) => elsewhere.heard(news));
    this.hear((news) => this.presence.heard(news));
    this.shares = new ShareNodes(engine.broker, this.members, store.epoch, data);
    this.hear((news) => this.shares.heard(news));
    this.members.onChange(({ change, node, epoch }) => {
      log.info({ node, epoch }, change === "up" ? "a node takes part" : "a node is gone");
      if (change === "up" && node === store.node && epoch === store.epoch) this.joined.resolve();
    });
  }
  /** Hears everything from now on, behind those who came before. */
  hear(hearer: Hearer): void {
    this.hearers.push(hearer);
  }

  /**
   * Follows the log from what was loaded on, and takes part. Resolves when the log was followed up to the row that tells so: from then on this
   * node knows what all know. @param applied the last row that is in what was loaded
   */
  async join(applied: Seq): Promise<void> {
    const { directory, ingest, hub, order } = this.engine;
    if (order === null) throw new RangeError("the engine was built for a server that is alone");
    const { store } = this;
    const heard: Hearer = (news) => this.heard(news);
    const failed = (why: Error): void => this.failed(why);
    const turns = followLog({ node: store.node, directory, order, ingest, hub, heard, failed }, applied);
    this.tail = store.tail(this.bus, (one) => this.members.live.get(one) ?? null);
    turns.follow(this.tail);
    this.engine.metrics.roads = this.tail.roads;
    const lag = new Lag(
      () => turns.known,
      () => hub.fannedSeq,
    );
    const { members } = this;
    this.engine.metrics.node = { live: () => members.live.size, hasDuty: () => members.hasDuty, lag };
    this.timer = setInterval(() => {
      store.applied(hub.fannedSeq);
      lag.look();
    }, TELL_MS);
    this.second = setInterval(() => this.shares.tick(), 1000);
    // the log is kept for this node from here on
    store.applied(applied);
    this.presence.settle();
    ingest.commits.operation({ op: "node_up", node: store.node, epoch: store.epoch });
    ingest.commits.news(Told.NodeUp, [store.node, store.epoch]);
    await this.joined.promise;
    // there is nobody else of whom clients could have their sessions
    if (this.members.numbers.length === 1) await this.elsewhere.idle();
    await this.shares.enter();
  }
  private heard(news: News): void | Promise<void> {
    const waits: Promise<void>[] = [];
    for (const hear of this.hearers) {
      const wait = hear(news);
      if (wait !== undefined) waits.push(wait);
    }
    if (waits.length > 0) return Promise.all(waits).then(() => undefined);
  }
  /** What the others do cannot be known any more: nothing may be said from here on, and the process ends. */
  failed(why: Error): void {
    const { message, cause } = why;
    this.log.error({ error: message, cause: errorText(cause ?? "") }, "this node cannot go on; start it again");
    this.joined.reject(why);
    this.store.abandon();
  }
  async stop(): Promise<void> {
    for (const timer of [this.timer, this.second]) if (timer !== null) clearInterval(timer);
    await this.tail?.stop();
    await this.bus?.end();
  }
}
