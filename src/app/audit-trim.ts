import { errorText } from "../base/errors.ts";
import type { Log, Micros } from "../base/types.ts";
import type { AuditStore } from "../store/ports.ts";

/** Entries that go in one transaction. */
const MOST = 1000;

/** Forgets what of the audit log is older than the setting says. */
export class AuditTrim {
  private busy = false;

  /** @param keep seconds */
  constructor(
    private readonly store: Pick<AuditStore, "trimAudit">,
    private readonly keep: number,
    private readonly log: Log,
  ) {}

  /** Begins to forget; more often is no harm. */
  tick(now: Micros): void {
    if (this.busy) return;
    this.busy = true;
    void this.trim(now - this.keep * 1e6).finally(() => {
      this.busy = false;
    });
  }
  /** @param before µs */
  async trim(before: Micros): Promise<void> {
    try {
      while ((await this.store.trimAudit(before, MOST)) === MOST);
    } catch (error) {
      this.log.warn({ error: errorText(error) }, "the audit log is not trimmed");
    }
  }
}
