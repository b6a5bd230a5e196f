import type { Micros } from "../../base/types.ts";

/** Writes of one field of a device that are remembered: more than can be on their way. */
const MOST_WRITES = 8;
/** Fields of devices that are remembered: of more the ones that were written longest ago are forgotten. */
const MOST_FIELDS = 100_000;

/** How many writes of rules led to a value that a rule wrote, so that rules which trigger each other are stopped. */
export class Depths {
  private readonly writes = new Map<string, { time: Micros; depth: number }[]>();

  /** A rule has written a field. @param time of the row */
  wrote(device: number, field: number, time: Micros, depth: number): void {
    const key = `${device}:${field}`;
    const own = [...(this.writes.get(key) ?? []), { time, depth }].slice(-MOST_WRITES);
    this.writes.delete(key);
    this.writes.set(key, own);
    const [oldest] = this.writes.keys();
    if (this.writes.size > MOST_FIELDS && oldest !== undefined) this.writes.delete(oldest);
  }
  /** Of the value of a field with this time; 0: no rule wrote it. */
  of(device: number, field: number, time: Micros): number {
    return this.writes.get(`${device}:${field}`)?.find((one) => one.time === time)?.depth ?? 0;
  }
}
