import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { ROLES } from "../../fleet/types.ts";
import { printTime } from "../../measure/time.ts";
import type { StoredSignIn } from "../../store/ports.ts";
import * as values from "../../admin/values.ts";
import { cookieHeader } from "./cookies.ts";
import { type AnyPeopleOperation, peopleRoute } from "./operation.ts";
import { askerOf, mustBeSignedIn } from "./session.ts";
import { DONE, done, password } from "./shapes.ts";

/** What users do with their own account. It takes a session in a browser; a token is not enough. */

/** Characters of a session's hash that name it in lists; they open nothing. */
const SESSION_ID = 16;

const account = z
  .object({
    email: z.string(),
    admin: z.boolean(),
    password_set: values.time.nullable().meta({ description: "null: the account has none." }),
    second_factor: z.boolean(),
    recovery_codes: z.int().meta({ description: "How many are left." }),
    workspaces: z.array(z.object({ slug: z.string(), name: z.string(), role: z.enum(ROLES) })),
  })
  .meta({ id: "Account", description: "The own account of a user." });

const browser = z
  .object({
    id: z.string(),
    current: z.boolean().meta({ description: "Whether it is the one that asks." }),
    created: values.time,
    last_used: values.time,
    expires: values.time,
    address: z.string().meta({ description: "IP address." }),
    agent: z.string().meta({ description: "The browser's User-Agent." }),
  })
  .meta({ id: "BrowserSession", description: "A browser that is signed in." });

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

export const ACCOUNT: readonly AnyPeopleOperation[] = [
  peopleRoute({
    method: "get",
    path: "/account",
    id: "getAccount",
    tag: "Account",
    access: "user",
    summary: "Get your account",
    result: account,
    find: mustBeSignedIn,
    run: async ({ deps, found: { signedIn } }) => {
      const info = await deps.people.service.info(signedIn.user);
      return {
        body: {
          email: info.email,
          admin: info.admin,
          password_set: info.passwordSet === null ? null : printTime(info.passwordSet),
          second_factor: info.secondFactor,
          recovery_codes: info.recoveryCodes,
          workspaces: [...info.workspaces],
        },
      };
    },
  }),
  peopleRoute({
    method: "post",
    path: "/account/password",
    id: "changePassword",
    tag: "Account",
    access: "user",
    summary: "Change your password",
    description: "Other browsers are signed out.",
    body: z.strictObject({ current: password, next: password }),
    result: done,
    refusals: ["sign_in_failed", "weak_password", "too_many_attempts"],
    find: mustBeSignedIn,
    run: async ({ deps, c, found: { signedIn }, body }) => {
      await deps.people.service.changePassword(signedIn.user, body, signedIn.hash, askerOf(c));
      return DONE;
    },
  }),
  peopleRoute({
    method: "get",
    path: "/account/sessions",
    id: "listBrowserSessions",
    tag: "Account",
    access: "user",
    summary: "List browser sessions",
    description: "Where you are signed in.",
    result: z.object({ items: z.array(browser) }),
    find: mustBeSignedIn,
    run: ({ deps, found: { signedIn } }) => ({
      body: { items: deps.people.service.sessions(signedIn.user).map((one) => showSignIn(one, signedIn.hash)) },
    }),
  }),
  peopleRoute({
    method: "delete",
    path: "/account/sessions/{session}",
    id: "endBrowserSession",
    tag: "Account",
    access: "user",
    summary: "End a browser session",
    description: "That browser is signed out.",
    result: done,
    refusals: ["not_found"],
    find: (deps, c) => {
      const { signedIn } = mustBeSignedIn(deps, c);
      const id = c.req.param("session") ?? "";
      const found = deps.people.service.sessions(signedIn.user).find(({ hash }) => hash.slice(0, SESSION_ID) === id);
      if (!found) throw new Refusal("not_found", "You have no such session.");
      return { user: signedIn.user, hash: found.hash };
    },
    run: async ({ deps, c, found: { user, hash } }) => {
      await deps.people.service.signOut(user, hash, askerOf(c));
      return DONE;
    },
  }),
  peopleRoute({
    method: "post",
    path: "/account/sign-out-everywhere",
    id: "signOutEverywhere",
    tag: "Account",
    access: "user",
    summary: "Sign out everywhere",
    body: z.strictObject({
      keep_this: z.boolean().default(false).meta({ description: "true: the browser that asks stays signed in." }),
    }),
    result: done,
    find: mustBeSignedIn,
    run: async ({ deps: { people }, c, found: { signedIn }, body: { keep_this: keep } }) => {
      await people.service.signOutEverywhere(signedIn.user, keep ? signedIn.hash : null, askerOf(c));
      return keep ? DONE : { ...DONE, cookie: cookieHeader(c, people.publicUrl, "", 0) };
    },
  }),
];
