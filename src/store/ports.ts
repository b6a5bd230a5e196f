import type { TokenUse } from "../auth/uses.ts";
import type { Micros } from "../base/types.ts";
import type { FieldType, Value } from "../measure/types.ts";
import type { AuditEntry } from "../fleet/audit.ts";
import type { FleetChange, FleetKind, Role } from "../fleet/types.ts";

/**
 * The ports of the store. Two files lie behind them: fleet metadata (FleetStore) and data (DataStore: log, blocks,
 * series registry, sessions, device log). A transaction never spans both.
 */

/** No time is later, µs. */
export const END_OF_TIME: Micros = Number.MAX_SAFE_INTEGER;

/** A measurement's place in the order of the whole instance: first sequence number of its commit + index. */
export type Seq = number;

/** Rare, structured parts of a commit; applied in order, in the same transaction as the log row. */
export type StoreOp =
  | {
      readonly op: "series_put";
      readonly id: number;
      readonly device: number;
      readonly field: number;
      readonly type: FieldType;
    }
  /** Forget series and everything stored of them (blocks now or in later slices; their log rows are skipped). */
  | { readonly op: "series_delete"; readonly ids: readonly number[] }
  /**
   * The points of a series with from <= time < to that were written by earlier commits are gone; rows of the same commit
   * stay. The current value and the arrival stamps stay as they are; but with `to` END_OF_TIME no stamp is left beyond `from`.
   */
  | { readonly op: "points_delete"; readonly series: number; readonly from: Micros; readonly to: Micros }
  /**
   * Points of these series with time < before leave the file in the background; those that are not sealed yet when their turn
   * comes stay until the next time. Current values stay. A sweep rewrites about one block of each series: once a day is enough.
   *
   * With `rollups`, figures of buckets are made of numbers and booleans in the transaction in which they go, and they go only
   * by whole buckets of the longest step. Rollups of other steps are dropped; without `rollups` (or with none) all of them
   * are. What is written afterwards for a time that was rolled up is a point as any other until the next `retain`, which adds
   * it to the buckets there are: also when it has the time of a point that they count. A counter's increase does not
   * change by it. Deleted points (points_delete) take along every bucket that reaches into their range.
   */
  | {
      readonly op: "retain";
      readonly series: readonly number[];
      readonly before: Micros;
      readonly rollups?: readonly Rollup[];
    }
  /** Insert or replace a session row; keeps its subscriptions, chunks and checkpoint. */
  | { readonly op: "session_put"; readonly session: StoredSession }
  /** Delete a session with its subscriptions, chunks and checkpoint. */
  | { readonly op: "session_delete"; readonly id: number }
  | { readonly op: "subscription_put"; readonly session: number; readonly subscription: StoredSubscription }
  | { readonly op: "subscription_delete"; readonly session: number; readonly filter: string }
  /**
   * Replaces the session's floor, and its state unless that is null: it did not change. The log rows with seq <= floor need
   * not be replayed for it.
   */
  | { readonly op: "checkpoint"; readonly session: number; readonly floor: Seq; readonly state: Uint8Array | null }
  /**
   * Messages that wait for a session, in one piece. Bodies of a commit that are the same object are stored once. Messages
   * of the log with seq <= upTo are not to be queued again: they are in the state, in a chunk, or went.
   */
  | {
      readonly op: "chunk_put";
      readonly session: number;
      readonly firstQn: number;
      readonly count: number;
      readonly deadlineMax: number;
      readonly upTo: Seq;
      readonly body: Uint8Array;
    }
  /** Deletes the session's chunks with firstQn < before. */
  | { readonly op: "chunk_delete"; readonly session: number; readonly before: number }
  /** Retained messages that came, changed or went: packed by retained.ts, in their order. */
  | { readonly op: "retained"; readonly changes: Uint8Array }
  | { readonly op: "refusals_put"; readonly rows: readonly StoredRefusal[] }
  /** Events of the doors; those with time < before, and all but the newest `most`, are forgotten. */
  | { readonly op: "doors_put"; readonly rows: readonly DoorEvent[]; readonly before: Micros; readonly most: number }
  /** Inserts or replaces what is known of a device's connection. */
  | { readonly op: "presence_put"; readonly presence: StoredPresence }
  | { readonly op: "presence_delete"; readonly devices: readonly number[] }
  /** No device's number of *seen* is below this any more; never falls. */
  | { readonly op: "seen_floor"; readonly seq: Seq }
  /** Everything up to and including `upTo` may be sealed into blocks and leave the log (every session's floor is past it). */
  | { readonly op: "trim"; readonly upTo: Seq };

