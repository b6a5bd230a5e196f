import { Database } from "bun:sqlite";
import { Refusal } from "../../../base/errors.ts";
import type { CommitBatch, Recovered, StoreOp } from "../../ports.ts";
import {
  asDamage,
  Ballast,
  createIfMissing,
  damaged,
  dataPath,
  hasWal,
  inspect,
  leaveNoTrace,
  protect,
  sqliteCode,
  unavailable,
} from "./files.ts";
import { sharedBodies } from "./chunks.ts";
import { applyOp, checkRollups } from "./ops.ts";
import { landed, type Position } from "./position.ts";
import { recover } from "./recover.ts";
import { configure, MIGRATIONS, migrate, schemaVersion } from "./schema.ts";
import { Sealer } from "./seal.ts";

/** How long one slice of background work may take, in ms: a commit may have to wait for it. */
const SLICE_MS = 1;
/** The same when the log outgrows its bounds: then commits are slowed down, so that it stays at 2 M rows and 64 MiB. */
const PRESSED_SLICE_MS = 8;
const PRESSING_ROWS = 1_500_000;
const PRESSING_BYTES = 48 * 1024 * 1024;

/** Operations that leave something to be swept out of the file. */
const SWEPT: ReadonlySet<StoreOp["op"]> = new Set(["series_delete", "session_delete", "points_delete", "retain"]);

/** The only writer of the data file; lives in the storage worker and is synchronous. */
export class Writer {
  private sealer: Sealer;
  private readonly ballast: Ballast;
  private at: Position;
  private next: NextIds;
  /** The log when the file was opened, and what was committed since; the sealer knows what was trimmed since. */
  private log: LogSize;
  private maxPages = 0;
  /** The disk was full: the ballast is gone until there is room for it again. */
  private tight = false;
  private ballastDue = true;
  /** After an I/O error the connection is not trusted any more. */
  private broken = false;
  /** The commit during which that error came: whether it is in the file is not known before the file is open again. */
  private doubt: CommitBatch | null = null;
  /** First number of a record that was refused and is in the file nevertheless; leaves it with the next commit. */
  private unwanted: number | null = null;

  private constructor(
    private readonly folder: string,
    private db: Database,
  ) {
    this.ballast = new Ballast(folder);
    this.sealer = new Sealer(db);
    this.at = readPosition(db);
    this.next = readNextIds(db);
    this.log = readLogSize(db);
  }

  /**
   * Opens or creates the file: checked read-only first, so a damaged one is left as it is.
   * @throws Refusal damaged_store, storage_unavailable
   */
  static open(folder: string): { writer: Writer; recovered: Recovered } {
    const path = dataPath(folder);
    try {
      createIfMissing(folder);
      const recovered = Writer.look(path);
      protect(path);
      const db = connect(path);
      return { recovered: recovered ?? recover(db), writer: new Writer(folder, db) };
    } catch (error) {
      throw asDamage(path, error);
    }
  }

  /** Reads the file without changing it; null when it must be migrated before. */
  private static look(path: string): Recovered | null {
    const hadWal = hasWal(path);
    let db: Database | null = null;
    try {
      db = inspect(path);
      return schemaVersion(db) === MIGRATIONS.length ? recover(db) : null;
    } catch (error) {
      db?.close();
      leaveNoTrace(path, hadWal);
      throw error;
    } finally {
      db?.close();
    }
  }

