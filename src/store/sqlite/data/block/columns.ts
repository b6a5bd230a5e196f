import type { Value } from "../../../../measure/types.ts";

/**
 * Points as columns, in strictly increasing time. `num`: numbers, 1 or 0 of a boolean, or latitudes; `num2`: longitudes.
 * `odd`: texts, or values of several kinds; then `num` is empty.
 */
export type Columns =
  | { readonly kind: "number" | "boolean"; readonly times: Float64Array; readonly num: Float64Array }
  | { readonly kind: "geo"; readonly times: Float64Array; readonly num: Float64Array; readonly num2: Float64Array }
  | { readonly kind: "text" | "mixed"; readonly times: Float64Array; readonly odd: readonly Value[] };

export const NO_POINTS: Columns = { kind: "number", times: new Float64Array(0), num: new Float64Array(0) };

/** One value. */
export function valueAt(c: Columns, i: number): Value {
  switch (c.kind) {
    case "number":
      return c.num[i] ?? 0;
    case "boolean":
      return c.num[i] === 1;
    case "geo":
      return { lat: c.num[i] ?? 0, lng: c.num2[i] ?? 0 };
    default:
      return c.odd[i] ?? "";
  }
}
export function valuesOf(c: Columns): Value[] {
  return Array.from(c.times, (_, i) => valueAt(c, i));
}

/** Values with their times, in the kind that fits all of them. */
export function columnsFrom(times: Float64Array, values: readonly Value[]): Columns {
  const kind = kindOf(values);
  switch (kind) {
    case "number":
    case "boolean":
      return { kind, times, num: Float64Array.from(values as (number | boolean)[], Number) }; // kindOf saw each of them
    case "geo": {
      const places = values as { lat: number; lng: number }[]; // kindOf saw each of them
      return {
        kind,
        times,
        num: Float64Array.from(places, (p) => p.lat),
        num2: Float64Array.from(places, (p) => p.lng),
      };
    }
    default:
      return { kind, times, odd: values };
  }
}
function kindOf(values: readonly Value[]): Columns["kind"] {
  const first = typeof values[0];
  if (!values.every((v) => typeof v === first)) return "mixed";
  return first === "boolean" ? "boolean" : first === "string" ? "text" : first === "object" ? "geo" : "number";
}

/** The points from index `low` to before `high`, without copying numbers. */
export function sliceOf(c: Columns, low: number, high: number): Columns {
  if (low === 0 && high >= c.times.length) return c;
  const times = c.times.subarray(low, high);
  switch (c.kind) {
    case "number":
    case "boolean":
      return { kind: c.kind, times, num: c.num.subarray(low, high) };
    case "geo":
      return { kind: c.kind, times, num: c.num.subarray(low, high), num2: c.num2.subarray(low, high) };
    default:
      return { kind: c.kind, times, odd: c.odd.slice(low, high) };
  }
}
/** The points with from <= time < to. */
export function within(c: Columns, from: number, to: number): Columns {
  return sliceOf(c, firstAtLeast(c.times, from), firstAtLeast(c.times, to));
}
/** The points without those of from <= time < to. */
export function without(c: Columns, from: number, to: number): Columns {
  const low = firstAtLeast(c.times, from);
  const high = Math.max(low, firstAtLeast(c.times, to));
  if (low === high) return c;
  return pick(c, [[low, high]]);
}
function pick(c: Columns, gaps: readonly (readonly [number, number])[]): Columns {
  const order: number[] = [];
  let at = 0;
  for (const [low, high] of gaps) {
    for (; at < low; at++) order.push(at);
    at = high;
  }
  for (; at < c.times.length; at++) order.push(at);
  return gather([c], Uint32Array.from(order));
}

