import { errorText } from "../../../base/errors.ts";
import type { LogTail, Seq, TailReader } from "../../ports.ts";
import { Session } from "../session.ts";
import { targetOf } from "../url.ts";
import { Alarm } from "./alarm.ts";
import { NOT_REPLICATED } from "./doubt.ts";
import { channelOf } from "./functions/commit.ts";
import { fenced, isFenced } from "./node-row.ts";
import { BEAT, gap, NEXT, recordOf } from "./tail-records.ts";
import { watched } from "./watched.ts";

interface TailOptions {
  /** See targetOf. */
  readonly address: string;
  /** The node that reads, as its row says. */
  readonly node: { readonly id: number; readonly epoch: number };
  /** Something failed and is tried again: a line for the server's log. */
  readonly onNotice?: (text: string) => void;
  /** ms after which the log is looked at although nobody told of a commit. */
  readonly pollMs?: number;
  /** ms after which somebody looks whether an answer that is late still comes. */
  readonly lookMs?: number;
}

const RECORDS = 16; // of one question; they may be large
const POLL_MS = 250;
const LOOK_MS = 5000;
const RETRY_MS = 200;

/**
 * The log of PostgreSQL as it grows. Numbers are given under one lock, which a commit holds until it is visible, so whoever sees a record sees
 * all before it: what follows the last one that was read is read in order, and nothing can come in between. A commit tells the channel of
 * the log; a telling that is lost costs `pollMs`.
 */
export class PostgresTail implements LogTail {
  private readonly session: Session;
  private position: Seq = 0;
  private held = false;
  private stopped = false;
  private isSure = false; // what stands in the log is on a standby
  private unreplicated = false;
  private pid = 0;
  private readonly alarm = new Alarm();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: TailOptions) {
    const target = targetOf(options.address);
    this.session = new Session(target, {
      name: "tail",
      begin: [`LISTEN ${channelOf(target.schema)}`],
      onTold: () => this.alarm.ring(),
      onLost: () => {
        this.isSure = false;
        this.alarm.ring();
      },
      onNotice: (text) => {
        if (NOT_REPLICATED.test(text)) this.unreplicated = true;
        options.onNotice?.(`PostgreSQL says: ${text}`);
      },
    });
  }

  start(after: Seq, reader: TailReader): void {
    this.position = after;
    this.running = this.run(reader);
  }
  hold(): void {
    this.held = true;
  }
  release(): void {
    this.held = false;
    this.alarm.ring();
  }
  async stop(): Promise<void> {
    this.stopped = true;
    this.alarm.ring();
    await this.running;
    await this.session.end();
  }

  private async run(reader: TailReader): Promise<void> {
    while (!this.stopped) {
      try {
        const more = await this.read(reader);
        if (!more) await this.alarm.wait(this.options.pollMs ?? POLL_MS);
      } catch (error) {
        if (this.stopped) return;
        if (error instanceof RangeError || isFenced(error)) {
          this.stopped = true;
          reader.failed(error as Error);
          return;
        }
        this.options.onNotice?.(`The log cannot be read, and is tried again: ${errorText(error)}`);
        await this.alarm.wait(RETRY_MS);
      }
    }
  }
  /** Hands over the next records. Returns whether there may be more. @throws RangeError when one is damaged, or is gone */
  private async read(reader: TailReader): Promise<boolean> {
    if (this.held) return false;
    if (!this.session.connected || !this.isSure) await this.sure();
    const values = [this.position + 1, this.options.node.id, RECORDS];
    const { rows } = await this.ask(() => this.session.queryHere({ text: NEXT, values, name: "tail" }));
    for (const row of rows) {
      // what is held back is asked for again
      if (this.stopped || this.held) return false;
      const record = recordOf(row, this.position);
      this.position = record.firstSeq + record.count - 1;
      reader.record(record);
    }
    return rows.length === RECORDS;
  }

  /**
   * A server that was started again shows what no standby has. What is visible when a commit of our own was waited for is replicated: the
   * write-ahead log is in order. @throws Refusal: this node was declared dead
   */
  private async sure(): Promise<void> {
    await this.session.connect();
    const { rows } = await this.session.queryHere({ text: "SELECT pg_backend_pid()" });
    this.pid = Number(rows[0]?.[0]);
    const { id, epoch } = this.options.node;
    do {
      this.unreplicated = false;
      const values = [id, epoch, this.position];
      const { rows: own } = await this.ask(() => this.session.queryHere({ text: BEAT, values }));
      if (own.length === 0) throw fenced();
      const [next] = own[0] ?? [];
      if (Number(next) > this.position + 1) throw gap(Number(next), this.position);
    } while (this.unreplicated);
    this.isSure = true;
  }
  private ask<T>(question: () => Promise<T>): Promise<T> {
    const { address, lookMs = LOOK_MS } = this.options;
    return watched(this.session, targetOf(address), this.pid, lookMs, question());
  }
}
