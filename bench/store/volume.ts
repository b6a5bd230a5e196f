/** How much data; every number is a flag. */
export interface StoreVolume {
  /** Series of the history that all engines hold, a measurement a minute for so many days. */
  readonly series: number;
  readonly days: number;
  /** Series of the history that fieldcast alone holds, and days of a year. */
  readonly "year-series": number;
  readonly "year-days": number;
  /** Rows a commit. */
  readonly commit: number;
  /** Rows a commit where they are many, and how many of them. */
  readonly bulk: number;
  readonly "bulk-commits": number;
  /** Commits of 2 to 5 rows. */
  readonly small: number;
  /** Series of which one day is read. */
  readonly wide: number;
  /** Series of which the newest value is read. */
  readonly many: number;
  /** Rows a second where commits are watched, and for how many seconds. */
  readonly rate: number;
  readonly seconds: number;
  /** Unsealed rows that are sealed meanwhile; the server lets as many gather. */
  readonly backlog: number;
  /** Questions for one series' day. */
  readonly questions: number;
}

export const DEFAULT_VOLUME: StoreVolume = {
  series: 100,
  days: 90,
  "year-series": 100,
  "year-days": 365,
  commit: 2_000,
  bulk: 20_000,
  "bulk-commits": 100,
  small: 20_000,
  wide: 1_000,
  many: 10_000,
  rate: 100_000,
  seconds: 8,
  backlog: 1_000_000,
  questions: 200,
};

/** A smoke run: shows that everything works, not how fast. */
export const QUICK_VOLUME: StoreVolume = {
  ...DEFAULT_VOLUME,
  series: 20,
  days: 10,
  "year-series": 10,
  "year-days": 30,
  "bulk-commits": 5,
  small: 300,
  wide: 20,
  many: 200,
  seconds: 0.5,
  backlog: 100_000,
  questions: 20,
};

/** Half a billion measurements, and as many small commits as a thousand rows a second make in five minutes. */
export const FULL_VOLUME: StoreVolume = { ...DEFAULT_VOLUME, "year-series": 1_000, small: 86_000, seconds: 30 };

const NAMES = Object.keys(DEFAULT_VOLUME) as (keyof StoreVolume)[]; // the literal above has exactly these keys

/** For `parseArgs`: every number is a flag with a value. */
export const VOLUME_FLAGS: Record<string, { type: "string" }> = Object.fromEntries(
  NAMES.map((name) => [name, { type: "string" as const }]),
);

/** The volume with the flags that were given. Throws on what is not a number above zero. */
export function volumeFrom(base: StoreVolume, flags: Readonly<Record<string, unknown>>): StoreVolume {
  const given = NAMES.filter((name) => flags[name] !== undefined).map((name) => {
    const value = Number(flags[name]);
    if (!(value > 0) || (name !== "seconds" && !Number.isInteger(value)))
      throw new Error(`--${name} must be a ${name === "seconds" ? "" : "whole "}number above zero, not ${flags[name]}`);
    return [name, value] as const;
  });
  return { ...base, ...Object.fromEntries(given) };
}
