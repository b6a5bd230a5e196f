/**
 * What adding `more` to `sum` loses: Neumaier's compensation. Added up beside the sum and added to it at the end, it makes
 * the sum of many numbers as good as its last rounding.
 */
export function lostBy(sum: number, more: number): number {
  const total = sum + more;
  return Math.abs(sum) >= Math.abs(more) ? sum - total + more : more - total + sum;
}

/** A sum with its compensation; what overflowed stays so. */
export function settled(sum: number, lost: number): number {
  return Number.isFinite(sum) && Number.isFinite(lost) ? sum + lost : sum;
}

/** What a settled sum still lacks of the exact one: kept beside it, more can be added later without a loss. 0 of one that overflowed. */
export function restOf(sum: number, lost: number): number {
  const rest = lostBy(sum, lost);
  return Number.isFinite(rest) ? rest : 0;
}
