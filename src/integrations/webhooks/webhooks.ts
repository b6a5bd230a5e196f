import { errorText, Refusal } from "../../base/errors.ts";
import type { AppliedChange } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Webhook, WebhookEvent } from "../../fleet/types.ts";
import { forgetBook } from "./book.ts";
import { Fates } from "./fates.ts";
import type { WebhookNeeds } from "./needs.ts";
import { OpenHook } from "./open-hook.ts";
import { sendAgain } from "./replay.ts";
import type { SideEvent } from "./side.ts";
import { statusOf } from "./status.ts";
import { preview, tryOut } from "./try-out.ts";
import type { DeadLetter, WebhookCall, WebhookPort, WebhookStatus, WebhookTest } from "./types.ts";

/** All webhooks: follows the fleet, tells each of what happens, answers what people ask. */
export class Webhooks implements WebhookPort {
  private readonly open = new Map<number, OpenHook>();
  private readonly fates: Fates;
  private readonly replaying = new Set<number>();
  private isStopped = false;

  constructor(private readonly needs: WebhookNeeds) {
    this.fates = new Fates(needs);
  }

  /** Begins with those that the fleet has; forgets what is left of others. */
  start(): void {
    const { directory, consumers } = this.needs;
    const names = [...consumers.lags()].map(([name]) => name);
    for (const name of names) {
      const uid = Number(/^webhook:(\d+)$/.exec(name)?.[1] ?? 0);
      if (uid === 0) continue;
      const row = directory.row("webhook", uid);
      if (row === undefined) this.forget(uid);
      if (row?.active !== true) consumers.remove(name);
    }
    for (const row of directory.all("webhook")) this.add(row);
    directory.onChange((changes) => this.follow(changes));
  }
  private follow(changes: readonly AppliedChange[]): void {
    const gone = changes.flatMap((one) => (one.kind === "device" && one.op === "delete" ? [one.uid] : []));
    if (gone.length > 0) for (const hook of this.open.values()) hook.forgetDevices(gone);
    for (const change of changes) {
      if (change.kind !== "webhook") continue;
      if (change.op === "put") {
        const known = this.open.get(change.row.uid);
        if (known === undefined) this.add(change.row);
        else known.follow(change.row);
        continue;
      }
      this.open.get(change.uid)?.end();
      this.open.delete(change.uid);
      this.fates.forget(change.uid);
      this.forget(change.uid);
    }
  }
  private forget(uid: number): void {
    for (const op of forgetBook(uid)) this.needs.operation(op);
  }
  private add(row: Webhook): void {
    const hook = new OpenHook(this.needs, row, {
      pause: (reason, teller) => this.fates.pause(hook.row, reason, teller),
      switchOff: (reason, teller) => this.fates.switchOff(hook.row, reason, teller),
    });
    this.open.set(row.uid, hook);
    hook.load().catch((error: unknown) => {
      this.needs.log.error(
        { webhook: row.name, error: errorText(error) },
        "the books of a webhook cannot be read; it does not send",
      );
    });
  }

  /** About once a second. */
  tick(): void {
    for (const hook of this.open.values()) hook.tick();
    this.fates.tick();
  }
  /** What is on its way is tried again after the next start. */
  stop(): void {
    this.isStopped = true;
    for (const hook of this.open.values()) {
      hook.teller.flush();
      hook.stop();
    }
  }

  /**
   * Tells of an event that is not in the feed. Resolves when it is kept for all that want it; rejects with storage_unavailable.
   * @param workspace uid @param made once for each webhook; null: that one is not told
   */
  async event(
    event: WebhookEvent,
    workspace: number,
    made: (hook: Webhook, mayView: (device: DeviceNode) => boolean) => SideEvent | null,
  ): Promise<void> {
    let isKept = false;
    for (const hook of this.open.values()) {
      if (hook.row.workspace !== workspace || !hook.row.events.includes(event)) continue;
      const one = made(hook.row, hook.mayView());
      if (one !== null && hook.side.add(one)) isKept = true;
    }
    if (isKept) await this.needs.durable();
  }
  readonly preview: WebhookPort["preview"] = (row, event) => preview(this.needs, row, event);
  status(uid: number): WebhookStatus | null {
    const open = this.open.get(uid);
    return open === undefined ? null : statusOf(this.needs, open);
  }
  whyNever(url: string): string | null {
    return this.needs.post.whyNever(url);
  }
  async calls(uid: number, before: number | undefined, limit: number): Promise<WebhookCall[]> {
    return (await this.written(uid)).book.calls(before, limit);
  }
  async deadLetters(uid: number, before: number | undefined, limit: number): Promise<DeadLetter[]> {
    return (await this.written(uid)).book.readLetters(before, limit);
  }
  async discard(uid: number, letter: number | null): Promise<number> {
    const hook = this.of(uid);
    const count = hook.book.discard(letter);
    hook.teller.flush();
    await this.needs.durable();
    return count;
  }
  async replay(uid: number, letter: number | null): Promise<number> {
    const hook = await this.written(uid);
    const keys = letter === null ? hook.book.letters.keys : hook.book.letters.keys.filter((key) => key === letter);
    if (keys.length === 0 || this.replaying.has(uid)) return keys.length;
    this.replaying.add(uid);
    void sendAgain(this.needs, hook, keys, () => !this.isStopped).finally(() => this.replaying.delete(uid));
    return keys.length;
  }
  async test(uid: number, event: WebhookEvent | undefined): Promise<WebhookTest> {
    return tryOut(this.needs, this.of(uid), event);
  }

  private of(uid: number): OpenHook {
    const hook = this.open.get(uid);
    if (hook === undefined) throw new Refusal("not_found", "There is no such webhook.");
    return hook;
  }
  /** Everything that it noted so far is in the file. */
  private async written(uid: number): Promise<OpenHook> {
    const hook = this.of(uid);
    hook.teller.flush();
    await this.needs.durable();
    return hook;
  }
}
