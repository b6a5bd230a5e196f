import type { RunningBackup } from "../store/ports.ts";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "../base/errors.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import type { BackupPlace } from "./backup-place.ts";

interface BackupSchedule {
  /** Where they go; null: there are none. */
  readonly dir: string | null;
  /** Seconds from one to the next. */
  readonly every: number;
  /** How many are kept. */
  readonly keep: number;
}

/** After a failure it is tried again so soon, unless the next is due before. */
const AGAIN_US = 600_000_000;
/** The end of the server waits so long for one that is being made to clear up. */
const END_MS = 2000;
/** Names of our own; nothing else in the folder is touched. */
const OWN = /^fieldcast-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar$/;
const OWN_REST = /^fieldcast-\d{8}T\d{6}Z\.tar\.partial(?:\.d)?$/;

/** A backup in the folder. */
interface StoredBackup {
  readonly name: string;
  /** When it was made. */
  readonly time: Micros;
  readonly bytes: number;
}

/** Backups by the clock. A failure is a line of the log and a figure, and never more. */
export class Backups {
  private due: Micros | null = null;
  private running: RunningBackup | null = null;
  private settled: Promise<void> = Promise.resolve();

  /** @param start makes one into a file @param place makes sure of the folder */
  constructor(
    private readonly schedule: BackupSchedule,
    private readonly start: (file: string, now: Micros) => RunningBackup,
    private readonly metrics: Metrics,
    private readonly log: Log,
    private readonly place: Pick<BackupPlace, "ready">,
  ) {}

  /**
   * Once a second. @param failing the store does not take data: nothing may stand in the way of its recovery then
   * @param steady µs, by which it is due; `now` names it
   */
  tick(now: Micros, failing: boolean, steady = now): void {
    const { dir, every } = this.schedule;
    if (dir === null) return;
    if (failing) this.running?.stop();
    if (failing || this.running !== null) return;
    this.due ??= steady + this.firstWait(dir, now);
    // a clock that was set back
    if (this.due - steady > every * 1e6) this.due = steady;
    if (steady < this.due) return;
    this.settled = this.make(dir, now, steady);
  }

  /** µs until the newest that is there is old enough; 0 when there is none. */
  private firstWait(dir: string, now: Micros): Micros {
    const newest = ownFiles(dir, now).at(-1);
    return newest === undefined ? 0 : Math.max(0, timeOf(newest) + this.schedule.every * 1e6 - now);
  }

  private async make(dir: string, now: Micros, steady: Micros): Promise<void> {
    const { every, keep } = this.schedule;
    const { metrics, log } = this;
    const name = nameAt(now);
    const file = join(dir, name);
    try {
      this.place.ready(dir);
      for (const rest of readdirSync(dir)) if (OWN_REST.test(rest)) rmSync(join(dir, rest), { recursive: true });
      this.running = this.start(file, now);
      const { bytes } = await this.running.done;
      this.due = steady + every * 1e6;
      metrics.backups++;
      metrics.lastBackup = Math.floor(now / 1e6);
      metrics.lastBackupOk = 1;
      const old = ownFiles(dir, now).slice(0, -keep);
      for (const one of old) rmSync(join(dir, one));
      log.info({ file, bytes, removed: old.length }, "made a backup, and verified it");
    } catch (error) {
      this.due = steady + Math.min(every * 1e6, AGAIN_US);
      metrics.backupsFailed++;
      metrics.lastBackupOk = 0;
      log.error({ file, error: errorText(error) }, "a backup failed");
    } finally {
      this.running = null;
    }
  }

  /** Those that are there, newest first; null: no folder is set. */
  list(now: Micros): readonly StoredBackup[] | null {
    const { dir } = this.schedule;
    if (dir === null) return null;
    return ownFiles(dir, now)
      .reverse()
      .map((name) => ({ name, time: timeOf(name), bytes: sizeOf(join(dir, name)) }));
  }
  /** Where a backup lies; null: there is none of this name. */
  fileOf(name: string): string | null {
    const { dir } = this.schedule;
    if (dir === null || !OWN.test(name)) return null;
    const file = join(dir, name);
    return existsSync(file) ? file : null;
  }
  /** Makes one now, or waits for the one that is being made; false: it failed, and the log says why. */
  async makeNow(clock: Pick<Clock, "micros" | "steady">): Promise<boolean> {
    const { dir } = this.schedule;
    if (dir === null) return false;
    // a name tells the second: when it has one already, the next is waited for
    for (let n = 0; n < 40 && this.running === null && existsSync(join(dir, nameAt(clock.micros()))); n++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (this.running === null) this.settled = this.make(dir, clock.micros(), clock.steady());
    await this.settled;
    return this.metrics.lastBackupOk === 1;
  }

  /** Resolves when none is being made. */
  idle(): Promise<void> {
    return this.settled;
  }
  /** Stops one that is being made, and waits a moment for it to clear up; the next one clears up otherwise. */
  async end(): Promise<void> {
    this.running?.stop();
    await Promise.race([this.settled, new Promise((resolve) => setTimeout(resolve, END_MS))]);
  }
}

/** Our backups in the folder, oldest first; those that a wrong clock named by the future are not counted, and stay. */
function ownFiles(dir: string, now: Micros): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => OWN.test(name) && timeOf(name) <= now)
      .sort();
  } catch {
    return []; // it is made with the first backup
  }
}
function nameAt(time: Micros): string {
  return `fieldcast-${new Date(time / 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z.tar`;
}
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
function timeOf(name: string): Micros {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = OWN.exec(name)?.slice(1).map(Number) ?? [];
  return Date.UTC(year, month - 1, day, hour, minute, second) * 1000;
}
