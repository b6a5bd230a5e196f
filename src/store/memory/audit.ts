import type { Micros } from "../../base/types.ts";
import type { AuditEntry } from "../../fleet/audit.ts";
import type { AuditQuery, AuditStore, StoredAudit } from "../ports.ts";

/** The audit log as it is meant, in memory; for tests. */
export class MemoryAudit implements AuditStore {
  entries: StoredAudit[] = [];
  private nextId = 1;

  async addAudit(entries: readonly AuditEntry[]): Promise<void> {
    for (const entry of entries) this.entries.push({ id: this.nextId++, ...entry });
  }
  async readAudit(q: AuditQuery): Promise<readonly StoredAudit[]> {
    const is = <T>(wanted: T | undefined, value: T) => wanted === undefined || wanted === value;
    return this.entries
      .filter((e) => visible(q.visible, e) && is(q.workspace ?? undefined, e.workspace) && is(q.actor, e.by.key))
      .filter((e) => is(q.action, e.action) || e.action.startsWith(`${q.action}.`))
      .filter((e) => is(q.target, e.target) && e.id < (q.before ?? Infinity) && e.id > (q.after ?? 0))
      .filter((e) => (q.from === undefined || e.time >= q.from) && (q.to === undefined || e.time < q.to))
      .sort((a, b) => b.id - a.id)
      .slice(0, q.limit);
  }
  async trimAudit(before: Micros, most: number): Promise<number> {
    const old = this.entries
      .filter((e) => e.time < before)
      .sort((a, b) => a.time - b.time)
      .slice(0, most);
    this.entries = this.entries.filter((e) => !old.includes(e));
    return old.length;
  }
}

function visible(by: AuditQuery["visible"], entry: AuditEntry): boolean {
  if (by === null) return true;
  return entry.workspace === null ? entry.by.key === by.actor : by.workspaces.includes(entry.workspace);
}
