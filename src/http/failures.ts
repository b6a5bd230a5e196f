import { Refusal } from "../base/errors.ts";
import type { HttpContext, HttpDeps } from "./deps.ts";

/** Refusals of logins that wait; those beyond are answered at once. */
const MOST_WAITING = 1000;

/**
 * Delays the refusal of a failed login, more with each from an address, as over MQTT (wire contract section 2); the
 * failures of both are counted together. A valid token never waits, and who sends none has not tried.
 */
export function failedLogins({ brakes }: HttpDeps): (error: unknown, c: HttpContext) => Promise<void> {
  let waiting = 0;
  return async (error, c) => {
    if (!(error instanceof Refusal) || error.http !== 401 || c.req.header("Authorization") === undefined) return;
    const ms = brakes.failedLogin(c.env.remoteAddress);
    if (waiting >= MOST_WAITING) return;
    waiting++;
    await new Promise<void>((resolve) => brakes.later(resolve, ms));
    waiting--;
  };
}
