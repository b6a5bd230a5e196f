import { SEVERITIES } from "../../fleet/rule-action-rows.ts";
import type { AlertOp, AlertQuery, StoredAlert, StoredTask } from "../ports.ts";

/** Alerts, and actions that are to be done, in memory. */
export class MemoryAlerts {
  private readonly alerts = new Map<number, StoredAlert>();
  private readonly waiting = new Map<number, StoredTask>();

  apply(op: AlertOp): void {
    switch (op.op) {
      case "alerts_put":
        for (const row of op.rows) this.alerts.set(row.id, { ...row });
        return;
      case "alerts_trim": {
        const closed = this.newestFirst().filter(({ state }) => state === "closed");
        const gone = closed.filter(({ changed }, i) => i >= op.most || changed < op.before);
        for (const { id } of gone) this.alerts.delete(id);
        return;
      }
      case "alerts_forget":
        for (const { id, device } of this.newestFirst()) if (op.devices.includes(device)) this.alerts.delete(id);
        return;
      case "tasks_put":
        for (const row of op.rows) this.waiting.set(row.id, { ...row });
        return;
      case "tasks_delete":
        for (const id of op.ids) this.waiting.delete(id);
        return;
      default:
        op satisfies never;
    }
  }
  private newestFirst(): StoredAlert[] {
    return [...this.alerts.values()].sort((a, b) => b.id - a.id);
  }
  /** See AlertStore.readAlerts. */
  read({ workspace, rule, device, states, least, since, until, before, limit }: AlertQuery): StoredAlert[] {
    const is = <T>(wanted: T | undefined, has: T) => wanted === undefined || wanted === has;
    return this.newestFirst()
      .filter(
        (row) =>
          is(workspace, row.workspace) &&
          is(rule, row.rule) &&
          is(device, row.device) &&
          (states === undefined || states.includes(row.state)) &&
          (least === undefined || SEVERITIES.indexOf(row.severity) >= SEVERITIES.indexOf(least)) &&
          (since === undefined || row.opened >= since) &&
          (until === undefined || row.opened < until) &&
          (before === undefined || row.id < before),
      )
      .slice(0, limit)
      .map((row) => ({ ...row }));
  }
  get(id: number): StoredAlert | null {
    return this.alerts.get(id) ?? null;
  }
  /** See AlertStore.readTasks. */
  tasks(after: number, limit: number): StoredTask[] {
    const rows = [...this.waiting.values()].filter(({ id }) => id > after).sort((a, b) => a.id - b.id);
    return rows.slice(0, limit).map((row) => ({ ...row }));
  }
}
