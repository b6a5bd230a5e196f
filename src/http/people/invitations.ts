import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { ROLES, type Workspace } from "../../fleet/types.ts";
import { printTime } from "../../measure/time.ts";
import type { MadeLink } from "../../people/types.ts";
import { findWorkspaceFor } from "../../admin/find.ts";
import { authenticate } from "../kit/access.ts";
import * as values from "../../admin/values.ts";
import type { HttpContext } from "../deps.ts";
import { type AnyPeopleOperation, type PeopleDeps, peopleRoute } from "./operation.ts";
import { askerOf, mustBeSignedIn } from "./session.ts";
import { DONE, done, email } from "./shapes.ts";

/** Who may come into a workspace, and links for those who have forgotten their password. */

const invitation = z
  .object({
    email: z.string(),
    role: z.enum(ROLES),
    by: z.string().nullable().meta({ description: "E-mail address of who invites; null: a command, or who is gone." }),
    created: values.time,
    expires: values.time,
  })
  .meta({ id: "Invitation", description: "An invitation that waits." });
const link = z
  .object({
    email: z.string(),
    expires: values.time,
    mailed: z.boolean(),
    link: z.string().nullable().meta({
      description:
        "To be handed over; null when it was mailed. Begins with --public-url, without it with the address that was asked.",
    }),
  })
  .meta({ id: "MadeLink", description: "A link that works once." });

/**
 * A link that was mailed is not shown as well: it is for who reads that mail. Otherwise it is a whole address: where no
 * --public-url says one, that by which who makes the link has come. It goes to nobody else.
 */
function showLink(c: HttpContext, { link: address, email: whose, expires, mailed }: MadeLink) {
  const whole = address.startsWith("/") ? new URL(address, c.req.url).href : address;
  return { email: whose, expires: printTime(expires), mailed, link: mailed ? null : whole };
}

/** @throws Refusal not_found, not_permitted */
function workspaceOf(deps: PeopleDeps, c: HttpContext): Workspace {
  const who = { principal: authenticate(deps, c) };
  return findWorkspaceFor({ deps, who }, c.req.param("workspace") ?? "", "members");
}

export const INVITATIONS: readonly AnyPeopleOperation[] = [
  peopleRoute({
    method: "get",
    path: "/workspaces/{workspace}/invitations",
    id: "listInvitations",
    tag: "Invitations",
    summary: "List invitations",
    description: "Those that wait to be accepted.",
    result: z.object({ items: z.array(invitation) }),
    find: workspaceOf,
    run: async ({ deps, c, found: { uid } }) => {
      const waiting = await deps.people.service.links.invitations(uid);
      const items = waiting.flatMap(({ email: whose, role, by, created, expires }) => {
        if (whose === null || role === null) return []; // it is no invitation then
        const inviter = by === null ? null : (deps.directory.user(by)?.email ?? null);
        return [{ email: whose, role, by: inviter, created: printTime(created), expires: printTime(expires) }];
      });
      workspaceOf(deps, c); // rights obey at once, also while the store was asked
      return { body: { items } };
    },
  }),
  peopleRoute({
    method: "post",
    path: "/workspaces/{workspace}/invitations",
    id: "createInvitation",
    tag: "Invitations",
    access: "user",
    summary: "Create an invitation",
    description:
      "The link is mailed, or to be handed over. Takes the permission `members`; owners are invited by owners.",
    body: z.strictObject({ email, role: z.enum(ROLES) }),
    status: 201,
    result: link,
    refusals: ["not_found", "not_permitted", "already_exists", "quota_exceeded", "too_many_attempts"],
    find: (deps, c) => ({ workspace: workspaceOf(deps, c).uid, user: mustBeSignedIn(deps, c).signedIn.user }),
    run: async ({ deps, c, found: { workspace, user }, body }) => {
      const made = await deps.people.service.links
        .invite(user, { ...body, workspace }, askerOf(c))
        .catch((error: unknown) => {
          if (error instanceof Refusal && error.code === "quota_exceeded") deps.metrics.refused(error.code);
          throw error;
        });
      return { body: showLink(c, made) };
    },
  }),
  peopleRoute({
    method: "delete",
    path: "/workspaces/{workspace}/invitations/{email}",
    id: "revokeInvitation",
    tag: "Invitations",
    access: "user",
    summary: "Revoke an invitation",
    result: done,
    refusals: ["not_found", "not_permitted"],
    find: (deps, c) => ({ workspace: workspaceOf(deps, c).uid, user: mustBeSignedIn(deps, c).signedIn.user }),
    run: async ({ deps, c, found: { workspace, user } }) => {
      await deps.people.service.links.withdraw(user, workspace, c.req.param("email") ?? "", askerOf(c));
      return DONE;
    },
  }),
  peopleRoute({
    method: "post",
    path: "/users/reset-link",
    id: "createPasswordResetLink",
    tag: "Invitations",
    access: "user",
    summary: "Create a password reset link",
    description:
      "A link to set a new password. For somebody who has forgotten the password; to be handed over. Takes the instance permission `operate`.",
    body: z.strictObject({ email }),
    status: 201,
    result: link,
    refusals: ["not_found", "not_permitted"],
    find: (deps, c) => {
      const { principal, signedIn } = mustBeSignedIn(deps, c);
      if (!principal.operate)
        throw new Refusal(
          "not_permitted",
          'Links for other people\'s passwords need the instance permission "operate".',
        );
      return signedIn.user;
    },
    run: async ({ deps, c, found, body }) => ({
      body: showLink(c, await deps.people.service.links.makeReset(found, body.email, askerOf(c))),
    }),
  }),
];
