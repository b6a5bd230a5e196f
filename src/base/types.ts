/** Time as the rooms get it: a parameter, so that tests never sleep. Microseconds since 1970-01-01 UTC, an integer. */
export type Micros = number;

export interface Clock {
  /** Wall clock in integer microseconds since the Unix epoch. */
  micros(): Micros;
}

/** Structured log; `fields` never hold a secret. Bodies: pino in the server, a recorder in tests. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