/** Figures of buckets that outlive the points they were made of. */
export interface Rollup {
  /**
   * Length of a bucket in µs, at least a millisecond; buckets begin at whole multiples of it since 1970. Each step of an operation
   * must divide the longest.
   */
  readonly step: Micros;
  /** Buckets that begin before this time are dropped; -Infinity: none. */
  readonly before: Micros;
}

export interface CommitBatch {
  /** Sequence number of the blob's first row; ignored when blob is null. */
  readonly firstSeq: Seq;
  /** Rows in the blob (all kinds count), see record.ts. */
  readonly count: number;
  /** An encoded record (record.ts); transferred to the worker, so the caller must not touch it until commit answers. */
  readonly blob: Uint8Array | null;
  readonly ops: readonly StoreOp[];
}

export interface StoredSession {
  readonly id: number;
  /** "u:<user uid>" or "a:<api user uid>". */
  readonly principal: string;
  readonly clientId: string;
  readonly version: 3 | 4 | 5;
  /** Seconds; 0xFFFFFFFF never occurs (granted expiry is capped). */
  readonly expiry: number;
  readonly created: number;
  /** µs when the network connection closed; null while connected. */
  readonly disconnectedAt: number | null;
  /** Will still to be fired after a restart, opaque to the store; null: none. */
  readonly will: Uint8Array | null;
}
export interface StoredSubscription {
  /** Raw filter as the client sent it. */
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly identifier: number;
  /** Only log rows with a larger seq match this subscription on replay. */
  readonly sinceSeq: Seq;
}
export interface StoredRefusal {
  /** Device uid, or 0 where none is known. */
  readonly device: number;
  readonly principal: string;
  /** µs: of the last refusal that this row stands for. */
  readonly time: number;
  /** µs: of the first of several; absent: it stands for one. */
  readonly first?: number;
  readonly code: string;
  readonly message: string;
  readonly topic: string;
  /** First 256 bytes of the payload as text (base64 when not UTF-8, then base64 = true). */
  readonly payload: string;
  readonly base64: boolean;
  /** How many refusals this row stands for. */
  readonly count: number;
}

