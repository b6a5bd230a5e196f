import { errorText } from "../base/errors.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import type { AuditEntry } from "../fleet/audit.ts";
import { auditOfPeople } from "../people/audit.ts";
import type { PeopleEvent } from "../people/types.ts";
import type { AuditStore } from "../store/ports.ts";

/** So many a minute are noted, the rest is counted by the metrics only. */
const MOST_A_MINUTE = 60;
/** So many wait at most, while the store is slow. */
const MOST_WAITING = 10 * MOST_A_MINUTE;
const MINUTE: Micros = 60 * 1e6;

/**
 * What strangers did, for the audit log: who guesses passwords, or asks for new ones, makes the disk sync about once a second at
 * most, and not with each.
 */
export class StrangersAudit {
  private waiting: AuditEntry[] = [];
  private under: Promise<void> | null = null;
  private minute = 0;
  private noted = 0;
  private failing = false;

  constructor(
    private readonly store: Pick<AuditStore, "addAudit">,
    private readonly clock: Pick<Clock, "micros" | "steady">,
    private readonly log: Log,
  ) {}

  /** Notes it with the next batch, or passes it over when there are too many. */
  tell(event: PeopleEvent): void {
    const minute = Math.floor(this.clock.steady() / MINUTE);
    if (minute !== this.minute) [this.minute, this.noted] = [minute, 0];
    if (this.noted >= MOST_A_MINUTE || this.waiting.length >= MOST_WAITING) return;
    this.noted++;
    this.waiting.push(auditOfPeople(event, this.clock.micros()));
  }
  /** Begins to write what waits; call it about once a second. More often is no harm. */
  tick(): void {
    this.under ??= this.write().finally(() => {
      this.under = null;
    });
  }
  /** Writes all that waits, and waits for it. */
  async end(): Promise<void> {
    await this.under;
    await this.write();
  }
  private async write(): Promise<void> {
    const entries = this.waiting;
    if (entries.length === 0) return;
    this.waiting = [];
    try {
      await this.store.addAudit(entries);
      this.failing = false;
    } catch (error) {
      // tried again with the next ones; what is too much goes from the end
      this.waiting = [...entries, ...this.waiting].slice(0, MOST_WAITING);
      if (!this.failing) this.log.error({ error: errorText(error) }, "the audit log does not take what strangers did");
      this.failing = true;
    }
  }
}
