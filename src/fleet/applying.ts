import { atOnce } from "../base/turns.ts";
import type { DirectoryListener } from "./applied.ts";
import { AT_ONCE, byProduct, type DeviceChange, partsOf } from "./many-devices.ts";
import { NodeIndex } from "./node-index.ts";
import type { FleetChange, FleetKind } from "./types.ts";

/** The part of the directory that applies commits, and tells who follows it. */
export abstract class Applying extends NodeIndex {
  private readonly listeners: DirectoryListener[] = [];

  /** Called after each apply, in the order of registration, with every effect of it. */
  onChange(listener: DirectoryListener): void {
    this.listeners.push(listener);
  }

  /**
   * Applies committed changes in their order, then tells the listeners, in the same turn.
   * @throws Error when a row names a parent that is not there: the store and the directory disagree
   */
  apply(changes: readonly FleetChange[]): void {
    atOnce(this.applyInSteps(changes));
  }
  /**
   * The same in steps; nothing else is applied meanwhile. All of it holds from one of them on, for whoever looks; behind it, what went
   * with a product is taken down, some at a time, and listeners hear of these devices and fields then (`isAftermath`).
   * Of many devices some take effect at a time: of a commit that is about nothing else, otherwise new ones, behind all else. New ones of a
   * product are there all at once; who may do what with them follows.
   */
  *applyInSteps(changes: readonly FleetChange[]): Generator<void, void> {
    const { devices, behind, others } = partsOf(changes, (uid) => this.deviceNodes.has(uid));
    if (others.length > 0 || devices.length === 0) {
      this.take(others);
      yield* this.tellListeners(false);
    }
    while (this.leaving.any) {
      yield;
      const gone = this.leaving.take(AT_ONCE);
      for (const device of gone.devices) this.takeDown(device);
      for (const field of gone.fields) this.removeField(field.row.uid);
      yield* this.tellListeners(false);
    }
    if (devices.length > 0) yield* this.applyMany(devices, behind);
  }
  private *applyMany(devices: readonly DeviceChange[], behind: readonly FleetChange[]): Generator<void, void> {
    for (const some of byProduct(devices, (uid) => this.deviceNodes.has(uid))) {
      const made = yield* this.makeMany(some);
      for (let i = 0; i < some.length; i += AT_ONCE) {
        if (made === null) this.take(some.slice(i, i + AT_ONCE));
        else this.made(made.slice(i, i + AT_ONCE));
        yield* this.tellListeners(true);
        yield;
      }
    }
    for (let i = 0; i < behind.length; i += AT_ONCE) {
      this.take(behind.slice(i, i + AT_ONCE));
      yield* this.tellListeners(true);
      yield;
    }
    yield* this.tellListeners(false);
  }
  private take(changes: readonly FleetChange[]): void {
    this.epoch++;
    this.applied = [];
    for (const change of changes) {
      if (change.op === "put") this.put(change);
      else this.remove(change.kind, change.uid);
    }
  }
  private *tellListeners(more: boolean): Generator<void, void> {
    const applied = this.applied;
    this.applied = [];
    for (const listener of this.listeners) yield* listener(applied, more) ?? [];
  }
  protected abstract put(change: FleetChange & { op: "put" }): void;
  protected abstract remove(kind: FleetKind, uid: number): void;
}
