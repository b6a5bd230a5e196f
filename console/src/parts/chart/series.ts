/** What a chart draws: times in seconds, and a value or nothing for each. */
export interface Drawn {
  readonly times: number[];
  readonly values: (number | null)[];
  /** Of a bucket; the same as the value where there are no buckets. */
  readonly least: (number | null)[];
  readonly most: (number | null)[];
}

/** A measurement, or the figures of a bucket. */
export interface Point {
  /** ms. */
  readonly time: number;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/** What is known of a series over a range. */
export interface Series {
  readonly points: readonly Point[];
  /** Width of a bucket, ms; 0: measurements as they are. */
  readonly step: number;
}

/** Longer than this many usual steps without a word is a gap. */
const GAP = 2.5;

/**
 * The line of a series: broken where the device was silent for longer than it usually is.
 * @param points in the order of time @param step ms that two points lie apart at least (the width of a bucket), 0: measurements
 */
export function lineOf(points: readonly Point[], step: number): Drawn {
  const usual = Math.max(step, median(points.slice(1).map(({ time }, n) => time - (points[n]?.time ?? time))));
  const drawn: Drawn = { times: [], values: [], least: [], most: [] };
  let before: number | null = null;
  for (const { time, value, least, most } of points) {
    if (before !== null && time - before > GAP * usual) add(drawn, (before + time) / 2, null, null, null);
    add(drawn, time, value, least, most);
    before = time;
  }
  return drawn;
}

function add(to: Drawn, time: number, value: number | null, least: number | null, most: number | null): void {
  to.times.push(time / 1000);
  to.values.push(value);
  to.least.push(least);
  to.most.push(most);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Several lines over one axis of time: uPlot's form. undefined: this line has no point there, and goes on through it. */
export function together(
  lines: readonly Drawn[],
  part: "values" | "least" | "most",
): [number[], (number | null | undefined)[][]] {
  const times = [...new Set(lines.flatMap((line) => line.times))].sort((a, b) => a - b);
  const at = new Map(times.map((time, n) => [time, n]));
  const columns = lines.map((line) => {
    const column: (number | null | undefined)[] = new Array(times.length).fill(undefined);
    for (const [n, time] of line.times.entries()) column[at.get(time) ?? 0] = line[part][n];
    return column;
  });
  return [times, columns];
}

/** The path of a small line without axes: 0 to `width`, 0 to `height`. Empty: there is nothing to draw. */
export function sparkPath(
  points: readonly { time: number; value: number }[],
  from: number,
  to: number,
  width: number,
  height: number,
): string {
  if (points.length < 2) return "";
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = (value: number) => (high === low ? height / 2 : height - 1 - ((value - low) / (high - low)) * (height - 2));
  const x = (time: number) => ((time - from) / (to - from)) * width;
  return points
    .map(({ time, value }, n) => `${n === 0 ? "M" : "L"}${x(time).toFixed(1)} ${y(value).toFixed(1)}`)
    .join("");
}
