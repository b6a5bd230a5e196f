import { hostname } from "node:os";
import { moduleUrl } from "../../../base/modules.ts";
import { Refusal } from "../../../base/errors.ts";
import type { CommitBatch, Committed, IdKind, IdRange, Opened } from "../../ports.ts";
import { FarData } from "../../sqlite/data/far.ts";
import type { PieceOf } from "../../sqlite/data/found.ts";
import type { ReadRequest } from "../../sqlite/data/protocol.ts";
import { WorkerLink } from "../../sqlite/link.ts";
import { Background } from "./background.ts";
import type { CommittedOn } from "./doubt.ts";
import { FarReader } from "./far-reader.ts";
import { isFenced } from "./node-row.ts";
import { LeaseBoard } from "../lease.ts";
import { commitRequest } from "./commit-request.ts";
import type { CommitsRequest, OpenedNode } from "./protocol.ts";
import { SharedNode } from "./shared.ts";
import type { PostgresDataOptions } from "./store-options.ts";

/** Ids that a node among several sets aside at a time: what it does not use is lost with its end, and tables are as long as ids are high. */
const MOST_IDS = 4096;
/** See PostgresDataOptions.lookMs. */
const LOOK_MS = 5000;

/**
 * Measurements and sessions in PostgreSQL. One worker commits and does nothing else; one seals, sweeps and reads what a start needs; one
 * reads history. The last two wait in place, each for a bridge of its own.
 */
export class PostgresDataStore extends FarData {
  private commits: WorkerLink<CommitsRequest> | null = null;
  private readonly background: Background;
  private readonly reader: FarReader;
  private closed = true;
  private committing = false;
  private next: Record<IdKind, number> = { series: 1, session: 1 }; // the first free ids
  readonly lease = new LeaseBoard(); // whether this process still has the store
  /** As one of several nodes; null: it is alone, or not open. */
  node: SharedNode | null = null;

  constructor(private readonly options: PostgresDataOptions) {
    super();
    const notice = (text: string): void => this.options.onNotice?.(text);
    this.background = new Background(options.address, options.sql ?? null, notice, options.shared ?? false);
    this.reader = new FarReader(options.address, notice);
  }

  async open(): Promise<Opened> {
    this.closed = false;
    try {
      const { address, identity = "", version = "", lookMs = LOOK_MS } = this.options;
      const notice = (text: string): void => this.options.onNotice?.(text);
      const commits = new WorkerLink<CommitsRequest>(
        moduleUrl("store/postgres/data/commits"),
        (why) => this.options.onFatal?.(why),
        notice,
      );
      this.commits = commits;
      this.background.prepare();
      // it makes the tables, and has the store from here on
      const who = { address, identity, host: hostname(), version, now: Date.now() * 1000 };
      const lease = { lease: this.lease.memory, at: performance.now() };
      const { shared: several = false } = this.options;
      const taken = commits.call<OpenedNode>({ t: "open", ...who, ...lease, lookMs, several });
      const [{ key, kept }] = await Promise.all([taken, this.reader.open()]);
      const { opened, next, members } = await this.background.open(key);
      this.next = { ...next };
      if (several) {
        this.node = new SharedNode({ address, key, kept, members, lease: this.lease, notice });
      }
      return opened;
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** Where this process is the only one with the store the numbers are counted here. */
  async reserve(kind: IdKind, count: number): Promise<IdRange> {
    const commits = this.openOrThrow();
    if (this.node !== null)
      return commits.call({ t: "reserve", kind, count: Math.min(count, MOST_IDS), at: performance.now() });
    const first = this.next[kind];
    this.next[kind] += count;
    return { first, count };
  }

  async commit(batch: CommitBatch): Promise<Committed> {
    if (this.committing) throw new RangeError("one commit at a time");
    const commits = this.openOrThrow();
    this.committing = true;
    const told = this.node?.told ?? null;
    try {
      const body = told === null ? null : (batch.blob?.slice() ?? null); // the worker gets the record itself
      const { request, transfer } = commitRequest(batch);
      const committed = await commits.call<CommittedOn>(request, transfer);
      if (body !== null) told?.({ ...committed, count: batch.count, body });
      this.background.tell(batch.ops);
      return { firstSeq: committed.firstSeq };
    } catch (error) {
      if (isFenced(error)) this.options.onFatal?.(error as Error);
      throw error;
    } finally {
      this.committing = false;
    }
  }
  /** Of this node, with which the next one goes on. @throws Refusal storage_unavailable */
  async noteClock(clock: string): Promise<void> {
    await this.openOrThrow().call({ t: "note", clock });
  }
  /** See Stores. */
  doForAll(): void {
    this.background.doForAll();
  }
  /** Resolves when sealing and deleting in the background have nothing left to do; rejects when they fail. */
  async idle(): Promise<void> {
    await (this.openOrThrow() && this.background.idle());
  }

  protected override async found<Sent>(what: PieceOf): Promise<Sent | null> {
    return this.openOrThrow() && this.background.found<Sent>(what);
  }
  protected override async readerCall<T>(request: ReadRequest, transfer: ArrayBuffer[] = []): Promise<T> {
    return this.openOrThrow() && this.reader.call<T>(request, transfer);
  }

  private openOrThrow(): WorkerLink<CommitsRequest> {
    if (this.closed || this.commits === null) throw notOpen();
    return this.commits;
  }
  /** Ends sealing where it stands; it goes on after the next open. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.commits?.call({ t: "close" }).catch(() => undefined);
    await this.abort();
  }
  /** As a crash would. */
  async abort(): Promise<void> {
    this.closed = true;
    const ended = this.commits?.terminate();
    this.commits = null;
    await Promise.all([ended, this.background.end(), this.reader.end(), this.node?.end()]);
  }
}

function notOpen(): Refusal {
  return new Refusal("storage_unavailable", "The store is not open.");
}
