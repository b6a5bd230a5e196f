import type { JournalRow, StoreOp } from "../../store/ports.ts";
import { objectIn } from "../downlinks/stored.ts";
import { notificationsOf } from "./do-here.ts";
import type { AlertNeeds } from "./needs.ts";
import type { Notification } from "./types.ts";

/** Of a workspace that are kept. */
const KEPT = 500;

/** What people in the console are told. */
export class Notifications {
  private readonly listeners = new Set<(notification: Notification) => void>();
  /** Workspaces in which something was told since it was looked for what is too much. */
  private readonly grown = new Set<number>();

  constructor(private readonly needs: Pick<AlertNeeds, "store" | "commits" | "directory">) {
    for (const { uid } of needs.directory.workspaces()) this.grown.add(uid);
  }
  /** Hears of each when it is durable. Returns how to stop that. */
  watch(listener: (notification: Notification) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  tell(notification: Notification): void {
    this.grown.add(notification.workspace);
    for (const listener of this.listeners) listener(notification);
  }
  /** Newest first. @param before only numbers below this one */
  async list(workspace: number, before: number | undefined, limit: number): Promise<readonly Notification[]> {
    const rows = await this.needs.store.readJournal({ journal: notificationsOf(workspace), before, limit });
    return rows.flatMap((row: JournalRow) => (objectIn(row.body) as Notification | null) ?? []); // as it was put
  }
  /** The workspace is gone. */
  forget(workspace: number): StoreOp {
    this.grown.delete(workspace);
    return { op: "journal_trim", journal: notificationsOf(workspace), below: null };
  }
  /** Lets go of those beyond what is kept. */
  trim(): void {
    for (const workspace of this.grown) void this.trimOf(workspace).catch(() => this.grown.add(workspace));
    this.grown.clear();
  }
  private async trimOf(workspace: number): Promise<void> {
    const journal = notificationsOf(workspace);
    const rows = await this.needs.store.readJournal({ journal, limit: KEPT });
    const last = rows.at(-1);
    if (last !== undefined && rows.length === KEPT)
      this.needs.commits.tied({ op: "journal_trim", journal, below: last.key });
  }
}
