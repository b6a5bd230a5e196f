/** The flags that say how much load: the same for the runner and for the load program. */
import type { Volume } from "./scenarios/scenario.ts";

/** Three servers, three runs each, in less than half an hour. */
export const DEFAULT_VOLUME: Volume = {
  warmup: 1,
  seconds: 2,
  publishers: 10,
  subscribers: 50,
  window: 1000,
  topics: 1,
  connections: 1000,
  secure: 500,
  members: 4,
  rate: 20_000,
  idle: 10_000,
  logins: 10_000,
  filters: 100_000,
  retained: 100_000,
  settle: 2,
};

/** A smoke run: shows that everything works, not how fast. */
export const QUICK_VOLUME: Volume = {
  ...DEFAULT_VOLUME,
  warmup: 0.2,
  seconds: 0.3,
  connections: 200,
  secure: 50,
  rate: 2_000,
  idle: 500,
  logins: 500,
  filters: 5_000,
  retained: 5_000,
  settle: 0.5,
};

/** Longer clocks, thirteen thousand connections: with more than half of the ports in use the system takes long to find one. */
export const FULL_VOLUME: Volume = { ...DEFAULT_VOLUME, seconds: 5, idle: 13_000, logins: 13_000, settle: 4 };

const NAMES = Object.keys(DEFAULT_VOLUME) as (keyof Volume)[]; // the literal above has exactly the keys of Volume

/** For `parseArgs`: every key of a volume is a flag with a value. */
export const VOLUME_FLAGS: Record<string, { type: "string" }> = Object.fromEntries(
  NAMES.map((name) => [name, { type: "string" as const }]),
);

/** The volume with the flags that were given. Throws on a value that is not a number above zero. */
export function volumeFrom(base: Volume, flags: Readonly<Record<string, unknown>>): Volume {
  const given = NAMES.filter((name) => flags[name] !== undefined).map((name) => {
    const value = Number(flags[name]);
    const whole = !["warmup", "seconds", "settle"].includes(name);
    if (!(value > 0) || (whole && !Number.isInteger(value))) {
      throw new Error(
        `--${name} must be a ${whole ? "whole number" : "number"} above zero, not ${String(flags[name])}`,
      );
    }
    return [name, value] as const;
  });
  return { ...base, ...Object.fromEntries(given) };
}

/** The flags that make a load program use this volume. */
export function volumeArguments(volume: Volume): string[] {
  return NAMES.flatMap((name) => [`--${name}`, String(volume[name])]);
}
