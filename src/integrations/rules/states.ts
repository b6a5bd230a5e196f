import type { Micros } from "../../base/types.ts";
import { COLD, isCold, type RuleState } from "../../rules/machine.ts";
import type { JournalRow, JournalStore, StoreOp } from "../../store/ports.ts";
import { type Kept, type KeptOwn, newOwn, type OwnState, rowOf } from "./kept.ts";

/** What rules remember: of each device, and of themselves (device 0). A journal has what is not as in COLD. */

const JOURNAL = "rule states";
/** Rows that are read at once. */
const PIECE = 2000;

/** All states, in memory; what changed is handed over to the store with `ops`. */
export class RuleStates {
  private readonly byRule = new Map<number, Map<number, Kept>>();
  private readonly owns = new Map<number, KeptOwn>();
  /** Which rules remember something of a device. */
  private readonly byDevice = new Map<number, Set<number>>();
  private readonly changed = new Map<number, Kept | KeptOwn>();
  private readonly gone: number[] = [];
  private nextKey = 1;

  /** Reads all of them. @param isValid whether a rule with this stamp is there; what is not is returned, and dropped */
  async load(store: JournalStore, isValid: (rule: number, stamp: string) => boolean): Promise<Kept[]> {
    const stale: Kept[] = [];
    let before: number | undefined;
    for (;;) {
      const rows = await store.readJournal({ journal: JOURNAL, before, limit: PIECE });
      for (const row of rows) this.take(row, isValid, stale);
      before = rows.at(-1)?.key;
      if (before === undefined || rows.length < PIECE) return stale;
    }
  }
  private take({ key, body }: JournalRow, isValid: (rule: number, stamp: string) => boolean, stale: Kept[]): void {
    this.nextKey = Math.max(this.nextKey, key + 1);
    // written by `rowOf`
    const [rule, device, stamp, state] = JSON.parse(body) as [number, number, string, Partial<RuleState & OwnState>];
    const isOwn = device === 0 && "runs" in state;
    const kept: Kept = { key, rule, device, stamp, state: { ...COLD, ...state } };
    if (!isValid(rule, stamp)) {
      this.gone.push(key);
      if (!isOwn) stale.push(kept);
    } else if (isOwn) {
      this.owns.set(rule, { key, rule, stamp, own: { ...newOwn(), ...state } });
    } else this.add(kept);
  }
  private add(kept: Kept): void {
    const { rule, device } = kept;
    const of = this.byRule.get(rule) ?? new Map<number, Kept>();
    this.byRule.set(rule, of);
    of.set(device, kept);
    const rules = this.byDevice.get(device) ?? new Set<number>();
    this.byDevice.set(device, rules);
    rules.add(rule);
  }

  /** Undefined: nothing is remembered. */
  find(rule: number, device: number): RuleState | undefined {
    return this.byRule.get(rule)?.get(device)?.state;
  }
  /** uids of devices with their states. */
  *of(rule: number): Generator<readonly [device: number, state: RuleState]> {
    for (const [device, { state }] of this.byRule.get(rule) ?? []) yield [device, state];
  }
  rulesOf(device: number): readonly number[] {
    return [...(this.byDevice.get(device) ?? [])];
  }
  /** What changed in a state is to be stored; what is cold is forgotten. */
  put(rule: number, device: number, stamp: string, state: RuleState): void {
    const known = this.byRule.get(rule)?.get(device);
    if (isCold(state)) {
      if (known !== undefined) this.drop(known);
      return;
    }
    const kept = known ?? { key: this.nextKey++, rule, device, stamp, state: { ...state } };
    if (known === undefined) this.add(kept);
    this.changed.set(kept.key, kept);
  }
  own(rule: number, stamp: string): OwnState {
    const known = this.owns.get(rule) ?? { key: this.nextKey++, rule, stamp, own: newOwn() };
    this.owns.set(rule, known);
    return known.own;
  }
  /** When it was stopped as a loop last; null: never, or what it says was changed since. */
  loopOf(rule: number): Micros | null {
    return this.owns.get(rule)?.own.loop ?? null;
  }
  /** @param at null: what it does is another thing now */
  putLoop(rule: number, stamp: string, at: Micros | null): void {
    if (this.loopOf(rule) === at) return;
    this.own(rule, stamp).loop = at;
    this.putOwn(rule);
  }
  putOwn(rule: number): void {
    const kept = this.owns.get(rule);
    if (kept !== undefined) this.changed.set(kept.key, kept);
  }
  private drop({ key, rule, device }: Kept): void {
    this.byRule.get(rule)?.delete(device);
    const rules = this.byDevice.get(device);
    rules?.delete(rule);
    if (rules?.size === 0) this.byDevice.delete(device);
    this.changed.delete(key);
    this.gone.push(key);
  }
  /** What a rule remembers of a device is over. */
  forget(rule: number, device: number): void {
    const known = this.byRule.get(rule)?.get(device);
    if (known !== undefined) this.drop(known);
  }
  /** All that a rule remembers is over. */
  forgetRule(rule: number): void {
    for (const kept of [...(this.byRule.get(rule)?.values() ?? [])]) this.drop(kept);
    this.byRule.delete(rule);
    const own = this.owns.get(rule);
    if (own === undefined) return;
    this.owns.delete(rule);
    this.changed.delete(own.key);
    this.gone.push(own.key);
  }

  get count(): number {
    return [...this.byRule.values()].reduce((sum, { size }) => sum + size, 0);
  }
  /** What changed since the last time, for the commit that is being collected. */
  ops(time: Micros): StoreOp[] {
    const ops: StoreOp[] = [];
    if (this.changed.size > 0)
      ops.push({
        op: "journal_put",
        journal: JOURNAL,
        rows: [...this.changed.values()].map((one) => rowOf(one, time)),
      });
    if (this.gone.length > 0) ops.push({ op: "journal_delete", journal: JOURNAL, keys: this.gone.splice(0) });
    this.changed.clear();
    return ops;
  }
}
