/** The data of the store's bench: seeded, streamed, the same for every engine. */

/** What a series measures; see `kindOf`. */
type SeriesKind = "number" | "boolean" | "text";

/** Columns of rows in the order in which they come; reused from one filling to the next. */
export interface Rows {
  readonly series: Uint32Array;
  /** µs */
  readonly time: Float64Array;
  /** Tenths of a number; 1 or 0 of a boolean; an index of `TEXTS`. */
  readonly value: Float64Array;
  /** How many rows of the columns are filled. */
  count: number;
}

export function createRows(capacity: number): Rows {
  const [series, time, value] = [new Uint32Array(capacity), new Float64Array(capacity), new Float64Array(capacity)];
  return { series, time, value, count: 0 };
}

/** 2025-01-01 UTC in µs. */
export const START = 1_735_689_600_000_000;
export const MINUTE = 60_000_000;
export const DAY = 1440 * MINUTE;

/** Of ten series eight are numbers, one is a boolean and one has texts. */
export function kindOf(series: number): SeriesKind {
  const digit = series % 10;
  return digit === 8 ? "boolean" : digit === 9 ? "text" : "number";
}

const STATES = ["off", "standby", "heating", "cooling", "ventilating", "defrosting", "manual", "maintenance"];
/** States of a machine, and rarer messages. */
export const TEXTS: readonly string[] = [
  ...STATES,
  ...Array.from({ length: 56 }, (_, i) => `E${100 + i}: pressure ${(1.5 + i / 10).toFixed(1)} bar out of range`),
];

/** What the rows of a generator are. */
export interface Plan {
  readonly seed: number;
  readonly firstSeries: number;
  readonly series: number;
  /** µs of the first round. */
  readonly start: number;
  /** Rounds, a minute apart; in each of them every series has one row. */
  readonly rounds: number;
}

export const rowsOf = (plan: Plan): number => plan.series * plan.rounds;

/**
 * Walks through a plan: numbers with one decimal walk at random, booleans and texts change now and then, and every reading comes
 * up to a second late, by whole milliseconds.
 */
export class Generator {
  private readonly state: Float64Array;
  private random: number;
  private round = 0;
  private next = 0;

  constructor(private readonly plan: Plan) {
    this.random = plan.seed | 0 || 1;
    this.state = Float64Array.from({ length: plan.series }, (_, i) => {
      const kind = kindOf(plan.firstSeries + i);
      return kind === "number" ? 150 + (this.draw() % 150) : kind === "boolean" ? 0 : i % STATES.length;
    });
  }

  /** xorshift32 */
  private draw(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x;
    return x >>> 0;
  }

  /** Fills the columns with the rows that come next; `count` is 0 when there are none left. */
  fill(rows: Rows): void {
    const { firstSeries, series, start, rounds } = this.plan;
    const room = rows.series.length;
    let at = 0;
    while (at < room && this.round < rounds) {
      const i = this.next;
      const draw = this.draw();
      rows.series[at] = firstSeries + i;
      rows.time[at] = start + this.round * MINUTE + (draw % 1000) * 1000;
      rows.value[at] = this.step(i, kindOf(firstSeries + i), draw >>> 10);
      at++;
      this.next = i + 1 === series ? 0 : i + 1;
      if (this.next === 0) this.round++;
    }
    rows.count = at;
  }

  private step(i: number, kind: SeriesKind, chance: number): number {
    const before = this.state[i] ?? 0;
    let now = before;
    if (kind === "number") now = Math.min(1500, Math.max(-400, before + (chance % 7) - 3));
    else if (kind === "boolean") now = chance % 64 === 0 ? 1 - before : before;
    else if (chance % 512 === 0) return STATES.length + (this.draw() % (TEXTS.length - STATES.length));
    else if (chance % 128 === 0) now = this.draw() % STATES.length;
    this.state[i] = now;
    return now;
  }
}
