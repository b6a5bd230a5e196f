import { type ErrorCode, Refusal } from "../../base/errors.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";

/** Refusals of logins that wait; those beyond are answered at once. */
const MOST_WAITING = 1000;

/** That a token is good and this is not for tokens is no failure to log in. */
const FAILED: ReadonlySet<ErrorCode> = new Set(["unknown_token", "expired_token"]);

/**
 * Delays the refusal of a failed login, more with each from an address, as over MQTT (wire contract section 2); the
 * failures of both are counted together. A valid token never waits, and who sends none has not tried.
 */
export function failedLogins({ brakes }: HttpDeps): (error: unknown, c: HttpContext) => Promise<void> {
  let waiting = 0;
  return async (error, c) => {
    if (!(error instanceof Refusal) || !FAILED.has(error.code)) return;
    if (c.req.header("Authorization") === undefined && c.get("sentToken") !== true) return;
    const ms = brakes.failedLogin(c.env.remoteAddress);
    if (waiting >= MOST_WAITING) return;
    waiting++;
    await new Promise<void>((resolve) => brakes.later(resolve, ms));
    waiting--;
  };
}
