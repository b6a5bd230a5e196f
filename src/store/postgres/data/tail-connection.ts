import type { Seq } from "../../ports.ts";
import { Session } from "../session.ts";
import type { Found, Question } from "../session-types.ts";
import { targetOf } from "../url.ts";
import { NOT_REPLICATED } from "./doubt.ts";
import { channelOf } from "./functions/commit.ts";
import { fenced } from "./node-row.ts";
import { BEAT, gap, lost } from "./tail-records.ts";
import { timelineOf } from "./timeline.ts";
import { watched } from "./watched.ts";

export interface TailConnectionOptions {
  /** See targetOf. */
  readonly address: string;
  /** The node that reads, as its row says. */
  readonly node: { readonly id: number; readonly epoch: number };
  /** Something failed and is tried again: a line for the server's log. */
  readonly onNotice?: (text: string) => void;
  /** ms after which somebody looks whether an answer that is late still comes. */
  readonly lookMs?: number;
}

const LOOK_MS = 5000;

/** What nodes know messages of each other by, and which line of history the server writes that is read. */
interface Trust {
  readonly key: Uint8Array;
  readonly timeline: number;
}

/** The connection by which the log is read. */
export class TailConnection {
  private readonly session: Session;
  private sureOf = false;
  private unreplicated = false;
  private pid = 0;

  /** @param told somebody committed, or the connection was lost */
  constructor(
    private readonly options: TailConnectionOptions,
    told: () => void,
  ) {
    const target = targetOf(options.address);
    this.session = new Session(target, {
      name: "tail",
      begin: [`LISTEN ${channelOf(target.schema)}`],
      onTold: told,
      onLost: () => {
        this.sureOf = false;
        told();
      },
      onNotice: (text) => {
        if (NOT_REPLICATED.test(text)) this.unreplicated = true;
        options.onNotice?.(`PostgreSQL says: ${text}`);
      },
    });
  }
  /** What stands in the log is on a standby. */
  get isSure(): boolean {
    return this.sureOf && this.session.connected;
  }

  /**
   * A server that was started again shows what no standby has. What is visible when a commit of our own was waited for is replicated: the
   * write-ahead log is in order. @param position the last row that was read
   * @param trusts whether messages of other nodes are to be believed @returns by what; null: they are not
   * @throws Refusal: this node was declared dead; RangeError: the log has lost rows that were read, or that are yet to be read
   */
  async begin(position: Seq, trusts: boolean): Promise<Trust | null> {
    await this.session.connect();
    const { rows } = await this.session.queryHere({ text: "SELECT pg_backend_pid()" });
    this.pid = Number(rows[0]?.[0]);
    const { id, epoch } = this.options.node;
    do {
      this.unreplicated = false;
      const { rows: own } = await this.ask({ text: BEAT, values: [id, epoch, position] });
      if (own.length === 0) throw fenced();
      const next = Number(own[0]?.[0]);
      if (next > position + 1) throw gap(next, position);
      if (next < position + 1) throw lost(next, position);
    } while (this.unreplicated);
    const trust = trusts ? await this.trust() : null;
    this.sureOf = true;
    return trust;
  }
  private async trust(): Promise<Trust> {
    const { rows } = await this.ask({ text: "SELECT key FROM bus" });
    return { key: rows[0]?.[0] as Uint8Array, timeline: await timelineOf(this.session) }; // bytea
  }
  /** On the connection that is there, however long it takes. @throws Lost; DatabaseError */
  ask(question: Question): Promise<Found> {
    const { address, lookMs = LOOK_MS } = this.options;
    return watched(this.session, targetOf(address), this.pid, lookMs, this.session.queryHere(question));
  }
  end(): Promise<void> {
    return this.session.end();
  }
}
