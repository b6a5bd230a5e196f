/** Time as the rooms get it: a parameter, so that tests never sleep. Microseconds since 1970-01-01 UTC, an integer. */
export type Micros = number;

/**
 * Three times that are one while nobody sets the clock (ARCHITECTURE.md, "Time"): what people read is the wall clock's, what lasts is
 * measured by the steady one, and what ends at a stored time of the wall clock is judged by the trusted one.
 */
export interface Clock {
  /** Wall clock in integer microseconds since the Unix epoch. */
  micros(): Micros;
  /**
   * Goes forward at its pace whatever is done to the wall clock: for durations, and for deadlines, also stored ones. It begins
   * near the wall clock, and goes on over restarts.
   */
  steady(): Micros;
  /** What the wall clock, as it is set now, shows at a moment of the steady one. */
  wallOf(steady: Micros): Micros;
  /** The wall clock without what it leapt ahead by lately: nothing that is stored ends early by a clock that is wrong. */
  trusted(): Micros;
}

/** Structured log; `fields` never hold a secret. Bodies: pino in the server, a recorder in tests. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
