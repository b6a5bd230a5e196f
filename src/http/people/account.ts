import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import type { TokenInfo } from "../../fleet/service.ts";
import { isName, RULE } from "../../fleet/rules.ts";
import { printTime } from "../../measure/time.ts";
import type { StoredSignIn } from "../../store/ports.ts";
import type { Handler, HttpContext } from "../deps.ts";
import { parseMoment } from "../range.ts";
import type { PeopleDeps } from "./auth.ts";
import { cookieHeader } from "./cookies.ts";
import { inputOf } from "./input.ts";
import { askerOf, mustBePerson } from "./session.ts";

/** What a person who is signed in does with the own account: `/api/v1/account/…`. A token is not enough for it. */

const password = z.string().max(1024);
const code = z.string().max(64);
const passwordBody = z.strictObject({ current: password, next: password });
const proofBody = z.strictObject({ password });
const codeBody = z.strictObject({ code });
const bothBody = z.strictObject({ password, code });
const everywhereBody = z.strictObject({ keep_this: z.boolean().default(false) });
const tokenBody = z.strictObject({ name: z.string().max(200).default(""), expires: z.string().max(64).optional() });

/** Characters of a session's hash that name it in lists; they open nothing. */
const SESSION_ID = 16;

/** `GET /api/v1/account` */
export function showAccount(deps: PeopleDeps): Handler {
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const info = await deps.people.service.info(signedIn.user);
    return c.json({
      email: info.email,
      admin: info.admin,
      password_set: info.passwordSet === null ? null : printTime(info.passwordSet),
      second_factor: info.secondFactor,
      recovery_codes: info.recoveryCodes,
      workspaces: info.workspaces,
    });
  };
}

/** `POST /api/v1/account/password`: other browsers are signed out. */
export function changePassword(deps: PeopleDeps): Handler {
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const wish = await inputOf(c, passwordBody);
    await deps.people.service.changePassword(signedIn.user, wish, signedIn.hash, askerOf(c));
    return c.json({ ok: true });
  };
}

/** `GET /api/v1/account/sessions` */
export function listSignIns(deps: PeopleDeps): Handler {
  return (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const items = deps.people.service.sessions(signedIn.user).map((one) => showSignIn(one, signedIn.hash));
    return c.json({ items });
  };
}
function showSignIn({ hash, created, lastUsed, expires, address, agent }: StoredSignIn, own: string) {
  return {
    id: hash.slice(0, SESSION_ID),
    current: hash === own,
    created: printTime(created),
    last_used: printTime(lastUsed),
    expires: printTime(expires),
    address,
    agent,
  };
}
/** `DELETE /api/v1/account/sessions/<id>` */
export function endSignIn(deps: PeopleDeps): Handler {
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const id = c.req.param("id") ?? "";
    const { service } = deps.people;
    const found = service.sessions(signedIn.user).find(({ hash }) => hash.slice(0, SESSION_ID) === id);
    if (!found) throw new Refusal("not_found", "You have no such session.");
    await service.signOut(signedIn.user, found.hash, askerOf(c));
    return c.json({ ok: true });
  };
}
/** `POST /api/v1/account/sign-out-everywhere`: with `keep_this` this browser stays. */
export function signOutEverywhere(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const { keep_this: keep } = await inputOf(c, everywhereBody);
    await people.service.signOutEverywhere(signedIn.user, keep ? signedIn.hash : null, askerOf(c));
    const answer = c.json({ ok: true });
    if (!keep) answer.headers.append("Set-Cookie", cookieHeader(c, people.publicUrl, "", 0));
    return answer;
  };
}

