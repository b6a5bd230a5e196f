import { getCookie } from "hono/cookie";
import { Refusal } from "../../base/errors.ts";
import type { IdentityProvider } from "../../people/types.ts";
import type { Handler, HttpContext } from "../deps.ts";
import type { PeopleDeps } from "./operation.ts";
import { cookieHeader, mustBePrivate, wayOf } from "./cookies.ts";
import { problemPage } from "./page.ts";
import { askerOf } from "./session.ts";

/** Signing in with an account at another service (OpenID Connect). */

/** How long the browser keeps what binds the two halves together, seconds. */
const FLOW_SECONDS = 600;

/** `GET /api/v1/auth/openid`: sends the browser to the other service. */
export function beginElsewhere(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    try {
      mustBePrivate(c, people.publicUrl);
      const { url, flow } = await providerOf(deps).begin();
      const answer = c.redirect(url, 303);
      const name = flowCookie(c, people.publicUrl);
      const secure = name.startsWith("__Host-") ? "; Secure" : "";
      const secret = people.service.elsewhere.begun(flow);
      answer.headers.append(
        "Set-Cookie",
        `${name}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${FLOW_SECONDS}${secure}`,
      );
      return answer;
    } catch (error) {
      return problemPage(c, error);
    }
  };
}

/**
 * `GET /api/v1/auth/openid/callback`: where the other service sends the browser back to. It comes from another site, so
 * what binds it to its beginning is a cookie of its own, used once, with state, nonce and PKCE behind it.
 */
export function finishElsewhere(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    try {
      mustBePrivate(c, people.publicUrl);
      const flow = await people.service.elsewhere.take(getCookie(c, flowCookie(c, people.publicUrl)) ?? "");
      const identity = await providerOf(deps).finish(new URL(c.req.url).search, flow);
      const { cookie, signedIn } = await people.service.elsewhere.signIn(identity, askerOf(c));
      // the page that it goes to may be asked of another node
      await deps.positions?.everywhere(deps.positions.told).catch(() => undefined);
      const answer = c.redirect("/", 303);
      const seconds = Math.floor((signedIn.expires - signedIn.created) / 1e6);
      answer.headers.append("Set-Cookie", cookieHeader(c, people.publicUrl, cookie, seconds));
      return answer;
    } catch (error) {
      if (error instanceof Refusal) deps.metrics.loginRefused(error.code);
      return problemPage(c, error);
    }
  };
}

function flowCookie(c: HttpContext, publicUrl: string | null): string {
  return wayOf(c, publicUrl) === "https" ? "__Host-fieldcast-flow" : "fieldcast-flow";
}
/** @throws Refusal not_found */
function providerOf({ people }: PeopleDeps): IdentityProvider {
  if (people.provider === null)
    throw new Refusal("not_found", "This server has no other service to sign in with (--oidc-issuer).");
  return people.provider;
}
