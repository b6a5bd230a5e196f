import type { Range } from "./types.ts";
import { Turns } from "../base/turns.ts";
import { parseZone, Zone } from "../measure/zone.ts";

/** Zones that are kept with the offsets that were looked up; a year of one is about a hundred numbers. */
const KEPT = 32;

/** The zones of requests, kept: what one question looked up costs the next one nothing. */
export class Zones {
  private readonly kept = new Map<string, Zone>();

  /**
   * @param name absent or empty: null
   * @throws Refusal invalid_request when there is no such zone
   */
  of(name: string | undefined): Zone | null {
    if (name === undefined || name === "") return null;
    const known = this.kept.get(name);
    if (known) {
      this.kept.delete(name);
      this.kept.set(name, known);
      return known;
    }
    const made = parseZone(name) ?? new Zone(name);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= KEPT && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(name, made);
    return made;
  }
}

/** Looks up what buckets of the range need, in short turns: of centuries it is much. */
export async function prepareZone(zone: Zone | null, { from, to }: Range): Promise<void> {
  if (zone === null) return;
  const turns = new Turns();
  // nothing is in a bucket before 2000
  for (const _ of zone.prepare(Math.max(from / 1000, Date.UTC(2000, 0, 1)), to / 1000))
    if (turns.due) await turns.next();
}
