import type { AppliedChange } from "../../fleet/applied.ts";
import type { Happening } from "../../rules/types.ts";
import type { StoreOp } from "../../store/ports.ts";
import { AlertBook } from "./book.ts";
import { Doers } from "./doers.ts";
import type { DoingNeeds } from "./doing.ts";
import { acknowledged, closed } from "./life.ts";
import { Notifications } from "./notifications.ts";
import type { AlertPort, AlertWatcher } from "./port.ts";
import { Runner } from "./runner.ts";
import type { TakingNeeds } from "./needs.ts";
import { Taking } from "./taking.ts";
import { tryAction } from "./trying.ts";
import type { Alert, AlertActor } from "./types.ts";

/** What is kept of alerts that are closed. */
interface AlertKeeping {
  /** µs */
  readonly keep: number;
  readonly most: number;
}
type Needs = TakingNeeds & Omit<DoingNeeds, "notify">;

/** Ticks between two looks for what is too old. */
const TRIM_EVERY = 600;

/** Alerts and the actions of rules. */
export class Alerts implements AlertPort {
  readonly book: AlertBook;
  readonly notifications: Notifications;
  private readonly taking: Taking;
  private readonly runner: Runner;
  private readonly doers: Doers;
  private ticks = 0;

  constructor(
    private readonly needs: Needs,
    private readonly keeping: AlertKeeping,
  ) {
    this.book = new AlertBook(needs);
    this.notifications = new Notifications(needs);
    this.doers = new Doers({ ...needs, notify: (one) => this.notifications.tell(one) });
    this.runner = new Runner(needs, this.doers);
    this.taking = new Taking(needs, this.book, (tasks) => this.runner.add(tasks));
    needs.metrics.alerts.active = () => this.book.all();
  }

  /** Goes on with what the store has; nothing is done before `start`. */
  async load(): Promise<void> {
    await this.book.load();
    await this.runner.load((task) => this.book.numbers.given(task));
  }
  start(): void {
    for (const op of this.book.swept((uid) => this.needs.ruleOf(uid) !== undefined)) this.needs.commits.tied(op);
    this.taking.start();
    this.runner.start();
  }
  /** About once a second. */
  tick(): void {
    this.runner.pump();
    if (this.ticks++ % TRIM_EVERY > 0) return;
    const { keep, most } = this.keeping;
    this.needs.commits.tied({ op: "alerts_trim", before: this.needs.clock.trusted() - keep, most });
    this.notifications.trim();
  }
  async stop(): Promise<void> {
    this.taking.stop();
    await this.runner.stop();
  }

  /** What happened to rules, when it is in the store. */
  take(rows: readonly Happening[]): void {
    this.taking.take(rows);
  }
  /** Devices and rules that are gone. */
  follow(changes: readonly AppliedChange[]): readonly StoreOp[] {
    const gone = (kind: AppliedChange["kind"]) =>
      new Set(changes.flatMap((one) => (one.op === "delete" && one.kind === kind ? [one.uid] : [])));
    const told = [...gone("workspace")].map((uid) => this.notifications.forget(uid));
    return [...this.book.follow(changes), ...this.runner.forget(gone("device"), gone("rule")), ...told];
  }

  active(): Iterable<Alert> {
    return this.book.all();
  }
  readonly find: AlertPort["find"] = (id) => this.book.find(id);
  readonly list: AlertPort["list"] = (query) => this.book.list(query);
  readonly tryAction: AlertPort["tryAction"] = (trial) => tryAction(this.needs, this.doers, trial);
  readonly notified: AlertPort["notified"] = (...which) => this.notifications.list(...which);
  now(): number {
    return this.needs.clock.micros();
  }
  watch(watcher: AlertWatcher): () => void {
    const stops = [
      this.book.onChange((alert) => watcher.alert(alert)),
      this.notifications.watch((notification) => watcher.notification(notification)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** @returns as it is then; null: there is none @throws Refusal storage_unavailable */
  acknowledge(id: number, by: AlertActor, note: string | null): Promise<Alert | null> {
    return this.changed(id, (alert) => acknowledged(alert, by, note, this.needs.clock.micros()));
  }
  /** The same. */
  close(id: number, by: AlertActor, note: string | null): Promise<Alert | null> {
    return this.changed(id, (alert) => closed(alert, by, note, this.needs.clock.micros()));
  }
  private async changed(id: number, change: (alert: Alert) => Alert): Promise<Alert | null> {
    // one that is closed does not change any more
    const over = await this.book.find(id);
    if (over === null || over.state === "closed") return over;
    return this.book.change((draft) => {
      const now = this.book.known(id);
      if (now === null) return over;
      const next = change(now);
      if (next !== now) draft.put(next);
      return next;
    });
  }
}
