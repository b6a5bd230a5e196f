import { Database } from "bun:sqlite";
import { Refusal } from "../../../base/errors.ts";
import type { CommitBatch, Committed, Seq, StoreOp } from "../../ports.ts";
import { crcOf } from "../../record.ts";
import { checkBatch } from "../../requests.ts";
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
import { SharedBodies } from "./chunks.ts";
import { markOf } from "./mark.ts";
import { applyOp } from "./ops.ts";
import { type CommitSign, type Known, landed, type Position } from "./position.ts";
import { type Found, recover } from "./recover.ts";
import { configure, MIGRATIONS, migrate, schemaVersion } from "./schema.ts";
import type { Sealer } from "./seal.ts";
import { sealerOf } from "./slices.ts";

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
  private readonly bodies = new SharedBodies();
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
  private doubt: CommitSign | null = null;

  private constructor(
    private readonly folder: string,
    private db: Database,
  ) {
    this.ballast = new Ballast(folder);
    this.sealer = sealerOf(db);
    this.at = readPosition(db);
    this.next = readNextIds(db);
    this.log = readLogSize(db);
  }

  /**
   * Opens or creates the file: checked read-only first, so a damaged one is left as it is.
   * @throws Refusal damaged_store, storage_unavailable
   */
  static open(folder: string): { writer: Writer; recovered: Found } {
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
  private static look(path: string): Found | null {
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
    this.db.run(`PRAGMA max_page_count = ${pages > 0 ? pages : 4294967294}`); // its own default stands for "none"
  }

  /**
   * Durable when it returns. When it throws, nothing of the batch is acknowledged to be in the file; after an I/O error it
   * may be there until the next commit, which takes its record out: it is the same one again, or that one was given up.
   * (Its operations stay: callers repeat them, and they say the same twice.)
   * @param known of the caller; without, all that is in the file is as it was told
   * @throws Refusal storage_unavailable; RangeError when the batch contradicts itself
   */
  commit(batch: CommitBatch, known: Known = { nextSeq: this.at.nextSeq, plain: this.at.plain + 1 }): Committed {
    if (this.broken) this.mend();
    const { blob } = batch;
    checkBatch(batch);
    if (this.tight && this.ballast.restore()) this.tight = false;
    if (this.tight && batch.blob !== null && !this.ballast.roomy) throw unavailable(diskFull());
    const sign: CommitSign = { ...known, crc: blob === null ? null : crcOf(blob) };
    const firstSeq = this.at.nextSeq;
    try {
      this.db.query("BEGIN IMMEDIATE").run();
      this.write(batch, known, firstSeq);
      this.db.query("COMMIT").run();
    } catch (error) {
      const there = this.fail(error, sign);
      if (there !== null) return there;
      throw unavailable(error);
    }
    this.done(batch, sign, firstSeq);
    return { firstSeq };
  }

  private write(batch: CommitBatch, known: Known, firstSeq: Seq): void {
    if (firstSeq > known.nextSeq) this.db.query("DELETE FROM log WHERE id >= ?").run(known.nextSeq);
    if (batch.blob !== null)
      this.db
        .query("INSERT INTO log (id, count, body, mark) VALUES (?, ?, ?, ?)")
        .run(firstSeq, batch.count, batch.blob, markOf(firstSeq, batch.blob));
    else this.db.query("UPDATE meta SET plain_commits = ?").run(known.plain);
    const bodies = this.bodies.begin(batch.ops);
    for (const op of batch.ops) applyOp(this.db, op, firstSeq - 1, bodies);
    // Ids are never used twice: rows of what was deleted may still be in the log.
    const { series, session } = nextIds(this.next, batch.ops);
    if (series > this.next.series || session > this.next.session)
      this.db.query("UPDATE meta SET next_series = ?, next_session = ?").run(series, session);
  }

  private done(batch: CommitBatch, { plain, crc }: CommitSign, firstSeq: Seq): void {
    this.log.rows += batch.count;
    this.log.bytes += batch.blob?.length ?? 0;
    this.at =
      crc === null
        ? { ...this.at, plain }
        : { nextSeq: firstSeq + batch.count, plain: this.at.plain, last: { firstSeq, crc } };
    this.next = nextIds(this.next, batch.ops);
    for (const op of batch.ops) {
      if (op.op === "trim") this.sealer.trim(op.upTo);
      else if (SWEPT.has(op.op)) this.sealer.swept();
    }
  }

  /** Cleans up after an error; tells where the commit lies when it is in the file nevertheless, and durable. */
  private fail(error: unknown, sign: CommitSign | null): Committed | null {
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
    if (!this.broken && !code.startsWith("SQLITE_IOERR")) return null;
    this.broken = true;
    this.doubt = sign;
    try {
      return this.reconnect();
    } catch {
      return null; // the next commit tries again
    }
  }

  /** Another try to get the file back. @throws Refusal storage_unavailable */
  private mend(): void {
    try {
      this.reconnect();
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Opens the file again. Where the commit in doubt lies; null: it is not there. @throws errors of SQLite and of fs */
  private reconnect(): Committed | null {
    this.db.close();
    this.db = connect(dataPath(this.folder));
    settle(this.db);
    this.limitPages(this.maxPages);
    this.sealer = sealerOf(this.db);
    this.at = readPosition(this.db);
    this.next = readNextIds(this.db);
    this.log = readLogSize(this.db);
    this.broken = false;
    const { doubt } = this;
    this.doubt = null;
    return doubt === null ? null : landed(doubt, this.at);
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
  const last = db
    .query<{ id: number; count: number; body: Uint8Array }, []>("SELECT * FROM log ORDER BY id DESC LIMIT 1")
    .get();
  if (meta === null) throw damaged(db.filename, "the table meta is empty");
  return {
    nextSeq: Math.max(meta.next_seq, last === null ? 0 : last.id + last.count),
    plain: meta.plain_commits,
    last: last === null ? null : { firstSeq: last.id, crc: crcOf(last.body) },
  };
}
