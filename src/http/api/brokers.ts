import { z } from "zod";
import { showBroker } from "../../admin/broker-shown.ts";
import * as given from "../../admin/broker-values.ts";
import { editBroker, makeBroker } from "../../admin/brokers.ts";
import { BROKER_ACTS } from "./broker-acts.ts";
import { answer, findBroker, PATH, TAKES } from "./broker-found.ts";
import { findWorkspaceFor } from "./find.ts";
import { MAPS } from "./maps.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import { etagOf } from "./state.ts";

/** External brokers of a workspace. All of it takes the workspace permission "integrations". */

const ACTS = "It acts as an API user that may no more than who sets it up.";

export const BROKERS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/brokers",
    id: "listBrokers",
    tag: "External brokers",
    summary: "List external brokers",
    description: `Those of a workspace, oldest first. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(given.shown),
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: ({ deps, found, query }) => ({
      body: page(
        deps.directory.childrenOf("broker", "workspace", found.uid),
        query,
        ({ uid }) => uid,
        (row) => showBroker(deps, row),
      ),
    }),
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/brokers",
    id: "createBroker",
    tag: "External brokers",
    summary: "Create an external broker",
    description: `It is connected at once. ${ACTS} ${TAKES}`,
    body: given.created,
    result: given.shown,
    status: 201,
    refusals: ["already_exists"],
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: async (call) => {
      const { deps, body, found } = call;
      await call.edit((draft) => makeBroker(call, draft, call.again(), body));
      const row = deps.directory.named("broker", found.uid, body.name);
      if (row === undefined) throw new Error("the broker that was committed is not there");
      const location = `/api/v1/workspaces/${found.slug}/brokers/${row.uid}`;
      return { body: showBroker(deps, row), etag: etagOf(row), location };
    },
  }),
  route({
    method: "get",
    path: PATH,
    id: "getBroker",
    tag: "External brokers",
    summary: "Get an external broker",
    description: `With how its connection is. ${TAKES}`,
    result: given.shown,
    find: findBroker,
    run: answer,
  }),
  route({
    method: "patch",
    path: PATH,
    id: "updateBroker",
    tag: "External brokers",
    summary: "Update an external broker",
    description: `null takes a setting away; \`paused\` disconnects it, and what is to be sent waits. ${ACTS} ${TAKES}`,
    body: given.changed,
    result: given.shown,
    needsState: true,
    refusals: ["already_exists"],
    find: findBroker,
    run: async (call) => {
      await call.edit((draft) => {
        const { workspace, row } = call.again();
        call.checkState(etagOf(row));
        editBroker(call, draft, workspace, row, call.body);
      });
      return answer(call);
    },
  }),
  route({
    method: "delete",
    path: PATH,
    id: "deleteBroker",
    tag: "External brokers",
    summary: "Delete an external broker",
    description: `With its log, and what was not sent yet. ${TAKES}`,
    result: given.shown,
    find: findBroker,
    run: async (call) => {
      const before = showBroker(call.deps, call.found.row);
      await call.edit((draft) => {
        draft.drafts.push({ kind: "broker", op: "delete", uid: call.again().row.uid });
      });
      return { body: before };
    },
  }),
  ...BROKER_ACTS,
  ...MAPS,
];
