import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { printTime } from "../../measure/time.ts";
import type { LinkInfo } from "../../people/types.ts";
import type { Handler, HttpContext, HttpDeps, PeopleDoor } from "../deps.ts";
import { cookieHeader, mustBePrivate } from "./cookies.ts";
import { inputOf } from "./input.ts";
import { askerOf, mustBeOurPage, mustBePerson, personOf } from "./session.ts";

/** Signing in and out, and links that work once: `/api/v1/auth/…`. */

const email = z.string().min(1).max(320);
const password = z.string().max(1024);
const code = z.string().max(64);
const signInBody = z.strictObject({ email, password, code: code.optional() });
const resetBody = z.strictObject({ email });
const lookBody = z.strictObject({ secret: z.string().max(128) });
export const useBody = z.strictObject({
  secret: z.string().max(128),
  password: password.optional(),
  email: email.optional(),
  code: code.optional(),
});

/** What the routes of people stand on. */
export type PeopleDeps = HttpDeps & { readonly people: PeopleDoor };

/** `POST /api/v1/auth/sign-in`: a cookie for an e-mail address and a password, and a code where the account asks for one. */
export function signIn(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    mustBePrivate(c, people.publicUrl);
    mustBeOurPage(c, people);
    const given = await inputOf(c, signInBody);
    const { cookie, signedIn } = await people.service.signIn(given, askerOf(c)).catch((error: unknown) => {
      if (error instanceof Refusal) deps.metrics.loginRefused(error.code);
      throw error;
    });
    const seconds = Math.floor((signedIn.expires - signedIn.created) / 1e6);
    const answer = c.json({
      email: (await people.service.info(signedIn.user)).email,
      csrf_token: signedIn.csrf,
      expires: printTime(signedIn.expires),
    });
    answer.headers.append("Set-Cookie", cookieHeader(c, people.publicUrl, cookie, seconds));
    return answer;
  };
}

/** `GET /api/v1/auth/session`: who is signed in, and the token that changes must bear; also when nobody is. */
export function showSession(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    const person = known(deps, c);
    const ways = { password: true, reset_by_mail: people.mail, openid: people.provider !== null };
    if (person === null) return c.json({ signed_in: false, ways });
    const { user, csrf, created, expires } = person.signedIn;
    const { email: address, admin } = await people.service.info(user);
    return c.json({
      signed_in: true,
      email: address,
      admin,
      csrf_token: csrf,
      created: printTime(created),
      expires: printTime(expires),
      ways,
    });
  };
}

/** A cookie that is over is no mistake here: it is what one asks about. */
function known(deps: PeopleDeps, c: HttpContext) {
  try {
    return personOf(deps, c);
  } catch (error) {
    if (error instanceof Refusal && error.code === "sign_in_needed") return null;
    throw error;
  }
}

/** `POST /api/v1/auth/sign-out`: ends this session. */
export function signOut(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    const { signedIn } = mustBePerson(deps, c);
    await people.service.signOut(signedIn.user, signedIn.hash, askerOf(c));
    const answer = c.json({ ok: true });
    answer.headers.append("Set-Cookie", cookieHeader(c, people.publicUrl, "", 0));
    return answer;
  };
}

/** `POST /api/v1/auth/password-reset`: mails a link to the address, if it has an account. The answer is always the same. */
export function askReset(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    mustBeOurPage(c, people);
    const given = await inputOf(c, resetBody);
    people.service.links.askReset(given.email, askerOf(c));
    return c.json({ ok: true, mail: people.mail }, 202);
  };
}

/** `POST /api/v1/auth/link`: what a link is for. By POST, so that its secret is in no address. */
export function lookAtLink(deps: PeopleDeps): Handler {
  const { people } = deps;
  return async (c) => {
    mustBeOurPage(c, people);
    const { secret } = await inputOf(c, lookBody);
    return c.json(shownLink(await people.service.links.look(secret)));
  };
}
function shownLink({ kind, email: address, expires, workspace, role, known: hasAccount }: LinkInfo) {
  return { kind, email: address, expires: printTime(expires), workspace, role, has_account: hasAccount };
}

/** `POST /api/v1/auth/link/use`: sets the password that the link is for, or accepts the invitation. */
export function takeLink(deps: PeopleDeps): Handler {
  return async (c) => {
    mustBePrivate(c, deps.people.publicUrl);
    mustBeOurPage(c, deps.people);
    return c.json({ ok: true, email: await useLink(deps, c, await inputOf(c, useBody)) });
  };
}

/**
 * Uses a link. An invitation of an address that has an account takes the session of that account, or its password.
 * @returns the account's address
 * @throws Refusal link_over, weak_password, sign_in_needed, sign_in_failed, second_factor_needed, too_many_attempts
 */
export async function useLink(deps: PeopleDeps, c: HttpContext, given: z.output<typeof useBody>): Promise<string> {
  const { service } = deps.people;
  const asker = askerOf(c);
  const { kind, email: address, known: hasAccount } = await service.links.look(given.secret);
  if (kind !== "invitation") {
    const wish = { password: given.password ?? "", ...(given.email !== undefined && { email: given.email }) };
    return service.links.setPassword(given.secret, wish, asker);
  }
  if (!hasAccount) return service.links.accept(given.secret, given.password ?? null, null, asker);
  const person = personOf(deps, c);
  if (person !== null || given.password === undefined)
    return service.links.accept(given.secret, null, person?.signedIn.user ?? null, asker);
  const { signedIn } = await service.signIn({ email: address, password: given.password, code: given.code }, asker);
  try {
    return await service.links.accept(given.secret, null, signedIn.user, asker);
  } finally {
    // it was only to prove who accepts
    await service.signOut(signedIn.user, signedIn.hash, asker);
  }
}
