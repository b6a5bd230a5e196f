import type { LogTail, NodeBus, Seq, SharedStore } from "../../ports.ts";
import { unavailable } from "../failures.ts";
import type { LeaseBoard } from "../lease.ts";
import { PostgresEverywhere } from "../everywhere.ts";
import { Session } from "../session.ts";
import { targetOf } from "../url.ts";
import type { NodeKey } from "./protocol.ts";
import type { OwnRecord } from "./bus-road.ts";
import { PostgresTail } from "./tail.ts";

interface SharedOptions {
  /** See targetOf. */
  readonly address: string;
  readonly key: NodeKey;
  readonly kept: boolean;
  readonly members: readonly NodeKey[];
  readonly lease: LeaseBoard;
  readonly notice: (text: string) => void;
}

/** A node's part in a PostgreSQL that it shares with others. */
export class SharedNode implements SharedStore {
  readonly node: number;
  readonly epoch: number;
  readonly kept: boolean;
  readonly members: readonly NodeKey[];
  readonly everywhere: PostgresEverywhere;
  private readonly session: Session;
  /** Hears of each record that is durable, standbys included; null: nobody wants to. */
  told: ((record: OwnRecord) => void) | null = null;

  constructor(private readonly options: SharedOptions) {
    [this.node, this.epoch] = options.key;
    this.kept = options.kept;
    this.members = options.members;
    this.everywhere = new PostgresEverywhere({ address: options.address, node: options.key });
    this.session = new Session(targetOf(options.address), { name: "nodes" });
  }
  tail(bus: NodeBus | null, epochOf: (node: number) => number | null): LogTail {
    const { address, notice } = this.options;
    const node = { id: this.node, epoch: this.epoch };
    const tail = new PostgresTail({ address, node, onNotice: notice, epochOf, ...(bus && { bus }) });
    if (bus !== null) this.told = (record) => tail.committed(record);
    return tail;
  }
  get channel(): string {
    const { hosts, schema } = targetOf(this.options.address);
    return new Bun.CryptoHasher("md5").update(`${hosts[0]?.database} ${schema}`).digest("hex");
  }
  applied(seq: Seq): void {
    this.options.lease.applied = seq;
  }
  abandon(): void {
    this.options.lease.abandon();
  }
  async needlessTo(): Promise<Seq> {
    try {
      const { rows } = await this.session.query({ text: NEEDLESS });
      return Number(rows[0]?.[0] ?? 0);
    } catch (error) {
      throw unavailable(error);
    }
  }
  async end(): Promise<void> {
    await Promise.all([this.session.end(), this.everywhere.end()]);
  }
}

// one that is starting has applied nothing yet, and holds the log from before it looked
const NEEDLESS = `
  SELECT least((SELECT min(applied) FROM node WHERE alive = 1), (SELECT min(floor) FROM session),
    (SELECT min(position) FROM consumer))`;
