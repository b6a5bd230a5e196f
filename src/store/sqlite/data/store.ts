import { moduleUrl } from "../../../base/modules.ts";
import { errorText, Refusal } from "../../../base/errors.ts";
import type { CommitBatch, Committed, IdKind, IdRange, Opened, Seq } from "../../ports.ts";
import { FarData } from "./far.ts";
import type { PieceOf } from "./found.ts";
import { WorkerLink } from "../link.ts";
import { crcOf } from "../../record.ts";
import { compact } from "./compact-op.ts";
import { type CommitSign, landed, type Position } from "./position.ts";
import type { OpenAnswer, ReaderRequest, ReadRequest, WriterRequest } from "./protocol.ts";

export interface SqliteDataOptions {
  /** The data folder; data.db and the ballast lie in it. */
  readonly folder: string;
  /** The store cannot go on without a new start of the process. */
  readonly onFatal?: (error: Error) => void;
  /** Something failed in the background and is tried again: a line for the server's log. */
  readonly onNotice?: (text: string) => void;
  /** Waits in ms before the first, second, … restart of a failed worker; after the last one the failure is fatal. */
  readonly restarts?: readonly number[];
  /** The storage worker's program; only tests give another one. */
  readonly worker?: URL;
}

const RESTARTS = [0, 100, 1000, 5000];

/**
 * The measurement and session store in one SQLite file. All work with the file is done by two workers: the storage
 * worker, its only writer, and a reader for history. This side passes few bytes for each commit.
 */
export class SqliteDataStore extends FarData {
  private writer: WorkerLink<WriterRequest> | null = null;
  private reader: WorkerLink<ReaderRequest<string>> | null = null;
  private closed = true;
  private committing = false;
  private failures = 0;
  /** The number of the next row, and how many commits had none, as far as they were answered. */
  private nextSeq: Seq = 1;
  private plain = 0;
  /** The first free ids. */
  private next: Record<IdKind, number> = { series: 1, session: 1 };
  /** Where the file stood when the storage worker was started anew. */
  private reopened: Position | null = null;
  /** The restart that is going on after the storage worker failed. */
  private restart: Promise<void> | null = null;

  constructor(private readonly options: SqliteDataOptions) {
    super();
  }

