/**
 * What was promised and what was seen, and whether the two agree. Nothing here knows the server: a unit of writing is a
 * text, its rows are `<unit>/<row>`, and everything is judged by these texts.
 */

/** once: a repeated write changes nothing (QoS 2, or rows with their times); repeatable: it may be stored again (QoS 1). */
type Promised = "once" | "repeatable";
interface Unit {
  readonly device: string;
  readonly promised: Promised;
  /** Rows that stand or fall together. */
  readonly rows: number;
  acknowledged: boolean;
}

/** once: each stored row once and in order; least-once: each, repeated or not; some: none twice, in order, not all; least-some: in order, not all. */
export type Hearing = "once" | "least-once" | "some" | "least-some";

const rowsOf = (unit: string, rows: number): readonly string[] =>
  Array.from({ length: rows }, (_, row) => `${unit}/${row}`);
const unitOf = (row: string): string => row.slice(0, row.lastIndexOf("/"));

/** How often each text is there. */
function counted(texts: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const one of texts) found.set(one, (found.get(one) ?? 0) + 1);
  return found;
}

/** Every write, by its text. */
export class Ledger {
  private readonly units = new Map<string, Unit>();
  acknowledged = 0;

  /** @returns the rows to write */
  begin(unit: string, device: string, promised: Promised, rows = 1): readonly string[] {
    this.units.set(unit, { device, promised, rows, acknowledged: false });
    return rowsOf(unit, rows);
  }
  acknowledge(unit: string): void {
    const one = this.units.get(unit);
    if (one === undefined || one.acknowledged) return;
    one.acknowledged = true;
    this.acknowledged++;
  }

  /** Lines for what is stored of a device and should not be so, and for what is not stored and should be. */
  faultsOf(device: string, stored: readonly string[]): readonly string[] {
    const times = counted(stored);
    const lines: string[] = [];
    for (const [unit, one] of this.units) {
      if (one.device !== device) continue;
      const each = rowsOf(unit, one.rows).map((row) => times.get(row) ?? 0);
      const [first = 0] = each;
      if (each.some((n) => n !== first)) lines.push(`${unit} is stored in part: ${each.join(" ")}`);
      else if (first === 0 && one.acknowledged) lines.push(`${unit} was acknowledged and is lost`);
      else if (first > 1 && one.promised === "once") lines.push(`${unit} is stored ${first} times`);
    }
    for (const row of times.keys())
      if (this.units.get(unitOf(row))?.device !== device)
        lines.push(`${row} is stored and was never written to ${device}`);
    return lines;
  }
}

/** Lines for what a subscriber heard of a device that does not fit what is stored, in the order of time. */
export function faultsOfHearing(
  who: string,
  how: Hearing,
  stored: readonly string[],
  heard: readonly string[],
): readonly string[] {
  const firsts = (texts: readonly string[]) => [...new Set(texts)];
  const exact = how === "once" || how === "some";
  const [want, got] = exact ? [stored, heard] : [firsts(stored), firsts(heard)];
  const lines: string[] = [];
  let at = 0;
  for (const text of got) {
    const found = want.indexOf(text, at);
    if (found >= 0) at = found + 1;
    else lines.push(`${who}: ${text} came ${want.includes(text) ? "twice or out of order" : "and is not stored"}`);
  }
  if (lines.length === 0 && (how === "once" || how === "least-once") && got.length < want.length) {
    const there = new Set(got);
    const missing = want.filter((text) => !there.has(text));
    lines.push(`${who}: ${want.length - got.length} did not come, such as ${missing.slice(0, 3).join(", ")}`);
  }
  return lines;
}

/** Lines for what the members of a shared subscription heard together: each stored row once, in whatever order. */
export function faultsOfSharing(who: string, stored: readonly string[], heard: readonly string[]): readonly string[] {
  const want = counted(stored);
  const got = counted(heard);
  const lines: string[] = [];
  for (const [text, n] of want)
    if ((got.get(text) ?? 0) !== n)
      lines.push(`${who}: ${text} came ${got.get(text) ?? 0} times, and is stored ${n} times`);
  for (const text of got.keys()) if (!want.has(text)) lines.push(`${who}: ${text} came and is not stored`);
  return lines;
}
