import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { changeApiUser, createApiUser, createToken } from "../fleet/edit/accounts.ts";
import type { ApiUser } from "../fleet/types.ts";
import { checked } from "./checked.ts";
import { grantsFrom } from "./grants.ts";
import { homeAssistant } from "./integration-values.ts";
import { remove } from "./remove.ts";
import { type Deleted, deletion } from "./shared.ts";
import type { AdminDeps, OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

/** API users, by name@workspace. */

const schemas = {
  create: z.strictObject({
    name: values.name,
    workspace: values.named.optional(),
    grants: values.grants.default([]),
    mqtt: z.boolean().default(true),
    homeAssistant: homeAssistant.default(null),
    expires: z.number().nullable().default(null),
  }),
  homeAssistant: z.strictObject({ who: values.named, prefix: homeAssistant.default("homeassistant") }),
  list: z.strictObject({ workspace: values.named.optional() }),
  remove: z.strictObject({ who: values.named, dryRun: values.dry }),
};

/** Managing API users. @throws Refusal not_found, invalid_request, already_exists, storage_unavailable */
export function apiUserOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  return {
    apiUserCreate: checked(schemas.create, async ({ workspace, grants, expires, ...wish }) => {
      const row = workspaceOf(deps, workspace);
      const secret = await fleet.edit((draft) => {
        const uid = createApiUser(draft, row.uid, { ...wish, grants: grantsFrom(draft, row.uid, grants) });
        return createToken(draft, { user: null, apiUser: uid }, "first token", expires);
      });
      return { apiUser: `${wish.name}@${row.slug}`, expires, secret };
    }),
    apiUserList: checked(schemas.list, async ({ workspace }) => {
      const rows =
        workspace === undefined ? [...directory.apiUsers()] : directory.apiUsersOf(workspaceOf(deps, workspace).uid);
      return rows.map((row) => show(deps, row));
    }),
    apiUserHomeAssistant: checked(schemas.homeAssistant, async ({ who, prefix }) => {
      await fleet.edit((draft) => changeApiUser(draft, apiUserOf(deps, who), { homeAssistant: prefix }));
      return show(deps, apiUserOf(deps, who));
    }),
    apiUserDelete: checked(schemas.remove, async ({ who, dryRun }): Promise<Deleted> => {
      const target = () => ({ kind: "apiUser", row: apiUserOf(deps, who) }) as const;
      const found = target();
      const name = fleet.accountName(`a:${found.row.uid}`);
      const removal = await remove(deps, (decide) => fleet.edit(decide), found, { dryRun, again: target });
      return deletion(`API user ${name}`, [name], removal);
    }),
  };
}

/** @throws Refusal not_found, invalid_request */
function apiUserOf({ directory, fleet }: AdminDeps, who: string): ApiUser {
  const key = fleet.accountKey(who);
  const row = key.startsWith("a:") ? directory.apiUser(Number(key.slice(2))) : undefined;
  if (row) return row;
  throw new Refusal("invalid_request", `"${who}" is a user: fieldcast user delete deletes those.`);
}

function show({ directory }: AdminDeps, { uid, name, workspace, mqtt, homeAssistant, grants }: ApiUser) {
  const slug = directory.workspace(workspace)?.slug ?? "";
  const tokens = directory.tokensOf(`a:${uid}`).length;
  return {
    apiUser: uid,
    name,
    workspace: slug,
    mqtt,
    homeAssistant: homeAssistant ?? null,
    grants: grants.length,
    tokens,
  };
}
