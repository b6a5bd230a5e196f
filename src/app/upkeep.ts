import type { Authority } from "../auth/authority.ts";
import { errorText } from "../base/errors.ts";
import type { Clock, Log } from "../base/types.ts";
import type { Broker } from "../broker/broker.ts";
import type { Consumers } from "../feed/consumers.ts";
import type { Http } from "../http/index.ts";
import type { AuditTrim } from "./audit-trim.ts";
import type { Seq, SharedStore } from "../store/ports.ts";
import { Floors } from "./floors.ts";
import type { Backups } from "./backups.ts";
import type { ClockWatch } from "./clock-watch.ts";
import type { UseKeeper } from "./token-uses.ts";
import type { Sweeps } from "./sweeps.ts";

/** Ticks, of a second each, from `$SYS` figures to `$SYS` figures. */
const FIGURES_TICKS = 10;
/** Rows, bytes and ticks, after which the log is sealed and trimmed. */
const TRIM_ROWS = 1_000_000;
const TRIM_BYTES = 32 * 1024 * 1024;
const TRIM_TICKS = 300;
/** Where what is sealed is also read with SQL. */
const SQL_TICKS = 60;
const AUDIT_TICKS = 600;
const PEOPLE_TICKS = 60;
const USES_TICKS = 60;
/** What came in so many ticks stays in the log, unless it is much: for those who listened over HTTP and come back. */
const KEPT_TICKS = 60;
/**
 * Of what was in the log at the start all but so many rows are sealed after so many ticks, so that servers which live for a minute
 * and less do not heap it up, and those who listened before a restart still find where they were.
 */
const KEPT_ROWS = 10_000;
const FIRST_TICKS = 5;

/** What has something to do by the clock. */
interface UpkeepNeeds {
  readonly broker: Broker;
  /** The store that this server shares with others; null: it is alone. */
  readonly shared: Pick<SharedStore, "needlessTo"> | null;
  readonly log: Log;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly watch: Pick<ClockWatch, "tick">;
  /** People read with SQL, who see what is sealed. */
  readonly forSql: boolean;
  /** Publishes the `$SYS` figures. */
  readonly figures: () => void;
  /** What one of several nodes does for all is done here; always where a server is alone. */
  readonly duty: { readonly isMine: boolean };
  /** The log up to here may be gone. */
  readonly trimmed: (upTo: Seq) => void;
  readonly backups: Pick<Backups, "tick">;
  readonly sweeps: Pick<Sweeps, "tick" | "held">;
  readonly audit: Pick<AuditTrim, "tick">;
  /** Stores when browsers were used, forgets what is over. */
  readonly people: () => void;
  readonly uses: UseKeeper;
  readonly http: Pick<Http, "tick">;
  readonly consumers: Pick<Consumers, "name" | "tick" | "floor">;
  /** The listeners and whatever else looks after itself; @param now ms of a clock that only goes forward */
  readonly others: (now: number) => void;
}

/** What the server does by the clock, once a second. */
export class Upkeep {
  private ticks = 0;
  private trimmedSeq: number;
  private trimmedAt = 0;
  private trimmedBytes = 0;
  /** The log may hold rows from before the start: they are sealed although nothing more comes. */
  private leftover: boolean;
  /** Up to here they are sealed soon; 0: that is done, or there are few. */
  private early: number;
  /** Who still needs rows of the log beside its sessions. */
  readonly floors = new Floors();
  private readonly marks: number[] = []; // how far publishing was at the latest ticks, oldest first

  constructor(private readonly needs: UpkeepNeeds) {
    const { broker, consumers } = needs;
    this.floors.add(consumers);
    this.trimmedSeq = broker.hub.fannedSeq;
    this.leftover = this.trimmedSeq > 0;
    this.early = Math.max(0, this.trimmedSeq - KEPT_ROWS);
  }
  tick(): void {
    const { broker, clock, sweeps } = this.needs;
    this.ticks++;
    this.needs.watch.tick();
    this.needs.authority.expire(clock.trusted());
    broker.tick();
    if (this.ticks % FIGURES_TICKS === 0) this.needs.figures();
    this.needs.consumers.tick();
    this.trim();
    if (this.ticks % PEOPLE_TICKS === 0) this.needs.people();
    this.needs.http.tick();
    this.needs.others(performance.now());
    const { failing } = broker.ingest.commits.batcher;
    if (this.ticks % USES_TICKS === 0) this.needs.uses.tick();
    if (!this.needs.duty.isMine) return;
    this.needs.backups.tick(clock.micros(), failing, clock.steady());
    sweeps.tick(clock.micros(), failing, clock.trusted());
    if (this.ticks % AUDIT_TICKS === 1 && !sweeps.held) this.needs.audit.tick(clock.trusted());
  }
  private get pause(): number {
    return this.leftover ? KEPT_TICKS : this.needs.forSql ? SQL_TICKS : TRIM_TICKS;
  }
  /** Lets the store seal what everybody is past: after many rows, much text, or some minutes. */
  private trim(): void {
    const { hub, ingest, sessions } = this.needs.broker;
    const { batcher, committedBytes } = ingest.commits;
    const { fannedSeq } = hub;
    if (this.marks.push(fannedSeq) > KEPT_TICKS) this.marks.shift();
    const much = fannedSeq - this.trimmedSeq >= TRIM_ROWS || committedBytes - this.trimmedBytes >= TRIM_BYTES;
    const wish = much ? fannedSeq : (this.marks[0] ?? 0);
    if (batcher.failing || (wish <= this.trimmedSeq && !this.leftover)) return;
    const isEarly = !much && this.leftover && this.early > 0 && this.ticks >= FIRST_TICKS;
    if (!isEarly && !much && this.ticks - this.trimmedAt < this.pause) return;
    const settled = sessions.settle();
    if (settled === null) return;
    if (isEarly) {
      this.trimTo(this.floors.lowest(Math.min(this.early, settled)));
      this.early = 0;
      return;
    }
    const upTo = Math.min(wish, settled);
    const lowest = this.floors.lowest(upTo);
    // somebody needs some of it: it is tried again, although nothing more comes
    this.leftover = lowest < upTo;
    this.trimmedAt = this.ticks;
    this.trimmedBytes = committedBytes;
    this.trimmedSeq = upTo;
    this.trimTo(lowest);
  }
  /** Among several nodes none goes further than all of them, and the one with the duty says so. */
  private trimTo(upTo: number): void {
    const { shared, duty, broker, log } = this.needs;
    const trim = (to: Seq): void => {
      if (duty.isMine) broker.hub.operation({ op: "trim", upTo: to });
      this.needs.trimmed(to);
    };
    if (shared === null) return trim(upTo);
    const mayTrim = (all: Seq): void => {
      this.leftover ||= all < upTo;
      trim(Math.min(upTo, all));
    };
    const why = (error: unknown): void =>
      log.warn({ error: errorText(error) }, "how far the log is needed is not known");
    shared.needlessTo().then(mayTrim, why);
  }
}