  /** Opens a file again that this process had open before, without reading it all. @throws Refusal storage_unavailable */
  static reopen(folder: string): Writer {
    try {
      const db = connect(dataPath(folder));
      settle(db);
      return new Writer(folder, db);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The log is larger than it should be. */
  private get pressing(): boolean {
    const { rows, bytes } = this.log;
    return rows - this.sealer.trimmedRows > PRESSING_ROWS || bytes - this.sealer.trimmedBytes > PRESSING_BYTES;
  }
  get position(): Position {
    return this.at;
  }

  /** Bounds the file, in pages of 4 KiB (at least its present size); 0: no bound. */
  limitPages(pages: number): void {
    this.maxPages = pages;
    // SQLite's own default bound stands for "none".
    this.db.run(`PRAGMA max_page_count = ${pages > 0 ? pages : 4294967294}`);
  }

  /**
   * Durable when it returns. When it throws, nothing of the batch is acknowledged to be in the file; after an I/O error it
   * may be there until the next commit, which takes its record out: it is the same one again, or that one was given up.
   * (Its operations stay: callers repeat them, and they say the same twice.)
   * @throws Refusal storage_unavailable; RangeError when the batch contradicts itself
   */
  commit(batch: CommitBatch): void {
    if (this.broken) this.mend();
    if (batch.blob !== null) this.checkRecord(batch, batch.blob);
    for (const op of batch.ops) checkRollups(op);
    if (this.tight && this.ballast.restore()) this.tight = false;
    if (this.tight && batch.blob !== null && !this.ballast.roomy) throw unavailable(diskFull());
    try {
      this.db.query("BEGIN IMMEDIATE").run();
      this.write(batch);
      this.db.query("COMMIT").run();
    } catch (error) {
      if (this.fail(error, batch)) return;
      throw unavailable(error);
    }
    this.done(batch);
  }

  private checkRecord(batch: CommitBatch, blob: Uint8Array): void {
    const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
    if (blob.length < 28 || view.getUint32(4, true) !== batch.count || view.getFloat64(16, true) !== batch.firstSeq)
      throw new RangeError("the batch and its record differ in count or first sequence number");
    if (batch.count === 0 || batch.firstSeq < (this.unwanted ?? this.at.nextSeq))
      throw new RangeError(`a record may not begin at ${batch.firstSeq}, the next number is ${this.at.nextSeq}`);
  }

  private write(batch: CommitBatch): void {
    if (this.unwanted !== null) this.db.query("DELETE FROM log WHERE id = ?").run(this.unwanted);
    if (batch.blob !== null)
      this.db.query("INSERT INTO log (id, count, body) VALUES (?, ?, ?)").run(batch.firstSeq, batch.count, batch.blob);
    else this.db.query("UPDATE meta SET plain_commits = plain_commits + 1").run();
    const last = (batch.blob === null ? this.at.nextSeq : batch.firstSeq) - 1;
    const bodies = sharedBodies(batch.ops);
    for (const op of batch.ops) applyOp(this.db, op, last, bodies);
    // Ids are never used twice: rows of what was deleted may still be in the log.
    const { series, session } = nextIds(this.next, batch.ops);
    if (series > this.next.series || session > this.next.session)
      this.db.query("UPDATE meta SET next_series = ?, next_session = ?").run(series, session);
  }

  private done(batch: CommitBatch): void {
    const { plain } = this.at;
    const nextSeq = this.unwanted ?? this.at.nextSeq;
    this.unwanted = null;
    this.log.rows += batch.count;
    this.log.bytes += batch.blob?.length ?? 0;
    this.at = batch.blob === null ? { nextSeq, plain: plain + 1 } : { nextSeq: batch.firstSeq + batch.count, plain };
    this.next = nextIds(this.next, batch.ops);
    for (const op of batch.ops) {
      if (op.op === "trim") this.sealer.trim(op.upTo);
      else if (SWEPT.has(op.op)) this.sealer.swept();
    }
  }

  /** Cleans up after an error; true when the batch is in the file nevertheless, and durable. */
  private fail(error: unknown, batch: CommitBatch | null): boolean {
    const code = sqliteCode(error);
    if (code === "SQLITE_FULL") {
      this.tight = true;
      this.ballast.release();
    }
    try {
      if (this.db.inTransaction) this.db.query("ROLLBACK").run();
    } catch {
      this.broken = true;
    }
    if (!this.broken && !code.startsWith("SQLITE_IOERR")) return false;
    this.broken = true;
    this.doubt = batch;
    try {
      return this.reconnect();
    } catch {
      return false; // the next commit tries again
    }
  }

  /** Another try to get the file back. @throws Refusal storage_unavailable */
  private mend(): void {
    const { doubt } = this;
    try {
      if (this.reconnect() && doubt !== null && doubt.blob !== null) this.unwanted = doubt.firstSeq;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Opens the file again. Whether the commit in doubt is in it. @throws errors of SQLite and of fs */
  private reconnect(): boolean {
    this.db.close();
    this.db = connect(dataPath(this.folder));
    settle(this.db);
    this.limitPages(this.maxPages);
    const before = this.at;
    this.sealer = new Sealer(this.db);
    this.at = readPosition(this.db);
    this.next = readNextIds(this.db);
    this.log = readLogSize(this.db);
    this.broken = false;
    const batch = this.doubt;
    this.doubt = null;
    if (batch === null || !landed({ firstSeq: batch.firstSeq, plain: batch.blob === null }, before, this.at))
      return false;
    this.unwanted = null; // it went with this one
    return true;
  }

  /** One slice of background work; false when there is none left. @throws Refusal storage_unavailable */
  slice(): boolean {
    if (this.broken) this.mend();
    if (this.ballastDue) {
      this.ballastDue = false;
      this.tight = !this.ballast.restore();
      return true;
    }
    try {
      return this.sealer.step(this.pressing ? PRESSED_SLICE_MS : SLICE_MS);
    } catch (error) {
      const ballast = this.ballast.present;
      this.fail(error, null);
      // The disk was full and has room for deletes now.
      if (ballast && !this.ballast.present) return true;
      throw unavailable(error);
    }
  }

  close(): void {
    this.db.close();
  }
}

interface LogSize {
  rows: number;
  bytes: number;
}

function readLogSize(db: Database): LogSize {
  const size = db
    .query<LogSize, []>("SELECT coalesce(sum(count), 0) AS rows, coalesce(sum(length(body)), 0) AS bytes FROM log")
    .get();
  return size ?? { rows: 0, bytes: 0 };
}

interface NextIds {
  readonly series: number;
  readonly session: number;
}

function readNextIds(db: Database): NextIds {
  const meta = db
    .query<{ next_series: number; next_session: number }, []>("SELECT next_series, next_session FROM meta")
    .get();
  return { series: meta?.next_series ?? 1, session: meta?.next_session ?? 1 };
}

function nextIds(known: NextIds, ops: CommitBatch["ops"]): NextIds {
  let { series, session } = known;
  for (const op of ops) {
    if (op.op === "series_put") series = Math.max(series, op.id + 1);
    else if (op.op === "session_put") session = Math.max(session, op.session.id + 1);
  }
  return { series, session };
}

function diskFull(): Error {
  return Object.assign(new Error("full"), { code: "SQLITE_FULL" });
}

function connect(path: string): Database {
  const db = new Database(path, { readwrite: true });
  try {
    configure(db);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * After an error in fsync the kernel may have dropped what SQLite believes written. Copying the whole write-ahead log
 * into the file and syncing that makes sure of every commit that is visible now.
 */
function settle(db: Database): void {
  const result = db.query<{ busy: number }, []>("PRAGMA wal_checkpoint(TRUNCATE)").get();
  if (result?.busy !== 0) throw new Refusal("storage_unavailable", "The store is busy recovering from an error.");
}

function readPosition(db: Database): Position {
  const meta = db
    .query<{ next_seq: number; plain_commits: number }, []>("SELECT next_seq, plain_commits FROM meta")
    .get();
  const last = db.query<{ next: number }, []>("SELECT id + count AS next FROM log ORDER BY id DESC LIMIT 1").get();
  if (meta === null) throw damaged(db.filename, "the table meta is empty");
  return { nextSeq: Math.max(meta.next_seq, last?.next ?? 0), plain: meta.plain_commits };
}
