import { errorText } from "../../base/errors.ts";
import { InTurn } from "../../base/in-turn.ts";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { OpenConsumer } from "../../feed/needs.ts";
import type { Cursor } from "../../feed/row.ts";
import { SPARKPLUG } from "../../sparkplug/topics.ts";
import type { Seq } from "../../store/ports.ts";
import type { Host } from "./host.ts";
import type { Heard, Outcome, SparkplugNeeds } from "./types.ts";

/** The consumer of the feed; its name is stored. */
const CONSUMER = "sparkplug";
/** Messages that are handled together. */
const PIECE = 500;
/** Messages that may wait, and bytes of them; then the feed waits, and what is at QoS 0 is lost. */
const MOST = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** ms until what failed is tried again. */
const REST_MS = 1000;

/**
 * What hosts hear, one piece after the other. The feed is asked for more at once, since what is at QoS 0 comes once only; how far it is handled is
 * told when all of it is durable.
 */
export class Line {
  private readonly turn = new InTurn();
  private waiting: Heard[] = [];
  private bytes = 0;
  /** Asks the feed to go on. */
  private held: (() => void) | null = null;
  private opened: OpenConsumer | null = null;
  private isStopped = false;
  private isWorking = false;
  private seen: Seq = 0;
  private readonly prefix = new TextEncoder().encode(SPARKPLUG);

  /** @param hostOf the host of a workspace that hears */
  constructor(
    private readonly needs: SparkplugNeeds,
    private readonly hostOf: (workspace: number) => Host | undefined,
  ) {}

  /** Whether anybody hears. */
  listen(isWanted: boolean): void {
    if (this.isStopped) return;
    if (isWanted) this.opened ??= this.needs.consumers.open(CONSUMER, this.handler, true);
    else {
      this.opened = null;
      this.waiting = [];
      this.bytes = 0;
      // also one of an earlier run: the log would be kept for it
      this.needs.consumers.remove(CONSUMER);
    }
  }
  /** Does something between two pieces. */
  run(work: () => Promise<void>): Promise<void> {
    return this.turn.run(work);
  }

  private readonly handler: FeedHandler = {
    rows: (rows, done) => {
      this.pick(rows);
      if (this.waiting.length < MOST && this.bytes < MOST_BYTES) done();
      else this.held = done;
      this.work();
    },
    gap: (from, to, done) => {
      this.needs.log.error({ from, to }, "messages of Sparkplug B were left out: nodes are asked for their births");
      for (const row of this.needs.directory.all("sparkplug")) this.hostOf(row.workspace)?.missed();
      this.seen = Math.max(this.seen, to);
      done();
      this.work();
    },
  };
  private pick(rows: Cursor): void {
    while (rows.next()) {
      const { seq, isStored } = rows;
      // of a message that no log has this is the place of what follows
      this.seen = Math.max(this.seen, isStored ? seq : seq - 1);
      if (!rows.isMessage || !this.isOfSparkplug(rows.topic) || this.hostOf(rows.workspace) === undefined) continue;
      const payload = rows.buf.slice(rows.payloadAt, rows.payloadEnd);
      const topic = new TextDecoder().decode(rows.topic);
      this.waiting.push({ workspace: rows.workspace, seq, isStored, topic, payload });
      this.bytes += payload.length;
    }
  }
  private isOfSparkplug(topic: Uint8Array): boolean {
    const { prefix } = this;
    for (let i = 0; i < prefix.length; i++) if (topic[i] !== prefix[i]) return false;
    return true;
  }

  private work(): void {
    if (this.isWorking) return;
    if (this.waiting.length === 0 && this.held === null) return this.opened?.handled(this.seen);
    this.isWorking = true;
    void this.turn.run(async () => {
      while (!this.isStopped && (this.waiting.length > 0 || this.held !== null)) await this.piece();
      this.isWorking = false;
      if (this.waiting.length === 0) this.opened?.handled(this.seen);
    });
  }
  private async piece(): Promise<void> {
    const some = this.waiting.splice(0, PIECE);
    const outcomes = new Map<Host, Outcome[]>();
    for (const heard of some) {
      this.bytes -= heard.payload.length;
      const host = this.hostOf(heard.workspace);
      if (host === undefined) continue;
      const list = outcomes.get(host) ?? [];
      list.push(...host.take(heard));
      outcomes.set(host, list);
    }
    for (const [host, list] of outcomes) await this.finish(host, list);
    const next = this.waiting[0];
    if (next !== undefined) this.opened?.handled(next.seq - 1);
    if (this.held === null || this.waiting.length >= MOST / 2) return;
    const done = this.held;
    this.held = null;
    done();
  }
  /** Until it is durable: what fails is tried again. */
  private async finish(host: Host, outcomes: readonly Outcome[]): Promise<void> {
    const done = new Set<Outcome>();
    while (!this.isStopped) {
      try {
        await host.record(outcomes, done);
        return await host.settle(outcomes);
      } catch (error) {
        this.needs.log.warn(
          { error: errorText(error) },
          "what nodes of Sparkplug B said cannot be stored; it is tried again",
        );
        await new Promise<void>((resolve) => this.needs.later(resolve, REST_MS));
      }
    }
  }
  /** What the time brings. About once a second. */
  tick(hosts: readonly Host[]): void {
    if (this.isStopped || this.isWorking || hosts.length === 0) return;
    void this.turn.run(async () => {
      for (const host of hosts) await this.finish(host, host.due());
    });
  }
  async stop(): Promise<void> {
    this.isStopped = true;
    this.opened?.close();
    await this.turn.run(async () => undefined);
  }
}
