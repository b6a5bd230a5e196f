/**
 * Largest-Triangle-Three-Buckets: the points that a line through them needs to look like the line through all.
 * S. Steinarsson, "Downsampling Time Series for Visual Representation", University of Iceland, 2013, section 4.2.
 * @param times strictly ascending
 * @param values one for each time
 * @param points how many to keep, at least 2
 * @returns their indices, ascending: the first and the last are always kept; all of them when there are no more than `points`
 */
export function lttb(times: Float64Array, values: ArrayLike<number>, points: number): Uint32Array {
  const n = times.length;
  if (n <= points) return Uint32Array.from({ length: n }, (_, i) => i);
  const kept = new Uint32Array(points);
  kept[points - 1] = n - 1;
  const width = (n - 2) / (points - 2);
  let chosen = 0;
  for (let bucket = 0; bucket < points - 2; bucket++) {
    const from = Math.floor(bucket * width) + 1;
    const to = Math.floor((bucket + 1) * width) + 1;
    const next = centre(times, values, to, Math.min(Math.floor((bucket + 2) * width) + 1, n));
    chosen = largest(times, values, from, to, chosen, next);
    kept[bucket + 1] = chosen;
  }
  return kept;
}

interface Spot {
  readonly time: number;
  readonly value: number;
}

/** The mean of the points [from, to). Values are divided before they are added: the sum of large ones has no number. */
function centre(times: Float64Array, values: ArrayLike<number>, from: number, to: number): Spot {
  const count = to - from;
  const base = times[from] ?? 0;
  let time = 0;
  let value = 0;
  for (let i = from; i < to; i++) {
    time += (times[i] ?? 0) - base;
    value += (values[i] ?? 0) / count;
  }
  return { time: base + time / count, value };
}

/** The point of [from, to) that spans the largest triangle with the one chosen before and the next centre. */
function largest(
  times: Float64Array,
  values: ArrayLike<number>,
  from: number,
  to: number,
  before: number,
  next: Spot,
): number {
  const time = times[before] ?? 0;
  const value = values[before] ?? 0;
  const dt = time - next.time;
  const dv = next.value - value;
  let best = from;
  let most = -1;
  for (let i = from; i < to; i++) {
    const area = Math.abs(dt * ((values[i] ?? 0) - value) - (time - (times[i] ?? 0)) * dv);
    if (area > most) {
      most = area;
      best = i;
    }
  }
  return best;
}
