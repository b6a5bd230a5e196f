import type { Principal } from "../../auth/principal.ts";
import { authenticateToken } from "../kit/access.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";
import { signedInUser } from "../people/session.ts";

/** Who asks, and by which token or cookie. */
export interface Actor {
  readonly principal: Principal;
  /** uid of the token that the request bears; null: the cookie of a user who is signed in. */
  readonly token: number | null;
  /** The other end's IP address. */
  readonly address: string;
}

/**
 * The one place where a request under /api/v1 becomes somebody. Every route asks it, none looks at headers itself.
 * @throws Refusal unknown_token, expired_token; sign_in_needed, cross_site
 */
export function actorOf(deps: Pick<HttpDeps, "authority" | "clock" | "metrics" | "people">, c: HttpContext): Actor {
  const address = c.env.remoteAddress;
  const user = signedInUser(deps, c);
  if (user !== null) return { principal: user.principal, token: null, address };
  const { principal, tokenUid } = authenticateToken(deps, c);
  return { principal, token: tokenUid, address };
}