  async open(): Promise<Opened> {
    this.closed = false;
    try {
      const writer = this.spawnWriter();
      this.writer = writer;
      const { opened, next, position } = await writer.call<OpenAnswer>({ t: "open", folder: this.options.folder });
      this.next = { ...next };
      this.nextSeq = position.nextSeq;
      this.plain = position.plain;
      await this.openReader();
      return opened;
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** This process is the only one with the file: the numbers are counted here. */
  async reserve(kind: IdKind, count: number): Promise<IdRange> {
    this.writerOrThrow();
    const first = this.next[kind];
    this.next[kind] += count;
    return { first, count };
  }

  async commit(batch: CommitBatch): Promise<Committed> {
    if (this.committing) throw new RangeError("one commit at a time");
    this.committing = true;
    try {
      const committed = await this.send(batch);
      this.failures = 0;
      this.nextSeq = committed.firstSeq + batch.count;
      return committed;
    } finally {
      this.committing = false;
    }
  }

  private async send(batch: CommitBatch): Promise<Committed> {
    const writer = this.writer;
    if (writer === null || this.closed || this.restart !== null)
      throw new Refusal("storage_unavailable", "The store is not open.");
    const { count, blob } = batch;
    if (blob === null) this.plain++;
    const known = { nextSeq: this.nextSeq, plain: this.plain };
    const crc = blob === null || blob.length < 4 ? null : crcOf(blob);
    const sign: CommitSign = { ...known, crc };
    // A RecordWriter's record is the start of an ordinary buffer of its own, never of a shared one.
    const buffer = blob === null ? null : (blob.buffer as ArrayBuffer);
    const request = {
      t: "commit" as const,
      known,
      count,
      buffer,
      offset: blob?.byteOffset ?? 0,
      length: blob?.length ?? 0,
      ops: batch.ops.length === 0 ? batch.ops : batch.ops.map(compact),
    };
    try {
      return await writer.call<Committed>(request, buffer === null ? [] : [buffer]);
    } catch (error) {
      // The worker died with this commit under way: whether it got into the file is known when the file is open again.
      const restart = this.restart as Promise<void> | null; // set by onDeath meanwhile
      if (restart === null) throw error;
      await restart;
      const there = this.reopened === null ? null : landed(sign, this.reopened);
      if (there === null) throw error;
      return there;
    }
  }

  /** Resolves when sealing and deleting in the background have nothing left to do; rejects when they fail. */
  async idle(): Promise<void> {
    await this.writerOrThrow().call({ t: "idle" });
  }

  /** Bounds the file, in pages of 4 KiB; 0: no bound. Commits beyond it fail as on a full disk. */
  async limitPages(pages: number): Promise<void> {
    await this.writerOrThrow().call({ t: "limit", pages });
  }

  /** Ends sealing where it stands (it goes on after the next open) and closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.restart;
    // The reader goes first: the last connection to close folds the write-ahead log into the file.
    await this.reader?.call({ t: "close" }).catch(() => undefined);
    await this.writer?.call({ t: "close" }).catch(() => undefined);
    await this.abort();
  }

  /** Ends both workers where they stand, as a crash would. */
  async abort(): Promise<void> {
    this.closed = true;
    const links = [this.writer, this.reader];
    this.writer = null;
    this.reader = null;
    await Promise.all(links.map((l) => l?.terminate()));
  }

  protected override async found<Sent>(what: PieceOf): Promise<Sent | null> {
    return this.writerOrThrow().call<Sent | null>({ t: "found", what });
  }
  private writerOrThrow(): WorkerLink<WriterRequest> {
    if (this.writer === null || this.restart !== null)
      throw new Refusal("storage_unavailable", "The store is not open.");
    return this.writer;
  }

  private notice(text: string): void {
    this.options.onNotice?.(text);
  }

  private spawnWriter(): WorkerLink<WriterRequest> {
    const url = this.options.worker ?? moduleUrl("store/sqlite/data/worker");
    return new WorkerLink<WriterRequest>(
      url,
      (why) => this.writerDied(why),
      (text) => this.notice(text),
    );
  }

  private writerDied(why: Error): void {
    if (this.closed || this.restart !== null) return;
    this.notice(why.message);
    this.restart = this.restartWriter(why).finally(() => {
      this.restart = null;
    });
  }

  /** Tries to get a storage worker going again; never rejects. */
  private async restartWriter(why: Error): Promise<void> {
    const waits = this.options.restarts ?? RESTARTS;
    for (;;) {
      const wait = waits[this.failures++];
      if (wait === undefined) {
        this.writer = null;
        this.options.onFatal?.(why);
        return;
      }
      if (wait > 0) await new Promise<void>((resolve) => setTimeout(resolve, wait));
      if (this.closed) return;
      const writer = this.spawnWriter();
      this.writer = writer;
      try {
        this.reopened = await writer.call<Position>({ t: "reopen", folder: this.options.folder });
        return;
      } catch (error) {
        this.notice(errorText(error));
        await writer.terminate();
      }
    }
  }

  private async openReader(): Promise<WorkerLink<ReaderRequest<string>>> {
    const reader = new WorkerLink<ReaderRequest<string>>(
      moduleUrl("store/sqlite/data/reader"),
      (why) => {
        this.notice(why.message);
        if (this.reader === reader) this.reader = null;
      },
      (text) => this.notice(text),
    );
    this.reader = reader;
    try {
      await reader.call({ t: "open", place: this.options.folder });
    } catch (error) {
      if (this.reader === reader) this.reader = null;
      await reader.terminate();
      throw error;
    }
    return reader;
  }

  /** A reader that died is replaced when it is next asked. */
  protected override async readerCall<T>(request: ReadRequest, transfer: ArrayBuffer[] = []): Promise<T> {
    if (this.closed) throw new Refusal("storage_unavailable", "The store is not open.");
    const reader = this.reader ?? (await this.openReader());
    return reader.call<T>(request, transfer);
  }
}
