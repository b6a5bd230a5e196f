import type { Micros } from "../base/types.ts";

/** Whether a device's own client is connected: one of the two facts of its presence; the other is *seen*. */
export interface Connected {
  readonly connected: boolean;
  /** µs of the last change to connected, and from it; null: never. */
  readonly connectedAt: Micros | null;
  readonly disconnectedAt: Micros | null;
  /** Grows with each change, also across restarts: of two pieces of news the one with the higher number is newer. */
  readonly number: number;
}
const NEVER: Connected = { connected: false, connectedAt: null, disconnectedAt: null, number: 0 };

/** Facts by the dense index of devices, packed: there may be a million of them. 0 stands for never. */
export class Facts {
  private connected = new Uint8Array(0);
  private connectedAt = new Float64Array(0);
  private disconnectedAt = new Float64Array(0);
  private number = new Float64Array(0);

  get(index: number): Connected {
    const number = this.number[index] ?? 0;
    if (number === 0) return NEVER;
    return {
      connected: this.connected[index] === 1,
      connectedAt: this.connectedAt[index] || null,
      disconnectedAt: this.disconnectedAt[index] || null,
      number,
    };
  }
  put(index: number, fact: Connected): void {
    if (index >= this.number.length) this.grow(index + 1);
    this.connected[index] = fact.connected ? 1 : 0;
    this.connectedAt[index] = fact.connectedAt ?? 0;
    this.disconnectedAt[index] = fact.disconnectedAt ?? 0;
    this.number[index] = fact.number;
  }
  private grow(least: number): void {
    const size = Math.max(64, least, this.number.length * 2);
    const connected = new Uint8Array(size);
    connected.set(this.connected);
    this.connected = connected;
    const bigger = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(size);
      next.set(old);
      return next;
    };
    this.connectedAt = bigger(this.connectedAt);
    this.disconnectedAt = bigger(this.disconnectedAt);
    this.number = bigger(this.number);
  }
}
