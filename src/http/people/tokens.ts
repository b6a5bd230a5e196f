import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { isName, RULE } from "../../fleet/rules.ts";
import type { TokenInfo } from "../../fleet/service.ts";
import { daysFrom, printTime } from "../../measure/time.ts";
import * as values from "../../admin/values.ts";
import type { HttpContext } from "../deps.ts";
import { parseMoment } from "../history/range.ts";
import { type AnyPeopleOperation, type PeopleDeps, peopleRoute } from "./operation.ts";
import { mustBeSignedIn, type SignedInUser } from "./session.ts";
import { DONE, done } from "./shapes.ts";

/** Personal access tokens of who is signed in. */

const told = {
  token: z.int().meta({ description: "Its number." }),
  hint: z.string().meta({ description: "Its last four characters." }),
  name: z.string(),
  created: values.time,
  expires: values.time.nullable(),
};
const token = z.object(told).meta({ id: "PersonalToken", description: "A token of a user." });
const made = z
  .object({ ...told, secret: z.string().meta({ description: "The access token itself, shown this once." }) })
  .meta({ id: "NewPersonalToken", description: "A token of a user that was just made." });

function show({ uid, hint, name, created, expires }: TokenInfo) {
  return { token: uid, hint, name, created: printTime(created), expires: expires === null ? null : printTime(expires) };
}

/** A token of who asks. @throws Refusal not_found, also for those of others */
function ownToken(deps: PeopleDeps, c: HttpContext) {
  const user = mustBeSignedIn(deps, c);
  const text = c.req.param("token") ?? "";
  const row = /^\d{1,15}$/.test(text) ? deps.directory.token(Number(text)) : undefined;
  if (row?.user !== user.signedIn.user) throw new Refusal("not_found", "You have no such token.");
  return { user, row };
}
/** Who it was, for the audit log. */
function byOf({ principal }: SignedInUser, c: HttpContext) {
  return { key: principal.key, name: principal.name, from: c.env.remoteAddress };
}

export const OWN_TOKENS: readonly AnyPeopleOperation[] = [
  peopleRoute({
    method: "get",
    path: "/account/tokens",
    id: "listPersonalTokens",
    tag: "Account",
    access: "user",
    summary: "List personal tokens",
    result: z.object({ items: z.array(token) }),
    find: mustBeSignedIn,
    run: ({ deps, found: { principal } }) => ({
      body: { items: deps.people.fleet.listTokens(principal.name).map(show) },
    }),
  }),
  peopleRoute({
    method: "post",
    path: "/account/tokens",
    id: "createPersonalToken",
    tag: "Account",
    access: "user",
    summary: "Create a personal token",
    description: "It may do what the user may.",
    body: z.strictObject({
      name: z.string().max(200).default(""),
      expires: z.string().max(64).optional().meta({ description: "RFC 3339, or days from now (90d); absent: never." }),
    }),
    status: 201,
    result: made,
    find: mustBeSignedIn,
    run: async ({ deps, c, found, body: { name, expires } }) => {
      const until = daysFrom(expires ?? "", deps.clock.micros()) ?? parseMoment("expires", expires);
      if (until !== null && until <= deps.clock.micros())
        throw new Refusal("invalid_request", "expires: this time is over already.");
      if (name !== "" && !isName(name)) throw new Refusal("invalid_request", `name: must be ${RULE.name}.`);
      const options = { name, ...(until !== null && { expires: until }), by: byOf(found, c) };
      const { token: secret, info } = await deps.people.fleet.createToken(found.principal.name, options);
      return { body: { ...show(info), secret } };
    },
  }),
  peopleRoute({
    method: "delete",
    path: "/account/tokens/{token}",
    id: "revokePersonalToken",
    tag: "Account",
    access: "user",
    summary: "Revoke a personal token",
    description: "Connections that logged in with it end at once.",
    result: done,
    refusals: ["not_found"],
    find: ownToken,
    run: async ({ deps, c, found: { user, row } }) => {
      await deps.people.fleet.revokeToken(`#${row.uid}`, byOf(user, c));
      return DONE;
    },
  }),
  peopleRoute({
    method: "post",
    path: "/account/tokens/{token}/rotate",
    id: "rotatePersonalToken",
    tag: "Account",
    access: "user",
    summary: "Rotate a personal token",
    description: "The new one has the name and the expiry of the old one, which ends at once.",
    status: 201,
    result: made,
    refusals: ["not_found", "invalid_request"],
    find: ownToken,
    run: async ({ deps, c, found: { user, row } }) => {
      const { fleet } = deps.people;
      const by = byOf(user, c);
      const { name, expires } = row;
      if (expires !== null && expires <= deps.clock.micros())
        throw new Refusal("invalid_request", "This token has ended: one in its place would, too. Make a new one.");
      const options = { name, ...(expires !== null && { expires }), by };
      const { token: secret, info } = await fleet.createToken(user.principal.name, options);
      await fleet.revokeToken(`#${row.uid}`, by);
      return { body: { ...show(info), secret } };
    },
  }),
];
