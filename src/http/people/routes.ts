import type { Hono } from "hono";
import type { HttpContext, HttpDeps, HttpEnv } from "../deps.ts";
import { beginElsewhere, finishElsewhere } from "./elsewhere.ts";
import type { PeopleDeps } from "./operation.ts";
import { pageHeaders, showLinkPage, useLinkPage } from "./page.ts";

/** Headers that open an answer to pages of other origins. */
const CORS_HEADERS = [
  "Access-Control-Allow-Origin",
  "Access-Control-Allow-Methods",
  "Access-Control-Allow-Headers",
  "Access-Control-Expose-Headers",
  "Access-Control-Max-Age",
];

/** What must stand around everything else: before the other middleware. */
export function usePeopleFirst(app: Hono<HttpEnv>): void {
  app.use("/link/*", pageHeaders);
  app.use("/api/v1/auth/*", closedToOthers);
  app.use("/api/v1/account/*", closedToOthers);
  app.use("/api/v1/*", closedToCookies);
}

/** What browsers are led to: pages and ways on, which are not part of the API. */
export function addPeopleRoutes(app: Hono<HttpEnv>, all: HttpDeps): void {
  const { people } = all;
  if (people === undefined) return;
  const deps: PeopleDeps = { ...all, people };
  app.get("/api/v1/auth/openid", beginElsewhere(deps));
  app.get("/api/v1/auth/openid/callback", finishElsewhere(deps));
  app.get("/link/:secret", showLinkPage(deps));
  app.post("/link/:secret", useLinkPage(deps));
}

/** No page of another origin may use or read these, whatever it sends along. */
async function closedToOthers(c: HttpContext, next: () => Promise<void>): Promise<void> {
  await next();
  for (const name of CORS_HEADERS) c.res.headers.delete(name);
}
/** Nor what was answered to a cookie. */
async function closedToCookies(c: HttpContext, next: () => Promise<void>): Promise<void> {
  await next();
  if (c.get("byCookie") === true) for (const name of CORS_HEADERS) c.res.headers.delete(name);
}
