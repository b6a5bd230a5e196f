/** What somebody most likely meant, for a sentence at the end of a message. What it costs is bounded: clients choose the words. */

/** Candidates that are looked at. */
const MOST = 500;
/** Characters of a word that is looked at. */
const LONGEST = 64;

/**
 * ` Did you mean DOOR?` for DOR; "" when nothing is near.
 * @param known only what may be seen by who asks: a suggestion tells that it exists
 */
export function didYouMean(word: string, known: Iterable<string>): string {
  const guess = near(word, known);
  return guess === null ? "" : ` Did you mean ${guess}?`;
}

/**
 * The known word with the fewest letters to change: a third of them at most, and never more than three. Otherwise the only one that
 * begins with the word, or with which it begins. Letters and digits count, neither case nor how words are joined: `max_paket` is
 * near `--max-packet`.
 */
export function near(word: string, known: Iterable<string>): string | null {
  const wanted = bare(word);
  if (wanted === "" || wanted.length > LONGEST) return null;
  let best: string | null = null;
  let least = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  const alike: string[] = [];
  let seen = 0;
  for (const candidate of known) {
    if (++seen > MOST) break;
    const name = bare(candidate);
    const shorter = Math.min(name.length, wanted.length);
    if (shorter >= 3 && (name.startsWith(wanted) || wanted.startsWith(name))) alike.push(candidate);
    // of two letters one must be right
    if (shorter < 2 && name !== wanted) continue;
    const steps = distance(wanted, name, least);
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best ?? (alike.length === 1 ? (alike[0] ?? null) : null);
}

/** What is compared; that a variable of the environment is one of ours says nothing. */
function bare(name: string): string {
  return name
    .slice(0, 2 * LONGEST)
    .toLowerCase()
    .replace(/^fieldcast_/, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Letters to add, drop, change, or swap with their neighbour; `most` when it is that or more. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      // rows are full up to b.length, so no index is outside
      let steps = Math.min(
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        steps = Math.min(steps, (before[j - 2] as number) + 1);
      next[j] = steps;
      if (steps < least) least = steps;
    }
    if (least >= most) return most;
    [before, row] = [row, next];
  }
  return Math.min(most, row[b.length] as number); // as above
}
