import { z } from "zod";
import { type AnyPeopleOperation, peopleRoute } from "./operation.ts";
import { askerOf, mustBeSignedIn } from "./session.ts";
import { code, DONE, done, password } from "./shapes.ts";

/** The second factor of who is signed in. */

const bothBody = z.strictObject({ password, code });
const codes = z.object({
  recovery_codes: z.array(z.string()).meta({ description: "Each works once; shown this once." }),
});

export const FACTOR: readonly AnyPeopleOperation[] = [
  peopleRoute({
    method: "post",
    path: "/account/second-factor",
    id: "setUpSecondFactor",
    tag: "Account",
    access: "user",
    summary: "Set up a second factor",
    description: "A secret for the app. It counts from its confirmation on.",
    body: z.strictObject({ password }),
    result: z.object({
      secret: z.string(),
      uri: z.string().meta({ description: "The `otpauth:` address, for a QR code." }),
    }),
    refusals: ["sign_in_failed", "too_many_attempts", "already_exists"],
    find: mustBeSignedIn,
    run: async ({ deps, c, found: { signedIn }, body }) => ({
      body: await deps.people.service.factor.begin(signedIn.user, body.password, askerOf(c)),
    }),
  }),
  peopleRoute({
    method: "post",
    path: "/account/second-factor/confirm",
    id: "confirmSecondFactor",
    tag: "Account",
    access: "user",
    summary: "Confirm a second factor",
    description: "Other browsers are signed out.",
    body: z.strictObject({ code }),
    result: codes,
    refusals: ["second_factor_needed", "too_many_attempts"],
    find: mustBeSignedIn,
    run: async ({ deps, c, found: { signedIn }, body }) => ({
      body: {
        recovery_codes: [
          ...(await deps.people.service.factor.confirm(signedIn.user, body.code, signedIn.hash, askerOf(c))),
        ],
      },
    }),
  }),
  peopleRoute({
    method: "post",
    path: "/account/second-factor/recovery-codes",
    id: "regenerateRecoveryCodes",
    tag: "Account",
    access: "user",
    summary: "Regenerate recovery codes",
    description: "In place of those that are left.",
    body: bothBody,
    result: codes,
    refusals: ["sign_in_failed", "second_factor_needed", "too_many_attempts"],
    find: mustBeSignedIn,
    run: async ({ deps, c, found: { signedIn }, body }) => ({
      body: {
        recovery_codes: [
          ...(await deps.people.service.factor.renewCodes(signedIn.user, body.password, body.code, askerOf(c))),
        ],
      },
    }),
  }),
  peopleRoute({
    method: "post",
    path: "/account/second-factor/disable",
    id: "disableSecondFactor",
    tag: "Account",
    access: "user",
    summary: "Disable the second factor",
    body: bothBody,
    result: done,
    refusals: ["sign_in_failed", "second_factor_needed", "too_many_attempts"],
    find: mustBeSignedIn,
    run: async ({ deps, c, found: { signedIn }, body }) => {
      await deps.people.service.factor.disable(signedIn.user, body.password, body.code, askerOf(c));
      return DONE;
    },
  }),
];
