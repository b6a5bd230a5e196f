/** The clock of this machine may be wrong: ages are told by the server's, which stored the times. */

let offset = 0;
/** Less than this may be the way of the answer, and the header has whole seconds. */
const WORTH_MS = 5000;

/** Takes the header Date of an answer. @param now ms of this machine */
export function noteServerDate(date: string | null, now: number): void {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return;
  const apart = server - now;
  offset = Math.abs(apart) < WORTH_MS ? 0 : apart;
}

/** ms since 1970 by the server's clock. */
export function serverNow(): number {
  return Date.now() + offset;
}
