/**
 * The known name that a mistyped one most likely meant, or undefined when none is near.
 * Letters count, not how words are joined: `max_paket` is near `--max-packet`.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = bare(name);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(wanted, bare(candidate));
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^fieldcast_/, "")
    .replace(/[^a-z0-9]/g, "")
    .slice(0, 64);
}

/** Levenshtein's: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      // rows are full up to b.length, so no index is outside
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!; // as above
}
