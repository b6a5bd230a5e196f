import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import { mustStillRead } from "../../admin/readable.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";
import { signedInUser } from "../people/session.ts";

type Needs = Pick<HttpDeps, "authority" | "clock" | "metrics" | "people">;

/**
 * Who asks: by the Authorization header, or, below /api/v1, by the cookie of a user who is signed in.
 * @throws Refusal unknown_token, expired_token; sign_in_needed, cross_site
 */
export function authenticate(deps: Needs, c: HttpContext): Principal {
  return signedInUser(deps, c)?.principal ?? authenticateToken(deps, c).principal;
}
/**
 * Whether who reads a stream may still read it. Unlike a request it is no use of the session: a stream that stays open
 * must not keep a browser signed in that nobody uses.
 * @throws Refusal as `authenticate`
 */
export function stillListens(deps: Needs, c: HttpContext): void {
  if (signedInUser(deps, c, false) === null) authenticateToken(deps, c);
}
/** By the header alone, with the uid of the token. @throws Refusal unknown_token, expired_token */
export function authenticateToken(deps: Needs, c: HttpContext): { principal: Principal; tokenUid: number } {
  const result = deps.authority.authenticateHttp(c.req.header("Authorization"), deps.clock.trusted());
  if (result.ok) {
    deps.authority.uses.note(result.tokenUid, deps.clock.micros(), c.env.remoteAddress);
    return result;
  }
  deps.metrics.loginRefused(result.code);
  throw new Refusal(result.code, result.message);
}

/**
 * Whether who asks may still read these devices, after time has passed: rights obey at once (wire contract section 2).
 * @returns who asks @throws Refusal unknown_token, expired_token, unknown_device
 */
export function checkRights(deps: Needs, c: HttpContext, devices: Iterable<DeviceNode>): Principal {
  const principal = authenticate(deps, c);
  mustStillRead(principal, devices);
  return principal;
}