/** What comes to a door; `subscribed`: to what is not there; `connection_refused`: before it was one. */
export const DOOR_KINDS = [
  "accepted",
  "refused",
  "login_refused",
  "opened",
  "closed",
  "clock",
  "subscribed",
  "connection_refused",
] as const;
export type DoorKind = (typeof DOOR_KINDS)[number];
/** Something that came to a door, or left by it; null: it has none, or nobody knows. */
export interface DoorEvent {
  readonly kind: DoorKind;
  readonly time: Micros;
  /** Key of the account; "": nobody knows. */
  readonly principal: string;
  /** uids; 0: none. */
  readonly workspace: number;
  readonly device: number;
  /** Client identifier, and address. */
  readonly client: string | null;
  readonly remote: string | null;
  /** Of a refusal its code, of a connection that ended why. */
  readonly code: string | null;
  readonly message: string | null;
  readonly topic: string | null;
  /** The first bytes as text (base64 when not UTF-8, then base64 = true), and how many there were. */
  readonly payload: string | null;
  readonly base64: boolean;
  readonly bytes: number | null;
  /** µs until it was durable, and to how many it went. */
  readonly commit: Micros | null;
  readonly delivered: number | null;
  /** How many this one stands for. */
  readonly count: number;
  /** When the first of several was; absent: it stands for one. */
  readonly first?: Micros;
}
export interface StoredDoorEvent extends DoorEvent {
  /** Grows with each. */
  readonly id: number;
}
/** What an event must fulfil; undefined: anything. */
export interface DoorQuery {
  /** Events of these workspaces, or of this account; null: all. */
  readonly visible: { readonly workspaces: readonly number[]; readonly principal: string } | null;
  readonly principal?: string | undefined;
  readonly device?: number | undefined;
  readonly kind?: DoorKind | undefined;
  /** time >= since. */
  readonly since?: Micros | undefined;
  /** Only ids below this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Whether a device's own client is connected, as of its last change. */
export interface StoredPresence {
  /** uid */
  readonly device: number;
  readonly connected: boolean;
  /** µs of the last change to connected, and from it; null: never. */
  readonly connectedAt: Micros | null;
  readonly disconnectedAt: Micros | null;
  /** Grows with each change. */
  readonly number: number;
}

export interface SeriesState {
  readonly id: number;
  readonly device: number;
  readonly field: number;
  readonly type: FieldType;
  /** Time of the current value in µs; null: nothing recorded yet. */
  readonly time: number | null;
  readonly value: Value | null;
  /** Highest arrival stamp given so far (0: none). */
  readonly lastArrival: number;
  /** Number of the row that was written last; 0: none. */
  readonly lastSeq: Seq;
}
export interface RecoveredSession {
  readonly session: StoredSession;
  readonly subscriptions: readonly StoredSubscription[];
  readonly floor: Seq;
  /** The highest `upTo` of its chunks, also of those that are gone; 0: it never had one. */
  readonly queued: Seq;
  readonly state: Uint8Array | null;
  /** The chunks that exist, without bodies, by firstQn. */
  readonly chunks: readonly {
    readonly firstQn: number;
    readonly count: number;
    readonly deadlineMax: number;
    readonly bytes: number;
    /** Number of its body when other chunks may have the same; null: it has its own. */
    readonly shared: number | null;
  }[];
}
export interface Recovered {
  readonly nextSeq: Seq;
  readonly nextSeries: number;
  readonly nextSession: number;
  readonly series: readonly SeriesState[];
  readonly sessions: readonly RecoveredSession[];
  readonly presence: readonly StoredPresence[];
  /** The highest of the `seen_floor` operations; 0: none. */
  readonly seenFloor: Seq;
  /** The retained messages there are, packed as in the op `retained`, in pieces of about a megabyte. */
  readonly retained: readonly Uint8Array[];
  /** Log records whose last seq is above the lowest session floor, in order; empty when there is no session. */
  readonly records: readonly Uint8Array[];
}

export interface Point {
  readonly time: number;
  readonly value: Value;
}

/** Most series of one question for their newest points. */
export const MAX_NEWEST = 10_000;

/** A question for figures of one series in consecutive buckets of time. */
export interface AggregateRequest {
  readonly series: number;
  /** µs, strictly ascending; bucket i is edges[i] <= time < edges[i + 1]. At least 2, at most 100,001. */
  readonly edges: Float64Array;
}
export const MAX_EDGES = 100_001;

/**
 * One entry for each bucket. A boolean counts as 1 or 0. Texts and positions have only count, first, last and their
 * times.
 */
export interface Aggregates {
  readonly count: Float64Array;
  /** NaN where a bucket has no number. */
  readonly min: Float64Array;
  /** NaN where a bucket has no number. */
  readonly max: Float64Array;
  /** 0 where a bucket has no number. */
  readonly sum: Float64Array;
  /** Time of the first point, µs; NaN where a bucket is empty. */
  readonly firstTime: Float64Array;
  /** Time of the last point, µs; NaN where a bucket is empty. */
  readonly lastTime: Float64Array;
  /** An array of numbers (NaN where a bucket is empty) when all points are numbers or booleans; otherwise values. */
  readonly first: Float64Array | readonly (Value | null)[];
  /** The same of the last points. */
  readonly last: Float64Array | readonly (Value | null)[];
  /**
   * COUNTER: how much the total grew within the bucket, with the step from the last point before the bucket. A total lower
   * than the one before is a reset and counts whole; the very first point counts 0 (wire contract section 5). 0 where a
   * bucket is empty; NaN for series of other types.
   */
  readonly increase: Float64Array;
  /**
   * Points before `before` are gone by retention, and what the buckets hold of that time comes from rollups of `step` (µs) or
   * shorter (0: there is none left), and from points that came late. A rollup counts whole in the bucket in which it begins;
   * so all figures are exact when every edge before `before` is a multiple of `step`. null: nothing of the range is.
   */
  readonly rolled: { readonly before: Micros; readonly step: Micros } | null;
}

/** Points as two columns of the same length. */
export interface Columns {
  /** µs, strictly ascending. */
  readonly times: Float64Array;
  /** Numbers, with 1 or 0 for a boolean, when all points are numbers or booleans (also when there is none); otherwise values. */
  readonly values: Float64Array | readonly Value[];
}

/** A piece of the log; see DataStore.readLog. */
export interface LogPiece {
  readonly oldest: Seq | null;
  readonly records: readonly Uint8Array[];
}

export interface StoreStats {
  readonly logRows: number;
  readonly logBytes: number;
  /** Memory of the unsealed log, decoded for reads; as far as it was read. */
  readonly headBytes: number;
  /** Blocks, full or not. */
  readonly blocks: number;
  /** Rows of rollups; each holds some hundred buckets at most. */
  readonly rollups: number;
  readonly fileBytes: number;
  /** Of these free: they are used again before the file grows. */
  readonly freeBytes: number;
}

export interface SeriesStatsRequest {
  /** At most MAX_STATS. */
  readonly series: Uint32Array;
  /** µs, one for each series: what lies before it is counted besides. */
  readonly before?: Float64Array;
}
export const MAX_STATS = 10_000;

/** One entry for each series that was asked for; zeros for one that does not exist. */
export interface SeriesStats {
  /** Points in blocks and in the log. Several that were written for one time may count each until they are merged. */
  readonly points: Float64Array;
  /** Of blocks in the file; the log belongs to no series. */
  readonly bytes: Float64Array;
  /** Times of the first and the last point, µs; NaN: there is none. */
  readonly oldest: Float64Array;
  readonly newest: Float64Array;
  /** Buckets of rollups, and their bytes in the file. */
  readonly buckets: Float64Array;
  readonly rollupBytes: Float64Array;
  /** What of `points` and `bytes` lies before the time that was given: of the block at that time a share, by time. */
  readonly pointsBefore: Float64Array;
  readonly bytesBefore: Float64Array;
}

/** What came to the doors and was kept. */
export interface DoorStore {
  /** Newest first. */
  readDoors(query: DoorQuery): Promise<StoredDoorEvent[]>;
}

/** The measurement and session store. Every promise rejects with a Refusal("storage_unavailable") when storage fails. */
export interface DataStore extends DoorStore {
  /** Opens or creates the file, migrates it, checks it. @throws Refusal damaged_store; nothing is overwritten then. */
  open(): Promise<Recovered>;
  /** Durable (fsync'ed) when it resolves; on rejection nothing of the batch is in the file. One call at a time. */
  commit(batch: CommitBatch): Promise<void>;
  /** Points of a series with from <= time < to in time order (equal times: the last written only), at most `limit`. */
  read(series: number, from: number, to: number, limit: number): Promise<Point[]>;
  /** Like read, as columns. */
  columns(series: number, from: Micros, to: Micros, limit: number): Promise<Columns>;
  /**
   * The newest point of a series with time < `at`, also one that only a rollup has kept (the last of its bucket); null: there is
   * none. For the value that holds at the start of a range.
   */
  before(series: number, at: Micros): Promise<Point | null>;
  /**
   * The same of many series at once, one entry for each; null: it has none, or there is no such series. All of it is one message.
   * @throws RangeError when more than MAX_NEWEST are asked for
   */
  newest(series: Uint32Array, at: Micros): Promise<readonly (Point | null)[]>;
  /** Figures for each bucket. @throws RangeError when the edges are too few, too many or do not ascend */
  aggregate(request: AggregateRequest): Promise<Aggregates>;
  /** Body of one chunk; null when it is gone. */
  readChunk(session: number, firstQn: number): Promise<Uint8Array | null>;
  /**
   * Records of the log with rows after < seq <= upTo, oldest first: all of them, or as many as have about `bytes` bytes.
   * Other rows of theirs are in them, too. `oldest` is the first row that the log still has; null: it has none.
   */
  readLog(after: Seq, upTo: Seq, bytes: number): Promise<LogPiece>;
  /** Newest first. device/principal: filter, null = any. */
  readRefusals(device: number | null, principal: string | null, limit: number): Promise<StoredRefusal[]>;
  stats(): Promise<StoreStats>;
  /** Figures of series; no block is decoded for them. @throws RangeError when too many are asked for, or `before` has another length */
  seriesStats(request: SeriesStatsRequest): Promise<SeriesStats>;
  close(): Promise<void>;
}

/** When tokens were last used. */
export interface TokenUseStore {
  readUses(): Promise<readonly TokenUse[]>;
  /** In the place of what was kept of these tokens; tokens that are gone are passed over. Durable when it resolves. */
  keepUses(uses: readonly TokenUse[]): Promise<void>;
}

/** What was done, and by whom. */
export interface AuditStore {
  /** Notes what changes nothing in the fleet, as a sign-in does. Durable when it resolves. */
  addAudit(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first. */
  readAudit(query: AuditQuery): Promise<readonly StoredAudit[]>;
  /** Forgets entries with time < before, at most `most` of them, oldest first; returns how many. */
  trimAudit(before: Micros, most: number): Promise<number>;
}
/** A line of the audit log; `id` grows with each. */
export interface StoredAudit extends AuditEntry {
  readonly id: number;
}
/** What an entry must fulfil; undefined: anything. */
export interface AuditQuery {
  /** Entries of these workspaces, and those without a workspace that the actor (its key) made; null: all. */
  readonly visible: { readonly workspaces: readonly number[]; readonly actor: string } | null;
  readonly workspace?: number | undefined;
  readonly actor?: string | undefined;
  /** Like `device.delete`; `device` alone is everything that was done to devices. */
  readonly action?: string | undefined;
  /** uid of what it was done to; with the kind in `action`. */
  readonly target?: number | undefined;
  /** from <= time < to, µs. */
  readonly from?: Micros | undefined;
  readonly to?: Micros | undefined;
  /** Only ids below this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Fleet metadata and accounts. Returns the changes that were committed, for the directory. */
export interface FleetStore extends AuditStore {
  open(): Promise<readonly FleetChange[]>;
  /** All or nothing. @param audit what is to be noted of the changes, in the same transaction */
  commit(
    changes: readonly FleetDraft[],
    audit?: (changes: readonly FleetChange[]) => readonly AuditEntry[],
  ): Promise<readonly FleetChange[]>;
  /** The first of the uids that new rows of a kind will get; a uid is never given twice. */
  firstFree(kind: FleetKind): Promise<number>;
  close(): Promise<void>;
}
/**
 * A change to be written: like FleetChange, but a row to be created has uid 0 in its `row`, or, when other drafts of
 * the same commit refer to it, a negative number of the caller's choice, unique among its kind in that commit. The
 * same negative number then stands wherever a uid of that kind is asked for (`workspace`, `product`, `user`,
 * `apiUser`, and `product`/`device` in grants), in drafts after the one that creates the row. The answer bears real uids.
 * What depends on a deleted row (a product's devices and fields, an owner's tokens, grants on it) goes with it; the
 * answer repeats only the drafts, and the Directory draws the same conclusion.
 */
export type FleetDraft = FleetChange;

/**
 * What a person signs in with. It is read when it is needed and stays nowhere else: neither in the directory nor in a
 * log.
 */
export interface StoredLogin {
  /** uid of the account; the row goes with it. */
  readonly user: number;
  /** argon2id as text of the PHC form; null: no password was set yet. */
  readonly password: string | null;
  /** µs; 0: never. */
  readonly passwordSet: Micros;
  /** Secret of the second factor, base32; null: none. */
  readonly totpSecret: string | null;
  /** Whether a code of it was entered once: only then is it asked for. */
  readonly totpConfirmed: boolean;
  /** Time step of the last code that was accepted: no code works twice. */
  readonly totpStep: number;
  /** Lower-case hex SHA-256 of each recovery code that is left. */
  readonly recoveryCodes: readonly string[];
}

/** A browser that is signed in. */
export interface StoredSignIn {
  /** Lower-case hex SHA-256 of the cookie. */
  readonly hash: string;
  readonly user: number;
  readonly created: Micros;
  readonly lastUsed: Micros;
  readonly expires: Micros;
  readonly address: string;
  readonly agent: string;
}

export const LINK_KINDS = ["setup", "reset", "invitation"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** A link that works once. */
export interface StoredLink {
  /** Lower-case hex SHA-256 of the secret in it. */
  readonly hash: string;
  readonly kind: LinkKind;
  readonly created: Micros;
  readonly expires: Micros;
  /** Whose password it sets (setup, reset); null: an invitation. */
  readonly user: number | null;
  /** Whom it invites; null: no invitation. */
  readonly email: string | null;
  readonly workspace: number | null;
  readonly role: Role | null;
  /** Who made it; null: the command line or the first start. */
  readonly by: number | null;
}

/** An account at another sign-in service (OpenID Connect). */
export interface StoredIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly user: number;
  readonly created: Micros;
}

export type AccountChange =
  | { readonly op: "login_put"; readonly login: StoredLogin }
  | { readonly op: "sign_in_put"; readonly signIn: StoredSignIn }
  | { readonly op: "sign_in_delete"; readonly hash: string }
  /** Every one of an account but one. */
  | { readonly op: "sign_ins_delete"; readonly user: number; readonly except: string | null }
  | { readonly op: "link_put"; readonly link: StoredLink }
  /** Takes a link away. When it is gone already, the whole commit is refused: so a link works once. */
  | { readonly op: "link_take"; readonly hash: string }
  /** Those of a kind that set this account's password. */
  | { readonly op: "links_delete"; readonly user: number; readonly kind: LinkKind }
  /** Those that invite this address to a workspace. */
  | { readonly op: "invitations_delete"; readonly workspace: number; readonly email: string }
  | { readonly op: "identity_put"; readonly identity: StoredIdentity }
  | { readonly op: "identity_delete"; readonly issuer: string; readonly subject: string }
  /** Sign-ins and links that expired before this time (µs) leave the file. */
  | { readonly op: "expire"; readonly before: Micros };

/** How people sign in. Rows of an account, or of a workspace, go with it. Every promise may reject with storage_unavailable. */
export interface AccountStore {
  /** Null: nothing was ever set. */
  login(user: number): Promise<StoredLogin | null>;
  /** All of them, oldest first. */
  signIns(): Promise<StoredSignIn[]>;
  /** Null: there is none with this hash. */
  link(hash: string): Promise<StoredLink | null>;
  /** Of one kind, oldest first. */
  links(kind: LinkKind): Promise<StoredLink[]>;
  /** Null: nobody has it. */
  identity(issuer: string, subject: string): Promise<StoredIdentity | null>;
  identities(user: number): Promise<StoredIdentity[]>;
  /**
   * Durable when it resolves, all or nothing.
   * @throws Refusal link_over: a link_take found nothing; not_found: the account or workspace is gone
   */
  change(changes: readonly AccountChange[]): Promise<void>;
}
