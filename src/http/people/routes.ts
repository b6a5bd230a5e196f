import type { Hono } from "hono";
import type { HttpContext, HttpDeps, HttpEnv } from "../deps.ts";
import {
  beginFactor,
  changePassword,
  confirmFactor,
  createToken,
  disableFactor,
  endSignIn,
  listSignIns,
  listTokens,
  renewCodes,
  revokeToken,
  rotateToken,
  showAccount,
  signOutEverywhere,
} from "./account.ts";
import { askReset, lookAtLink, type PeopleDeps, showSession, signIn, signOut, takeLink } from "./auth.ts";
import { beginElsewhere, finishElsewhere } from "./elsewhere.ts";
import { invite, listInvitations, makeResetLink, withdrawInvitation } from "./invitations.ts";
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

/** The routes of people who sign in. */
export function addPeopleRoutes(app: Hono<HttpEnv>, all: HttpDeps): void {
  const { people } = all;
  if (people === undefined) return;
  const deps: PeopleDeps = { ...all, people };
  app.post("/api/v1/auth/sign-in", signIn(deps));
  app.get("/api/v1/auth/session", showSession(deps));
  app.post("/api/v1/auth/sign-out", signOut(deps));
  app.get("/api/v1/auth/openid", beginElsewhere(deps));
  app.get("/api/v1/auth/openid/callback", finishElsewhere(deps));
  app.post("/api/v1/auth/password-reset", askReset(deps));
  app.post("/api/v1/auth/link", lookAtLink(deps));
  app.post("/api/v1/auth/link/use", takeLink(deps));

  app.get("/api/v1/account", showAccount(deps));
  app.post("/api/v1/account/password", changePassword(deps));
  app.get("/api/v1/account/sessions", listSignIns(deps));
  app.delete("/api/v1/account/sessions/:id", endSignIn(deps));
  app.post("/api/v1/account/sign-out-everywhere", signOutEverywhere(deps));
  app.post("/api/v1/account/second-factor", beginFactor(deps));
  app.post("/api/v1/account/second-factor/confirm", confirmFactor(deps));
  app.post("/api/v1/account/second-factor/recovery-codes", renewCodes(deps));
  app.post("/api/v1/account/second-factor/disable", disableFactor(deps));
  app.get("/api/v1/account/tokens", listTokens(deps));
  app.post("/api/v1/account/tokens", createToken(deps));
  app.delete("/api/v1/account/tokens/:id", revokeToken(deps));
  app.post("/api/v1/account/tokens/:id/rotate", rotateToken(deps));

  app.get("/api/v1/workspaces/:workspace/invitations", listInvitations(deps));
  app.post("/api/v1/workspaces/:workspace/invitations", invite(deps));
  app.delete("/api/v1/workspaces/:workspace/invitations/:email", withdrawInvitation(deps));
  app.post("/api/v1/accounts/reset-link", makeResetLink(deps));

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
