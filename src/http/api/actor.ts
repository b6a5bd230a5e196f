import type { Principal } from "../../auth/principal.ts";
import { authenticateToken } from "../access.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";

/** Who asks, and how they proved it. */
export interface Actor {
  readonly principal: Principal;
  /** uid of the token that the request bears. */
  readonly token: number;
  /** The other end's IP address. */
  readonly address: string;
}

/**
 * The one place where a request under /api/v1 becomes somebody. Every route asks it, none looks at headers itself.
 * @throws Refusal unknown_token, expired_token
 */
export function actorOf(deps: Pick<HttpDeps, "authority" | "clock" | "metrics">, c: HttpContext): Actor {
  const { principal, tokenUid } = authenticateToken(deps, c);
  return { principal, token: tokenUid, address: c.env.remoteAddress };
}
