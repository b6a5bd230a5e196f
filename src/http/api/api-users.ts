import { z } from "zod";
import { BadValues } from "../../base/errors.ts";
import { changeApiUser, createApiUser, createToken, rotateToken } from "../../fleet/edit/accounts.ts";
import type { ApiUser } from "../../fleet/types.ts";
import { printTime } from "../../measure/time.ts";
import { findApiUser, findApiUserToken, findWorkspaceFor } from "./find.ts";
import { checkGiving } from "../../admin/giving.ts";
import { grantsFrom, showGrant } from "../../admin/grants.ts";
import { parseMoment } from "../history/range.ts";
import { lastUsed, tokensEnd } from "./last-used.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, type ApiDeps, route } from "./route.ts";
import { created, createdAt, homeAssistant } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";
import { etagOf } from "./state.ts";
import { removed } from "./takes.ts";
import { toCome } from "./to-come.ts";
import { newToken, showNew, showToken, token } from "./token-shape.ts";

/** API users and their tokens. All of it takes the workspace permission "members". */

const TAKES = 'Takes the workspace permission "members".';
const OWN = "Nobody gives rights that they do not have, nor changes or acts for an API user that has more.";

const apiUser = z
  .object({
    api_user: z.int().meta({ description: "Its number." }),
    name: z.string(),
    workspace: z.string(),
    created,
    mqtt: z.boolean().meta({ description: "Whether it may use MQTT." }),
    home_assistant: homeAssistant,
    grants: values.grants,
    last_used: values.time.nullable().meta({ description: "When any of its tokens was used last; null: never." }),
    tokens_end: values.time
      .nullable()
      .meta({ description: "When the last of its tokens ends; null: one of them never does, or there is none." }),
  })
  .meta({ id: "ApiUser", description: "An account for programs and devices, with rights of its own." });

function showApiUser(deps: ApiDeps, row: ApiUser) {
  const { uid: api_user, name, mqtt, homeAssistant: home_assistant = null } = row;
  const workspace = deps.directory.workspace(row.workspace)?.slug ?? "";
  const [grants, last_used] = [row.grants.map((grant) => showGrant(deps, grant)), lastUsed(deps, api_user)];
  const end = tokensEnd(deps, api_user);
  const tokens_end = end === null ? null : printTime(end);
  return { api_user, name, workspace, created: createdAt(row), mqtt, home_assistant, grants, last_used, tokens_end };
}

const names = { name: values.name, mqtt: z.boolean(), home_assistant: homeAssistant, grants: values.grants };

export const API_USERS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/api-users",
    id: "listApiUsers",
    tag: "API users",
    summary: "List API users",
    description: `Those of a workspace, oldest first. ${TAKES}`,
    query: z.strictObject({
      ...PAGE_QUERY,
      search: z.string().max(200).optional(),
      tokens_end_before: z.string().max(40).optional().meta({
        description: "ISO 8601: only those that can log in no more from then on, unless they get another token.",
      }),
    }),
    result: pageOf(apiUser),
    find: (seeker) => findWorkspaceFor(seeker, "members"),
    run: ({ deps, found, query }) => {
      const { search = "" } = query;
      const before = parseMoment("tokens_end_before", query.tokens_end_before);
      const text = search.toLowerCase();
      const rows = deps.directory
        .apiUsersOf(found.uid)
        .filter(
          ({ uid, name }) =>
            name.toLowerCase().includes(text) &&
            (before === null || (tokensEnd(deps, uid) ?? Number.POSITIVE_INFINITY) < before),
        );
      return {
        body: page(
          rows,
          query,
          ({ uid }) => uid,
          (row) => showApiUser(deps, row),
        ),
      };
    },
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/api-users",
    id: "createApiUser",
    tag: "API users",
    summary: "Create an API user",
    description: `With its first token, whose secret is shown this once. ${TAKES} ${OWN}`,
    body: z.strictObject({
      name: values.name,
      mqtt: z.boolean().default(true),
      home_assistant: homeAssistant.default(null),
      grants: values.grants.default([]),
      expires: values.expires
        .optional()
        .meta({ description: "Of its first token. RFC 3339, or days from now (90d); null or absent: never." }),
    }),
    result: apiUser.extend({ token: newToken }).meta({ id: "NewApiUser" }),
    status: 201,
    refusals: ["already_exists"],
    find: (seeker) => findWorkspaceFor(seeker, "members"),
    run: async (call) => {
      const { deps, body } = call;
      const secret = await call.edit((draft) => {
        const workspace = call.again();
        const grants = grantsFrom(draft, workspace.uid, body.grants);
        checkGiving(call, workspace.uid, grants);
        const { name, mqtt, home_assistant } = body;
        const uid = createApiUser(draft, workspace.uid, { name, mqtt, grants, homeAssistant: home_assistant });
        const expires = toCome(body.expires, draft.supplies.now);
        return createToken(draft, { user: null, apiUser: uid }, "first token", expires);
      });
      const made = deps.directory.apiUsersOf(call.found.uid).find(({ name }) => name === body.name);
      if (!made) throw new Error("the API user that was committed is not there");
      const location = `/api/v1/workspaces/${call.found.slug}/api-users/${made.uid}`;
      return { body: { ...showApiUser(deps, made), token: showNew(deps, secret) }, etag: etagOf(made), location };
    },
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/api-users/{api_user}",
    id: "getApiUser",
    tag: "API users",
    summary: "Get an API user",
    description: TAKES,
    result: apiUser,
    find: findApiUser,
    run: ({ deps, found }) => ({ body: showApiUser(deps, found.apiUser), etag: etagOf(found.apiUser) }),
  }),
  route({
    method: "patch",
    path: "/workspaces/{workspace}/api-users/{api_user}",
    id: "updateApiUser",
    tag: "API users",
    summary: "Update an API user",
    description: `${TAKES} ${OWN} Obeyed at once, also by open connections.`,
    body: z.strictObject(names).partial(),
    result: apiUser,
    needsState: true,
    refusals: ["already_exists"],
    find: findApiUser,
    run: async (call) => {
      const { deps, body } = call;
      await call.edit((draft) => {
        const { workspace, apiUser: row } = call.again();
        call.checkState(etagOf(row));
        const grants = body.grants && grantsFrom(draft, workspace.uid, body.grants);
        checkGiving(call, workspace.uid, row.grants);
        if (grants) checkGiving(call, workspace.uid, grants);
        const { name, mqtt, home_assistant } = body;
        changeApiUser(draft, row, { name, mqtt, grants, homeAssistant: home_assistant });
      });
      const row = deps.directory.apiUser(call.found.apiUser.uid) ?? call.found.apiUser;
      return { body: showApiUser(deps, row), etag: etagOf(row) };
    },
  }),
  route({
    method: "delete",
    path: "/workspaces/{workspace}/api-users/{api_user}",
    id: "deleteApiUser",
    tag: "API users",
    summary: "Delete an API user",
    description: `Its tokens, sessions and connections end at once. ${TAKES} With dry_run=true it only tells what would go.`,
    query: z.strictObject({ dry_run: values.dryRun }),
    result: values.takes,
    find: findApiUser,
    run: (call) =>
      removed(
        call,
        (found) => ({ kind: "apiUser", row: found.apiUser }),
        (found) => etagOf(found.apiUser),
      ),
  }),
];

