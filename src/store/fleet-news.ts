import type { FleetChange } from "../fleet/types.ts";
import type { FleetTold } from "./ports.ts";

/** Changes of one line. */
const AT_ONCE = 200;
const NEWLINE = 10;

/** Changes as lines of JSON, some in each. */
export function linesOf(changes: readonly FleetChange[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < changes.length; i += AT_ONCE) lines.push(JSON.stringify(changes.slice(i, i + AT_ONCE)));
  return lines;
}
/** What a transaction tells, as bytes: a line of JSON with all but its changes, and those of its changes. @param lines see linesOf */
export function fleetNews(told: Omit<FleetTold, "changes">, lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode([JSON.stringify(told), ...lines].join("\n"));
}

/** The same, read in short steps. @throws SyntaxError when the bytes are not such */
export function* readFleetNews(bytes: Uint8Array): Generator<void, FleetTold> {
  const text = new TextDecoder();
  const changes: FleetChange[] = [];
  let first: Omit<FleetTold, "changes"> | null = null;
  for (let from = 0; from < bytes.length; ) {
    const next = bytes.indexOf(NEWLINE, from);
    const end = next < 0 ? bytes.length : next;
    // as fleetNews wrote it
    const line = JSON.parse(text.decode(bytes.subarray(from, end)));
    if (first === null) first = line;
    else for (const change of line as FleetChange[]) changes.push(change);
    from = end + 1;
    yield;
  }
  if (first === null) throw new SyntaxError("a change of the fleet without a word");
  return { ...first, changes };
}
