import type { TokenUse } from "../../../auth/uses.ts";
import type { Micros } from "../../../base/types.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import type { AuditQuery, AuditStore, StoredAudit, TokenUseStore } from "../../ports.ts";
import { readInSteps } from "./audit.ts";
import type { FleetDesk } from "./desk.ts";

/** What a fleet store notes besides the fleet; nobody keeps it in memory. */
export abstract class StoredNotes implements AuditStore, TokenUseStore {
  /** @throws Refusal storage_unavailable: it is not open */
  protected abstract opened(): FleetDesk;

  async addAudit(entries: readonly AuditEntry[]): Promise<void> {
    await this.opened().addAudit(entries);
  }
  async readAudit(query: AuditQuery): Promise<readonly StoredAudit[]> {
    return readInSteps(this.opened(), query);
  }
  async trimAudit(before: Micros, most: number): Promise<number> {
    return this.opened().trimAudit(before, most);
  }
  async readUses(since?: Micros): Promise<readonly TokenUse[]> {
    return this.opened().readUses(since);
  }
  async keepUses(uses: readonly TokenUse[]): Promise<void> {
    await this.opened().keepUses(uses);
  }
  /** Whether this file ever had a data.db beside it, as `setPaired` noted. */
  async isPaired(): Promise<boolean> {
    return this.opened().isPaired();
  }
  async setPaired(): Promise<void> {
    await this.opened().setPaired();
  }
}