/** Index of the first time >= `time`. */
export function firstAtLeast(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((times[mid] ?? 0) < time) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The rows of `order` (indexes into the pieces as if they were one after the other). */
function gather(pieces: readonly Columns[], order: Uint32Array): Columns {
  const all = concat(pieces);
  const take = (column: Float64Array): Float64Array => {
    const out = new Float64Array(order.length);
    for (let i = 0; i < order.length; i++) out[i] = column[order[i] ?? 0] ?? 0;
    return out;
  };
  const times = take(all.times);
  switch (all.kind) {
    case "number":
    case "boolean":
      return { kind: all.kind, times, num: take(all.num) };
    case "geo":
      return { kind: all.kind, times, num: take(all.num), num2: take(all.num2) };
    default:
      return { kind: all.kind, times, odd: Array.from(order, (i) => all.odd[i] ?? "") };
  }
}

/** Pieces one after the other, as they are: times need not ascend across pieces. */
export function concat(pieces: readonly Columns[]): Columns {
  const full = pieces.filter((p) => p.times.length > 0);
  const [first] = full;
  if (first === undefined) return NO_POINTS;
  if (full.length === 1) return first;
  const times = join(full.map((p) => p.times));
  if (full.some((p) => p.kind !== first.kind)) return { kind: "mixed", times, odd: full.flatMap(valuesOf) };
  // all pieces are of the first one's kind
  const num = (): Float64Array => join(full.map((p) => ("num" in p ? p.num : p.times)));
  switch (first.kind) {
    case "number":
    case "boolean":
      return { kind: first.kind, times, num: num() };
    case "geo":
      return { kind: first.kind, times, num: num(), num2: join(full.map((p) => ("num2" in p ? p.num2 : p.times))) };
    default:
      return { kind: first.kind, times, odd: full.flatMap((p) => ("odd" in p ? p.odd : [])) };
  }
}
function join(parts: readonly Float64Array[]): Float64Array {
  let n = 0;
  for (const p of parts) n += p.length;
  const out = new Float64Array(n);
  n = 0;
  for (const p of parts) {
    out.set(p, n);
    n += p.length;
  }
  return out;
}

/**
 * Pieces given in the order written become one in the order of time; of equal times the last written stays. Within a piece
 * times may have any order, unless it is said that they ascend.
 */
export function mergeColumns(pieces: readonly Columns[]): Columns {
  const full = pieces.filter((p) => p.times.length > 0);
  if (full.length === 0) return NO_POINTS;
  const all = full.length === 1 ? null : join(full.map((p) => p.times));
  const times = all ?? full[0]?.times ?? NO_POINTS.times;
  let ascending = true;
  for (let i = 1; i < times.length && ascending; i++) ascending = (times[i] ?? 0) > (times[i - 1] ?? 0);
  if (ascending) return concat(full);
  const order = sortedOrder(times);
  let n = 0;
  for (let i = 0; i < order.length; i++) {
    const same = i + 1 < order.length && times[order[i] ?? 0] === times[order[i + 1] ?? 0];
    if (!same) order[n++] = order[i] ?? 0;
  }
  return gather(full, order.subarray(0, n));
}

/** Indexes by time, equal times by index: natural runs, merged pair by pair. */
function sortedOrder(times: Float64Array): Uint32Array {
  const n = times.length;
  let from = new Uint32Array(n);
  let to = new Uint32Array(n);
  let starts: number[] = [];
  for (let i = 0; i < n; i++) {
    from[i] = i;
    if (i === 0 || (times[i] ?? 0) < (times[i - 1] ?? 0)) starts.push(i);
  }
  while (starts.length > 1) {
    const next: number[] = [];
    for (let k = 0; k < starts.length; k += 2) {
      const low = starts[k] ?? 0;
      const mid = starts[k + 1] ?? n;
      const high = starts[k + 2] ?? n;
      next.push(low);
      mergeRuns(times, from, to, low, mid, high);
    }
    starts = next;
    [from, to] = [to, from];
  }
  return from;
}
function mergeRuns(
  times: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  low: number,
  mid: number,
  high: number,
): void {
  let a = low;
  let b = mid;
  for (let i = low; i < high; i++) {
    const left = b >= high || (a < mid && (times[from[a] ?? 0] ?? 0) <= (times[from[b] ?? 0] ?? 0));
    to[i] = (left ? from[a++] : from[b++]) ?? 0;
  }
}
