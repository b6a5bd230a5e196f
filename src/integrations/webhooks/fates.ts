import { errorText } from "../../base/errors.ts";
import type { Actor } from "../../fleet/audit.ts";
import { changeWebhook, pauseWebhook } from "../../fleet/edit/webhooks.ts";
import type { Draughtsman } from "../../fleet/plan-draft.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { WebhookNeeds } from "./needs.ts";
import { accountKeyOf } from "./rights.ts";
import type { Teller } from "./teller.ts";

/** Who switches webhooks off and pauses them, for the audit log. */
const SERVER: Actor = { key: "server", name: "the server", from: null };

/** What the server decides of webhooks by itself: it is told, and put into the fleet, until that has worked. */
export class Fates {
  private readonly due = new Map<number, (draft: Draughtsman, row: Webhook) => void>();

  constructor(private readonly needs: Pick<WebhookNeeds, "directory" | "fleet" | "log" | "tell">) {}

  pause(row: Webhook, reason: string, teller: Teller): void {
    teller.notice(`It is paused. ${reason}`);
    this.tell(row, "paused", reason);
    this.due.set(row.uid, (draft, now) => pauseWebhook(draft, now, reason));
    void this.carryOut(row.uid);
  }
  switchOff(row: Webhook, reason: string, teller: Teller): void {
    teller.notice(`It is switched off. ${reason}`);
    this.tell(row, "off", reason);
    this.due.set(row.uid, (draft, now) => {
      const paused = { reason, since: draft.supplies.now, off: true } as const;
      changeWebhook(draft, now, { active: false, paused });
    });
    void this.carryOut(row.uid);
  }
  forget(uid: number): void {
    this.due.delete(uid);
  }
  /** Tries again what could not be stored. */
  tick(): void {
    for (const uid of this.due.keys()) void this.carryOut(uid);
  }

  private tell(row: Webhook, code: "paused" | "off", reason: string): void {
    const { log, tell, directory } = this.needs;
    const { name, workspace } = row;
    const slug = directory.workspace(workspace)?.slug ?? "";
    log.warn(
      { webhook: name, workspace: slug, reason },
      code === "off" ? "a webhook is switched off" : "a webhook is paused",
    );
    tell({ kind: "webhook", principal: accountKeyOf(row) ?? "", workspace, code, message: `${name}: ${reason}` });
  }
  private async carryOut(uid: number): Promise<void> {
    const change = this.due.get(uid);
    if (change === undefined) return;
    try {
      await this.needs.fleet.edit((draft) => {
        const row = draft.directory.row("webhook", uid);
        if (row !== undefined) change(draft, row);
      }, SERVER);
      if (this.due.get(uid) === change) this.due.delete(uid);
    } catch (error) {
      this.needs.log.error(
        { webhook: uid, error: errorText(error) },
        "the state of a webhook cannot be stored; it is tried again",
      );
    }
  }
}