/** `POST /api/v1/account/second-factor`: a secret for the app; it counts from its confirmation on. */
export function beginFactor(deps: PeopleDeps): Handler {
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const given = await inputOf(c, proofBody);
    return c.json(await deps.people.service.factor.begin(signedIn.user, given.password, askerOf(c)));
  };
}
/** `POST /api/v1/account/second-factor/confirm`: the recovery codes, shown this once. */
export function confirmFactor(deps: PeopleDeps): Handler {
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const given = await inputOf(c, codeBody);
    const codes = await deps.people.service.factor.confirm(signedIn.user, given.code, signedIn.hash, askerOf(c));
    return c.json({ recovery_codes: codes });
  };
}
/** `POST /api/v1/account/second-factor/recovery-codes`: new ones in place of those that are left. */
export function renewCodes(deps: PeopleDeps): Handler {
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const given = await inputOf(c, bothBody);
    const codes = await deps.people.service.factor.renewCodes(signedIn.user, given.password, given.code, askerOf(c));
    return c.json({ recovery_codes: codes });
  };
}
/** `POST /api/v1/account/second-factor/disable` */
export function disableFactor(deps: PeopleDeps): Handler {
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    const given = await inputOf(c, bothBody);
    await deps.people.service.factor.disable(signedIn.user, given.password, given.code, askerOf(c));
    return c.json({ ok: true });
  };
}

/** `GET /api/v1/account/tokens` */
export function listTokens(deps: PeopleDeps): Handler {
  return (c) => {
    const { principal } = mustBePerson(deps, c);
    return c.json({ items: deps.people.fleet.listTokens(principal.name).map(showToken) });
  };
}
/** `POST /api/v1/account/tokens`: the token is shown this once. */
export function createToken(deps: PeopleDeps): Handler {
  return async (c) => {
    const { principal } = mustBePerson(deps, c);
    const { name, expires } = await inputOf(c, tokenBody);
    const until = parseMoment("expires", expires);
    if (until !== null && until <= deps.clock.micros())
      throw new Refusal("invalid_request", "expires: this time is over already.");
    if (name !== "" && !isName(name)) throw new Refusal("invalid_request", `name: must be ${RULE.name}.`);
    const options = { name, ...(until !== null && { expires: until }), by: actorOf(deps, c) };
    const { token, info } = await deps.people.fleet.createToken(principal.name, options);
    return c.json({ token, ...showToken(info) }, 201);
  };
}
/** `DELETE /api/v1/account/tokens/<id>`: connections that logged in with it end at once. */
export function revokeToken(deps: PeopleDeps): Handler {
  return async (c) => {
    const uid = ownToken(deps, c);
    await deps.people.fleet.revokeToken(`#${uid}`, actorOf(deps, c));
    return c.json({ ok: true });
  };
}
/** `POST /api/v1/account/tokens/<id>/rotate`: a new token of the same name and expiry; the old one ends at once. */
export function rotateToken(deps: PeopleDeps): Handler {
  return async (c) => {
    const { principal } = mustBePerson(deps, c);
    const uid = ownToken(deps, c);
    const { fleet } = deps.people;
    const by = actorOf(deps, c);
    const { name, expires } = deps.directory.token(uid) ?? { name: "", expires: null };
    if (expires !== null && expires <= deps.clock.micros())
      throw new Refusal("invalid_request", "This token has ended: one in its place would, too. Make a new one.");
    const options = { name, ...(expires !== null && { expires }), by };
    const { token, info } = await fleet.createToken(principal.name, options);
    await fleet.revokeToken(`#${uid}`, by);
    return c.json({ token, ...showToken(info) }, 201);
  };
}
function showToken({ uid, hint, name, created, expires }: TokenInfo) {
  return { id: uid, hint, name, created: printTime(created), expires: expires === null ? null : printTime(expires) };
}
/** The number of a token of who asks. @throws Refusal not_found, also for those of others */
function ownToken(deps: PeopleDeps, c: HttpContext): number {
  const { signedIn } = mustBePerson(deps, c);
  const text = c.req.param("id") ?? "";
  const token = /^\d{1,15}$/.test(text) ? deps.directory.token(Number(text)) : undefined;
  if (token?.user !== signedIn.user) throw new Refusal("not_found", "You have no such token.");
  return token.uid;
}
function actorOf(deps: PeopleDeps, c: HttpContext) {
  const { principal } = mustBePerson(deps, c);
  return { key: principal.key, name: principal.name, from: c.env.remoteAddress };
}
