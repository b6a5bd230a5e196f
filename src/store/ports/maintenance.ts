import type { Micros } from "../../base/types.ts";
import type { Work } from "../work.ts";

/** Held while a process works with the data: one server, or one command without a server. */
export interface StoreLock {
  /** Others may take it from now on. May be called twice. */
  release(): void;
}

/** What was looked at. */
export interface Looked {
  devices: number;
  series: number;
  /** Blocks, and parts of blocks. */
  blocks: number;
  /** Points in them. */
  points: number;
  logRecords: number;
  logRows: number;
  sessions: number;
  /** Chunks of messages that wait. */
  chunks: number;
  retained: number;
  /** The number that the next row will get. */
  nextSeq: number;
}
export interface CheckReport {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly looked: Looked;
  readonly damage: readonly string[];
  /** All findings of damage, also those without a line. */
  readonly damaged: number;
  readonly notes: readonly string[];
}

/** Something that was stored and could not be saved. Fields that are absent are not known. */
export interface Loss {
  readonly what: "points" | "rollups" | "log" | "messages" | "session" | "series" | "other";
  /** One line for people. */
  readonly text: string;
  /** Points, or buckets: of this series, from t0 to t1 (µs), at most so many. */
  readonly series?: number;
  readonly t0?: number;
  readonly t1?: number;
  readonly n?: number;
  /** Log rows with these numbers; without `to`: up to the end. */
  readonly from?: number;
  readonly to?: number;
}
export interface SalvageReport {
  readonly folder: string;
  /** What the new folder holds. */
  readonly saved: Looked;
  /** What is not in it, each with a line; none: everything is there. */
  readonly lost: readonly Loss[];
}

/** What a backup says of itself. */
export interface BackupManifest {
  /** The moment that it shows, ISO 8601. */
  readonly time: string;
  readonly counts: {
    readonly devices: number;
    readonly series: number;
    /** Points in blocks. */
    readonly sealed: number;
    /** Rows in the log; some of them may be in blocks, too. */
    readonly logRows: number;
    readonly sessions: number;
  };
}
export interface BackupFileWish {
  readonly file: string;
  /** Whether a file of that name is replaced. */
  readonly force: boolean;
  /** Of this program. */
  readonly version: string;
  readonly now: Micros;
}
export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: BackupManifest;
}
/** A backup that is being made. */
export interface RunningBackup {
  /** Rejects with a Refusal, also when it was stopped. */
  readonly done: Promise<BackupReport>;
  /** Asks it to stop soon and leave nothing behind. */
  stop(): void;
}
export interface RestoreFileWish {
  readonly file: string;
  /** What is there is moved aside. */
  readonly force: boolean;
  readonly now: Micros;
}
export interface RestoreReport {
  readonly folder: string;
  readonly manifest: BackupManifest;
  /** Where the folder that was there is now; null: there was none, or an empty one. */
  readonly aside: string | null;
}

/** A step that brings what is stored into the form of this program. */
export interface UpgradeStep {
  /** Of what, and which: `fleet.db 0020_webhooks`. */
  readonly name: string;
  /** In a few words: "adds webhooks". */
  readonly does: string;
  /** It changes what is stored already; other steps only make room for what is new. */
  readonly rewrites: boolean;
}
/** What stands between stored data and the form of this program. */
export interface Upgrade {
  /** In the order in which they are done; at least one. */
  readonly steps: readonly UpgradeStep[];
  /** What is stored now. */
  readonly bytes: number;
  /** About how long the steps take, s; 0: a moment. */
  readonly seconds: number;
}

/**
 * What an engine with files of its own does with them as a whole. Another engine, whose database has commands for that, refuses
 * with not_available.
 */
export interface Maintenance {
  /** Takes the data for this process; null: another one has it. @throws Refusal storage_unavailable */
  lock(): Promise<StoreLock | null>;
  /** Who has it, for the end of a sentence; "": nobody knows. */
  holder(): Promise<string>;
  /** What the next opening does to bring the data up to date; null: nothing, or they will be refused. Changes nothing. */
  upgrade(): Upgrade | null;
  /** Looks at everything and changes nothing, also while a server runs. @throws Stopped; errors of reading that are no damage */
  check(work: Work): Promise<CheckReport>;
  /** Writes one file of which the data can be restored. @throws Refusal; Stopped */
  backup(wish: BackupFileWish, work: Work): Promise<BackupReport>;
  /** The same in a thread of its own, for servers. */
  startBackup(wish: BackupFileWish): RunningBackup;
  /** @throws Refusal; Stopped */
  restore(wish: RestoreFileWish, work: Work): Promise<RestoreReport>;
  /** Builds new data in a folder of what can be read of damaged ones. @throws Refusal; Stopped */
  salvage(to: string, work: Work): Promise<SalvageReport>;
  /** The latest time of each series, of a point or a stamp, also while a server runs; null: nothing was ever measured. @throws errors of reading */
  latestTimes(): Promise<Micros[] | null>;
}
