import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import { sameText } from "../../people/secret.ts";
import type { Asker, SignedIn } from "../../people/types.ts";
import type { HttpContext, HttpDeps, SignInPort } from "../deps.ts";
import { cookieOf } from "./cookies.ts";

type Needs = Pick<HttpDeps, "authority" | "people">;

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD"]);
/** Cookies speak for somebody only below this: the compatible addresses and MQTT know tokens alone. */
const BELOW = "/api/v1/";

/** A user who is signed in: what it may do, and its session in the browser. */
export interface SignedInUser {
  readonly principal: Principal;
  readonly signedIn: SignedIn;
}

/** Where a request comes from, for what is remembered of sign-ins. */
export function askerOf(c: HttpContext): Asker {
  return { address: c.env.remoteAddress, agent: c.req.header("User-Agent") ?? "" };
}

/**
 * The user whose cookie a request bears; null: it bears none, or a token speaks for it. A cookie is sent by the
 * browser whatever page makes it ask, so the page must be ours (Origin, Sec-Fetch-Site), and what changes something must
 * bear the session's CSRF token, which only our own pages can have read.
 * @param use whether this is a request, which keeps the session alive, or a look at a stream that stays open
 * @throws Refusal sign_in_needed: the session is over; cross_site
 */
export function signedInUser({ authority, people }: Needs, c: HttpContext, use = true): SignedInUser | null {
  if (people === undefined || !c.req.path.startsWith(BELOW) || c.req.header("Authorization") !== undefined) return null;
  const cookie = cookieOf(c, people.publicUrl);
  if (cookie === null) return null;
  const signedIn = people.service.session(cookie, use);
  const principal = signedIn && authority.principalOf(`u:${signedIn.user}`);
  if (!signedIn || !principal) throw new Refusal("sign_in_needed", "Your session has ended. Sign in again.");
  mustBeOurPage(c, people);
  if (!SAFE.has(c.req.method) && !sameText(c.req.header("X-CSRF-Token") ?? "", signedIn.csrf))
    throw new Refusal("cross_site", "Send the header X-CSRF-Token with the csrf_token of GET /api/v1/auth/session.");
  // what a page of another origin may read with a token, it may not read with a cookie
  c.set("byCookie", true);
  return { principal, signedIn };
}

/** The same, for operations that take a user who is signed in; no token will do. @throws Refusal sign_in_needed, cross_site */
export function mustBeSignedIn(deps: Needs, c: HttpContext): SignedInUser {
  const user = signedInUser(deps, c);
  if (user !== null) return user;
  throw new Refusal(
    "sign_in_needed",
    "This is for people who are signed in with their password; a token cannot do it.",
  );
}

/** Browsers say which page makes them ask; who says nothing is no browser. @throws Refusal cross_site */
export function mustBeOurPage(c: HttpContext, { publicUrl }: SignInPort): void {
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  const ours = site === undefined || site === "same-origin" || site === "none";
  // "null" is what browsers send for a form of a page that gives no referrer; Sec-Fetch-Site tells more
  const isOwn =
    origin === undefined ||
    origin === new URL(c.req.url).origin ||
    (publicUrl !== null && origin === new URL(publicUrl).origin) ||
    (origin === "null" && site === "same-origin");
  if (ours && isOwn) return;
  throw new Refusal(
    "cross_site",
    "This request comes from another site. Behind a proxy, start the server with --public-url and its address.",
  );
}
