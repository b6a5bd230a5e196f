import { z } from "zod";
import * as answers from "../../admin/webhook-answers.ts";
import { showWebhook } from "../../admin/webhook-shown.ts";
import * as given from "../../admin/webhook-values.ts";
import { changesFrom, makeWebhook } from "../../admin/webhooks.ts";
import { changeWebhook } from "../../fleet/edit/webhooks.ts";
import { findWorkspaceFor } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import { etagOf } from "./state.ts";
import { WEBHOOK_ACTS } from "./webhook-acts.ts";
import { WEBHOOK_BOOKS } from "./webhook-books.ts";
import { answer, findWebhook, PATH, TAKES, withSecret } from "./webhook-found.ts";

/** Webhooks of a workspace. All of it takes the workspace permission "integrations". */

const ACTS = "Nobody sends what they may not read: its account has no more rights than who sets it up.";

export const WEBHOOKS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/webhooks",
    id: "listWebhooks",
    tag: "Webhooks",
    summary: "List webhooks",
    description: `Those of a workspace, oldest first. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(answers.shown),
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: ({ deps, found, query }) => ({
      body: page(
        deps.directory.childrenOf("webhook", "workspace", found.uid),
        query,
        ({ uid }) => uid,
        (row) => showWebhook(deps, row),
      ),
    }),
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/webhooks",
    id: "createWebhook",
    tag: "Webhooks",
    summary: "Create a webhook",
    description: `It has the rights of who creates it, unless \`account\` names another. ${ACTS} ${TAKES}`,
    body: given.created,
    result: withSecret,
    status: 201,
    refusals: ["already_exists"],
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: async (call) => {
      const { deps, body } = call;
      const secret = await call.edit((draft) => makeWebhook(call, draft, call.again(), body));
      const row = deps.directory.named("webhook", call.found.uid, body.name);
      if (row === undefined) throw new Error("the webhook that was committed is not there");
      const location = `/api/v1/workspaces/${call.found.slug}/webhooks/${row.uid}`;
      return { body: { ...showWebhook(deps, row), secret }, etag: etagOf(row), location };
    },
  }),
  route({
    method: "get",
    path: PATH,
    id: "getWebhook",
    tag: "Webhooks",
    summary: "Get a webhook",
    description: TAKES,
    result: answers.shown,
    find: findWebhook,
    run: answer,
  }),
  route({
    method: "patch",
    path: PATH,
    id: "updateWebhook",
    tag: "Webhooks",
    summary: "Update a webhook",
    description: `What was not sent yet goes as the new one says. ${ACTS} ${TAKES}`,
    body: given.changed,
    result: answers.shown,
    needsState: true,
    refusals: ["already_exists"],
    find: findWebhook,
    run: async (call) => {
      await call.edit((draft) => {
        const { workspace, row } = call.again();
        call.checkState(etagOf(row));
        changeWebhook(draft, row, changesFrom(call, workspace, row, call.body));
      });
      return answer(call);
    },
  }),
  route({
    method: "delete",
    path: PATH,
    id: "deleteWebhook",
    tag: "Webhooks",
    summary: "Delete a webhook",
    description: `With its log and its dead letters. ${TAKES}`,
    result: answers.shown,
    find: findWebhook,
    run: async (call) => {
      const before = showWebhook(call.deps, call.found.row);
      await call.edit((draft) => {
        draft.drafts.push({ kind: "webhook", op: "delete", uid: call.again().row.uid });
      });
      return { body: before };
    },
  }),
  ...WEBHOOK_ACTS,
  ...WEBHOOK_BOOKS,
];
