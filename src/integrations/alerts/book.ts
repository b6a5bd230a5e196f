import { InTurn } from "../../base/in-turn.ts";
import type { AppliedChange } from "../../fleet/applied.ts";
import type { AlertQuery, StoreOp, StoredAlert } from "../../store/ports.ts";
import { Draft, placeOf } from "./draft.ts";
import { closed } from "./life.ts";
import type { AlertNeeds } from "./needs.ts";
import { NUMBERS, Numbers } from "./numbers.ts";
import { alertIn, rowOf } from "./stored.ts";
import type { Alert } from "./types.ts";

/** Rows that are read at once. */
const PIECE = 1000;
/** Alerts that are not closed, of the instance: more are not opened. */
const MOST_ACTIVE = 100_000;

/** The alerts that are not closed, in memory, and all of them in the store. What is told to anybody is durable. */
export class AlertBook {
  private readonly byPlace = new Map<string, Alert>();
  private readonly byId = new Map<number, Alert>();
  private readonly turns = new InTurn();
  private readonly listeners = new Set<(alert: Alert) => void>();
  readonly numbers = new Numbers();

  constructor(private readonly needs: AlertNeeds) {}

  /** Hears of each change of an alert when it is durable. Returns how to stop that. */
  onChange(listener: (alert: Alert) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  /** Goes on with what the store has. */
  async load(): Promise<void> {
    const { store, log } = this.needs;
    const [[numbers], [newest]] = await Promise.all([
      store.readJournal({ journal: NUMBERS, limit: 1 }),
      store.readAlerts({ limit: 1 }),
    ]);
    this.numbers.load(numbers, newest?.id ?? 0);
    for (let before: number | undefined; ; ) {
      const rows: readonly StoredAlert[] = await store.readAlerts({
        states: ["open", "acknowledged"],
        before,
        limit: PIECE,
      });
      for (const row of rows) {
        const alert = alertIn(row);
        if (alert === null) log.warn({ alert: row.id }, "a stored alert cannot be read, and is passed over");
        else this.set(alert);
      }
      before = rows.at(-1)?.id;
      if (before === undefined || rows.length < PIECE) return;
    }
  }

  active(rule: number, device: number): Alert | null {
    return this.byPlace.get(placeOf({ rule, device })) ?? null;
  }
  /** One by its number that is not closed. */
  known(id: number): Alert | null {
    return this.byId.get(id) ?? null;
  }
  /** Those that are not closed. */
  all(): IterableIterator<Alert> {
    return this.byId.values();
  }
  get isFull(): boolean {
    return this.byId.size >= MOST_ACTIVE;
  }
  /** One by its number, closed ones too; null: there is none. */
  async find(id: number): Promise<Alert | null> {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const row = await this.needs.store.readAlert(id);
    return row === null ? null : alertIn(row);
  }
  /** As the store has them. */
  async list(query: AlertQuery): Promise<readonly Alert[]> {
    return (await this.needs.store.readAlerts(query)).flatMap((row) => alertIn(row) ?? []);
  }

  /**
   * Changes alerts, one change after the other: what is drafted is durable when it resolves, and told.
   * @throws Refusal (rejects) storage_unavailable: nothing has changed
   */
  change<T>(draw: (draft: Draft) => T): Promise<T> {
    return this.turns.run(async () => {
      const draft = new Draft(this);
      const answer = draw(draft);
      const rows = [...draft.changed.values()].map(rowOf);
      if (rows.length === 0 && draft.ops.length === 0) return answer;
      const { commits } = this.needs;
      if (rows.length > 0) commits.tied({ op: "alerts_put", rows });
      for (const op of draft.ops) commits.tied(op);
      commits.tied(this.numbers.op(this.needs.clock.micros()));
      await commits.durable();
      for (const alert of draft.changed.values()) this.set(alert);
      for (const alert of draft.changed.values()) for (const listener of this.listeners) listener(alert);
      return answer;
    });
  }
  private set(alert: Alert): void {
    if (alert.state === "closed") {
      this.byId.delete(alert.id);
      if (this.active(alert.rule, alert.device)?.id === alert.id) this.byPlace.delete(placeOf(alert));
      return;
    }
    this.byId.set(alert.id, alert);
    this.byPlace.set(placeOf(alert), alert);
  }

  /** Devices that are gone take their alerts along; those of rules that are gone are closed. */
  follow(changes: readonly AppliedChange[]): readonly StoreOp[] {
    const gone = (wanted: "device" | "rule") =>
      new Set(changes.flatMap((one) => (one.op === "delete" && one.kind === wanted ? [one.uid] : [])));
    return this.forget(gone("device"), gone("rule"));
  }
  private forget(devices: ReadonlySet<number>, rules: ReadonlySet<number>): readonly StoreOp[] {
    if (devices.size > 0)
      for (const alert of [...this.byId.values()])
        if (devices.has(alert.device)) this.set({ ...alert, state: "closed" });
    if (rules.size > 0) void this.closeOf(rules);
    return devices.size === 0 ? [] : [{ op: "alerts_forget", devices: [...devices] }];
  }
  /** What a kill left of devices and rules that are gone. */
  swept(isRule: (uid: number) => boolean): readonly StoreOp[] {
    const { directory } = this.needs;
    const alerts = [...this.byId.values()];
    const devices = alerts.filter(({ device }) => device !== 0 && directory.deviceByUid(device) === undefined);
    const rules = alerts.filter(({ rule }) => !isRule(rule));
    return this.forget(new Set(devices.map(({ device }) => device)), new Set(rules.map(({ rule }) => rule)));
  }
  private closeOf(rules: ReadonlySet<number>): Promise<void> {
    return this.change((draft) => {
      const now = this.needs.clock.micros();
      for (const alert of this.byId.values())
        if (rules.has(alert.rule)) draft.put(closed(alert, null, "The rule was deleted.", now));
    }).catch(() => {
      this.needs.later(() => void this.closeOf(rules), REST_MS);
    });
  }
}
/** ms until what the store refused is tried again. */
const REST_MS = 1000;
