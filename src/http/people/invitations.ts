import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { ROLES, type Workspace } from "../../fleet/types.ts";
import { quote } from "../../measure/bytes.ts";
import { printTime } from "../../measure/time.ts";
import type { MadeLink } from "../../people/types.ts";
import { authenticate } from "../access.ts";
import type { Handler, HttpContext } from "../deps.ts";
import type { PeopleDeps } from "./auth.ts";
import { inputOf } from "./input.ts";
import { askerOf, mustBePerson } from "./session.ts";

/** Who may come into a workspace, and links for those who have forgotten their password. */

const inviteBody = z.strictObject({ email: z.string().min(1).max(320), role: z.enum(ROLES) });
const linkBody = z.strictObject({ email: z.string().min(1).max(320) });

/** `GET /api/v1/workspaces/<workspace>/invitations`: those that wait. */
export function listInvitations(deps: PeopleDeps): Handler {
  return async (c) => {
    const workspace = workspaceOf(deps, c);
    const items = (await deps.people.service.links.invitations(workspace.uid)).map(
      ({ email, role, created, expires, by }) => ({
        email,
        role,
        by: by === null ? null : (deps.directory.user(by)?.email ?? null),
        created: printTime(created),
        expires: printTime(expires),
      }),
    );
    workspaceOf(deps, c); // rights obey at once, also while the store was asked
    return c.json({ items });
  };
}
/** `POST /api/v1/workspaces/<workspace>/invitations`: mailed, or to be handed over. Only people invite, not tokens. */
export function invite(deps: PeopleDeps): Handler {
  return async (c) => {
    const workspace = workspaceOf(deps, c);
    const { signedIn } = mustBePerson(deps, c);
    const { email, role } = await inputOf(c, inviteBody);
    const wish = { email, role, workspace: workspace.uid };
    const made = await deps.people.service.links.invite(signedIn.user, wish, askerOf(c)).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === "quota_exceeded") deps.metrics.refused(error.code);
      throw error;
    });
    return c.json(showLink(made), 201);
  };
}
/** `DELETE /api/v1/workspaces/<workspace>/invitations/<e-mail address>` */
export function withdrawInvitation(deps: PeopleDeps): Handler {
  return async (c) => {
    const workspace = workspaceOf(deps, c);
    const { signedIn } = mustBePerson(deps, c);
    const email = c.req.param("email") ?? "";
    await deps.people.service.links.withdraw(signedIn.user, workspace.uid, email, askerOf(c));
    return c.json({ ok: true });
  };
}

/** `POST /api/v1/accounts/reset-link`: a link to hand over to somebody who has forgotten the password; takes `operate`. */
export function makeResetLink(deps: PeopleDeps): Handler {
  return async (c) => {
    const { principal, signedIn } = mustBePerson(deps, c);
    if (!principal.operate)
      throw new Refusal("not_permitted", 'Links for other people\'s passwords need the instance permission "operate".');
    const { email } = await inputOf(c, linkBody);
    return c.json(showLink(await deps.people.service.links.makeReset(signedIn.user, email, askerOf(c))), 201);
  };
}

/** A link that was mailed is not shown as well: it is for who reads that mail. */
function showLink({ link, email, expires, mailed }: MadeLink) {
  return { email, expires: printTime(expires), mailed, link: mailed ? null : link };
}

/** @throws Refusal not_found, not_permitted */
function workspaceOf(deps: PeopleDeps, c: HttpContext): Workspace {
  const principal = authenticate(deps, c);
  const slug = c.req.param("workspace") ?? "";
  const row = deps.directory.workspaceBySlug(slug);
  if (!row || !principal.inWorkspace(row.uid))
    throw new Refusal("not_found", `There is no workspace ${quote(slug)} that you may see.`);
  if (!principal.may(row.uid, "members"))
    throw new Refusal("not_permitted", `This takes the permission "members" in the workspace ${row.slug}.`);
  return row;
}
