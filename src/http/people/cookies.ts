import { getCookie } from "hono/cookie";
import { isLoopback } from "../../base/address.ts";
import { Refusal } from "../../base/errors.ts";
import type { HttpContext } from "../deps.ts";
import { type OwnNames, speaksFromHere } from "../kit/here.ts";

/**
 * The cookie of a browser that is signed in. Over HTTPS its name begins with __Host-, which browsers take from this very
 * host over HTTPS only; over plain HTTP it exists on this machine alone, for trying things out.
 */

const SECURE_NAME = "__Host-fieldcast";
const PLAIN_NAME = "fieldcast";
/** A page that signs people in over plain HTTP is asked for by the loopback's own names. */
const NO_NAMES: OwnNames = new Set();

/** How a request reached the server, as far as cookies are concerned. */
type Way = "https" | "this machine" | "plain";

/**
 * @param publicUrl of the instance: behind a proxy that ends TLS it says that browsers come over HTTPS
 */
export function wayOf(c: HttpContext, publicUrl: string | null): Way {
  if (new URL(c.req.url).protocol === "https:") return "https";
  // a proxy on this machine makes everybody look local, and says so
  const passedOn = c.req.header("X-Forwarded-For") !== undefined || c.req.header("Forwarded") !== undefined;
  if (passedOn) return publicUrl?.startsWith("https:") === true ? "https" : "plain";
  return isLoopback(c.env.remoteAddress) && speaksFromHere(c.req.raw, NO_NAMES) ? "this machine" : "plain";
}

/** The request must have come over TLS, or from this machine. @throws Refusal not_permitted: passwords and cookies do not travel in the open */
export function mustBePrivate(c: HttpContext, publicUrl: string | null): void {
  if (wayOf(c, publicUrl) !== "plain") return;
  throw new Refusal(
    "not_permitted",
    "Signing in takes HTTPS. Behind a proxy that ends TLS, start the server with --public-url https://….",
  );
}

/** The cookie that a request brought, in the form that its way allows; null: none. */
export function cookieOf(c: HttpContext, publicUrl: string | null): string | null {
  const way = wayOf(c, publicUrl);
  if (way === "plain") return null;
  return getCookie(c, way === "https" ? SECURE_NAME : PLAIN_NAME) ?? null;
}

/** The header that sets it. @param seconds how long; 0 takes it away */
export function cookieHeader(c: HttpContext, publicUrl: string | null, value: string, seconds: number): string {
  const secure = wayOf(c, publicUrl) === "https";
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;
  return secure ? `${SECURE_NAME}=${value}; ${attributes}; Secure` : `${PLAIN_NAME}=${value}; ${attributes}`;
}
