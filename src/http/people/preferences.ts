import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { findWorkspace } from "../../admin/find.ts";
import * as values from "../../admin/values.ts";
import { MOST_PREFERENCE, MOST_PREFERENCES } from "../../people/preferences.ts";
import { readJson } from "../../measure/strict-json.ts";
import { printTime } from "../../measure/time.ts";
import type { HttpContext } from "../deps.ts";
import { type AnyPeopleOperation, type PeopleDeps, peopleRoute } from "./operation.ts";
import { mustBeSignedIn } from "./session.ts";
import { DONE, done } from "./shapes.ts";

/** What who is signed in prefers, for pages: saved views, columns, how it looks. */

const preference = z
  .object({
    name: z.string(),
    workspace: z.string().nullable().meta({ description: "The slug of the workspace it is for; null: everything." }),
    value: z.unknown().meta({ description: "Any JSON, as it was set." }),
    changed: values.time,
  })
  .meta({ id: "Preference", description: "What a user prefers." });

const NAME = /^[a-z][a-z0-9._-]{0,63}$/;

/** Who asks, under which name. @throws Refusal sign_in_needed, invalid_request */
function named(deps: PeopleDeps, c: HttpContext) {
  const user = mustBeSignedIn(deps, c);
  const name = c.req.param("preference") ?? "";
  if (NAME.test(name)) return { ...user, name };
  throw new Refusal(
    "invalid_request",
    "A preference's name has at most 64 lower-case letters, digits, dots, dashes and underscores, and begins with a letter.",
  );
}

export const PREFERENCES: readonly AnyPeopleOperation[] = [
  peopleRoute({
    method: "get",
    path: "/account/preferences",
    id: "listPreferences",
    tag: "Account",
    access: "user",
    summary: "List your preferences",
    description: "What pages keep for you: saved views, columns, how it looks. Those of workspaces that you may see.",
    result: z.object({ items: z.array(preference) }),
    find: mustBeSignedIn,
    run: async ({ deps, found: { signedIn, principal } }) => {
      const items = (await deps.people.service.preferences.list(signedIn.user)).flatMap((one) => {
        const workspace = one.workspace === null ? null : deps.directory.workspace(one.workspace);
        if (workspace === undefined || (workspace && !principal.operate && !principal.inWorkspace(workspace.uid)))
          return [];
        const { name, changed } = one;
        return [
          { name, workspace: workspace?.slug ?? null, value: readJson(one.value, false), changed: printTime(changed) },
        ];
      });
      return { body: { items } };
    },
  }),
  peopleRoute({
    method: "put",
    path: "/account/preferences/{preference}",
    id: "setPreference",
    tag: "Account",
    access: "user",
    summary: "Set a preference",
    description: `In the place of what was there under this name, for this workspace. At most ${MOST_PREFERENCES} of an account, each of at most ${MOST_PREFERENCE} characters.`,
    body: z.strictObject({
      workspace: z.string().max(128).nullable().default(null).meta({ description: "Slug; null: for everything." }),
      value: z.unknown().meta({ description: "Any JSON; null takes the preference away." }),
    }),
    result: done,
    refusals: ["invalid_request", "not_found", "value_too_large", "quota_exceeded"],
    find: named,
    run: async ({ deps, found: { signedIn, principal, name }, body: { workspace, value } }) => {
      const found = workspace === null ? null : findWorkspace({ deps, who: { principal } }, workspace);
      await deps.people.service.preferences.set(signedIn.user, found?.uid ?? null, name, value ?? null);
      return DONE;
    },
  }),
];