export const TOKENS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/api-users/{api_user}/tokens",
    id: "listTokens",
    tag: "Tokens",
    summary: "List tokens",
    description: `Those of an API user, oldest first. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(token),
    find: findApiUser,
    run: ({ deps, found, query }) => ({
      body: page(
        deps.directory.tokensOf(`a:${found.apiUser.uid}`),
        query,
        ({ uid }) => uid,
        (row) => showToken(deps, row),
      ),
    }),
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/api-users/{api_user}/tokens",
    id: "createToken",
    tag: "Tokens",
    summary: "Create a token",
    description: `Another one for an API user; its secret is shown this once. ${TAKES} ${OWN}`,
    body: z.strictObject({ name: values.name.default("token"), expires: values.expires.optional() }),
    result: newToken,
    status: 201,
    find: findApiUser,
    run: async (call) => {
      const secret = await call.edit((draft) => {
        const { workspace, apiUser: row } = call.again();
        checkGiving(call, workspace.uid, row.grants);
        const expires = toCome(call.body.expires, draft.supplies.now);
        return createToken(draft, { user: null, apiUser: row.uid }, call.body.name, expires);
      });
      return { body: showNew(call.deps, secret) };
    },
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/api-users/{api_user}/tokens/{token}/rotate",
    id: "rotateToken",
    tag: "Tokens",
    summary: "Rotate a token",
    description: `Creates a new token in the place of another. ${TAKES} ${OWN} The old token stays good for the grace period, so that programs can be changed meanwhile.`,
    body: z.strictObject({
      grace_seconds: z
        .int()
        .min(0)
        .max(31 * 24 * 3600)
        .default(86_400)
        .meta({ description: "How long the old token stays good; 0: it ends at once. A day when absent." }),
      expires: values.expires.optional().meta({ description: "Of the new one; absent: as the old one's." }),
    }),
    result: newToken,
    status: 201,
    find: findApiUserToken,
    run: async (call) => {
      const secret = await call.edit((draft) => {
        const { workspace, apiUser: row, token: old } = call.again();
        checkGiving(call, workspace.uid, row.grants);
        const { now } = draft.supplies;
        const { expires: wished } = call.body;
        if (wished === undefined && old.expires !== null && old.expires <= now)
          throw new BadValues("invalid_request", [
            { path: "expires", message: "The old token has ended. Say when the new one does; null: never." },
          ]);
        const expires = wished === undefined ? old.expires : toCome(wished, now);
        return rotateToken(draft, old, call.body.grace_seconds * 1_000_000, expires);
      });
      return { body: showNew(call.deps, secret) };
    },
  }),
  route({
    method: "delete",
    path: "/workspaces/{workspace}/api-users/{api_user}/tokens/{token}",
    id: "revokeToken",
    tag: "Tokens",
    summary: "Revoke a token",
    description: `${TAKES} Connections that logged in with it end at once.`,
    result: token,
    find: findApiUserToken,
    run: async (call) => {
      const gone = await call.edit((draft) => {
        const { token: row } = call.again();
        draft.drafts.push({ kind: "token", op: "delete", uid: row.uid });
        return row;
      });
      return { body: showToken(call.deps, gone) };
    },
  }),
];
