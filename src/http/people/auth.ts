import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { ROLES } from "../../fleet/types.ts";
import { printTime } from "../../measure/time.ts";
import * as values from "../../admin/values.ts";
import type { HttpContext } from "../deps.ts";
import { cookieHeader, mustBePrivate } from "./cookies.ts";
import { type AnyPeopleOperation, type PeopleDeps, peopleRoute } from "./operation.ts";
import { askerOf, mustBeOurPage, mustBeSignedIn, signedInUser } from "./session.ts";
import { code, DONE, done, email, password } from "./shapes.ts";
import { useBody, useLink } from "./use-link.ts";

/** Signing in and out, and links that work once. */

const csrf = z.string().meta({ description: "For the header X-CSRF-Token of what changes something." });
const ways = z.object({
  password: z.boolean(),
  reset_by_mail: z.boolean(),
  openid: z.boolean().meta({ description: "Whether `/api/v1/auth/openid` leads to another service to sign in with." }),
});
const session = z
  .discriminatedUnion("signed_in", [
    z.object({
      signed_in: z.literal(true),
      email: z.string(),
      admin: z.boolean(),
      csrf_token: csrf,
      created: values.time,
      expires: values.time,
      ways,
    }),
    z.object({ signed_in: z.literal(false), ways }),
  ])
  .meta({ id: "CurrentSession", description: "Who is signed in, and how one can." });
const aboutLink = z
  .object({
    kind: z.enum(["setup", "reset", "invitation"]),
    email: z.string(),
    expires: values.time,
    workspace: z.object({ slug: z.string(), name: z.string() }).nullable(),
    role: z.enum(ROLES).nullable(),
  })
  .meta({ id: "AboutLink", description: "What a link is for." });

/** A cookie that is over is no mistake here: it is what one asks about. */
function known(deps: PeopleDeps, c: HttpContext) {
  try {
    return signedInUser(deps, c);
  } catch (error) {
    if (error instanceof Refusal && error.code === "sign_in_needed") return null;
    throw error;
  }
}
/** @throws Refusal cross_site */
function fromOurPage({ people }: PeopleDeps, c: HttpContext): void {
  mustBeOurPage(c, people);
}
/** @throws Refusal not_permitted, cross_site */
function inPrivate({ people }: PeopleDeps, c: HttpContext): void {
  mustBePrivate(c, people.publicUrl);
  mustBeOurPage(c, people);
}

export const SIGNING_IN: readonly AnyPeopleOperation[] = [
  peopleRoute({
    method: "post",
    path: "/auth/sign-in",
    id: "signIn",
    tag: "Authentication",
    access: "anyone",
    summary: "Sign in",
    description: "Sets the cookie. `code` where the account has a second factor.",
    body: z.strictObject({ email, password, code: code.optional() }),
    result: z.object({ email: z.string(), csrf_token: csrf, expires: values.time }),
    refusals: ["sign_in_failed", "second_factor_needed", "too_many_attempts", "not_permitted"],
    find: inPrivate,
    run: async ({ deps, c, body }) => {
      const { service, publicUrl } = deps.people;
      const { cookie, signedIn } = await service.signIn(body, askerOf(c)).catch((error: unknown) => {
        if (error instanceof Refusal) deps.metrics.loginRefused(error.code);
        throw error;
      });
      const seconds = Math.floor((signedIn.expires - signedIn.created) / 1e6);
      const { email: address } = await service.info(signedIn.user);
      return {
        body: { email: address, csrf_token: signedIn.csrf, expires: printTime(signedIn.expires) },
        cookie: cookieHeader(c, publicUrl, cookie, seconds),
      };
    },
  }),
  peopleRoute({
    method: "get",
    path: "/auth/session",
    id: "getCurrentSession",
    tag: "Authentication",
    access: "anyone",
    summary: "Get the current session",
    description: "Who is signed in. Also when nobody is.",
    result: session,
    find: known,
    run: async ({ deps: { people }, found }) => {
      const all = { password: true, reset_by_mail: people.mail, openid: people.provider !== null };
      if (found === null) return { body: { signed_in: false as const, ways: all } };
      const { user, csrf: token, created, expires } = found.signedIn;
      const { email: address, admin } = await people.service.info(user);
      const times = { created: printTime(created), expires: printTime(expires) };
      return { body: { signed_in: true as const, email: address, admin, csrf_token: token, ...times, ways: all } };
    },
  }),
  peopleRoute({
    method: "post",
    path: "/auth/sign-out",
    id: "signOut",
    tag: "Authentication",
    access: "user",
    summary: "Sign out",
    description: "Ends this session; takes the cookie away.",
    result: done,
    find: mustBeSignedIn,
    run: async ({ deps: { people }, c, found: { signedIn } }) => {
      await people.service.signOut(signedIn.user, signedIn.hash, askerOf(c));
      return { ...DONE, cookie: cookieHeader(c, people.publicUrl, "", 0) };
    },
  }),
  peopleRoute({
    method: "post",
    path: "/auth/password-reset",
    id: "requestPasswordReset",
    tag: "Authentication",
    access: "anyone",
    summary: "Request a password reset",
    description:
      "Asks for a link to set a new password. It is mailed to the address, if that has an account. The answer is always the same.",
    body: z.strictObject({ email }),
    status: 202,
    result: z.object({ ok: z.literal(true), mail: z.boolean().meta({ description: "Whether this server can mail." }) }),
    find: fromOurPage,
    run: ({ deps: { people }, c, body }) => {
      people.service.links.askReset(body.email, askerOf(c));
      return { body: { ok: true as const, mail: people.mail } };
    },
  }),
  peopleRoute({
    method: "post",
    path: "/auth/link",
    id: "getLink",
    tag: "Authentication",
    access: "anyone",
    summary: "Get a link",
    description:
      "What a link is for. The secret is the last part of the link. It is sent, so that it is in no address; looking does not use it up.",
    body: z.strictObject({ secret: z.string().max(128) }),
    result: aboutLink,
    refusals: ["link_over"],
    find: fromOurPage,
    run: async ({ deps, body }) => {
      const { expires, ...rest } = await deps.people.service.links.look(body.secret);
      return { body: { ...rest, expires: printTime(expires) } };
    },
  }),
  peopleRoute({
    method: "post",
    path: "/auth/link/use",
    id: "useLink",
    tag: "Authentication",
    access: "anyone",
    summary: "Use a link",
    description:
      "Sets the password that the link is for, or accepts the invitation: in the session of the address's account, with its " +
      "password, or, when it has none, with a new password that makes one.",
    body: useBody,
    result: z.object({ ok: z.literal(true), email: z.string() }),
    refusals: [
      "link_over",
      "weak_password",
      "sign_in_needed",
      "sign_in_failed",
      "second_factor_needed",
      "too_many_attempts",
      "not_permitted",
    ],
    find: inPrivate,
    run: async ({ deps, c, body }) => ({ body: { ok: true as const, email: await useLink(deps, c, body) } }),
  }),
];
