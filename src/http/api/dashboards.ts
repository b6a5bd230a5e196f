import { z } from "zod";
import * as own from "../../admin/dashboard-values.ts";
import {
  editDashboard,
  exportDashboard,
  listDashboard,
  makeDashboard,
  seesDashboard,
  showDashboard,
} from "../../admin/dashboards.ts";
import { answer, findDashboard, PATH, TAKES, toChange } from "./dashboard-found.ts";
import { findWorkspace, findWorkspaceFor } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import { etagOf } from "./state.ts";

/** Dashboards of a workspace. Who is in it sees them, with what they may see of its devices; to change them takes "dashboards". */

export const DASHBOARDS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/dashboards",
    id: "listDashboards",
    tag: "Dashboards",
    summary: "List dashboards",
    description: "Those of a workspace and of its products, oldest first, without their widgets.",
    query: z.strictObject({
      ...PAGE_QUERY,
      product: z.string().max(64).optional().meta({ description: "Only those of this product." }),
    }),
    result: pageOf(own.listed),
    find: (seeker) => findWorkspace(seeker),
    run: (call) => {
      const { deps, found, query } = call;
      const only = query.product === undefined ? undefined : (deps.directory.product(query.product)?.row.uid ?? 0);
      const rows = deps.directory
        .childrenOf("dashboard", "workspace", found.uid)
        .filter((row) => seesDashboard(call, row) && (only === undefined || row.product === only));
      return {
        body: page(
          rows,
          query,
          ({ uid }) => uid,
          (row) => listDashboard(call, row),
        ),
      };
    },
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/dashboards",
    id: "createDashboard",
    tag: "Dashboards",
    summary: "Create or import a dashboard",
    description: `Takes what \`exportDashboard\` gives. What its content names and is not here is refused, each with its place. ${TAKES}`,
    body: own.created,
    result: own.shown,
    status: 201,
    refusals: ["already_exists", "unknown_product"],
    find: (seeker) => findWorkspaceFor(seeker, "dashboards"),
    run: async (call) => {
      await call.edit((draft) => makeDashboard(call, draft, call.again(), call.body));
      const row = call.deps.directory.named("dashboard", call.found.uid, call.body.name);
      if (row === undefined) throw new Error("the dashboard that was committed is not there");
      const location = `/api/v1/workspaces/${call.found.slug}/dashboards/${row.uid}`;
      return { body: showDashboard(call, row), etag: etagOf(row), location };
    },
  }),
  route({
    method: "get",
    path: PATH,
    id: "getDashboard",
    tag: "Dashboards",
    summary: "Get a dashboard",
    description: "Whole. Who may not change it is not shown what it names of devices that they may not see.",
    result: own.shown,
    find: (seeker) => findDashboard(seeker),
    run: answer,
  }),
  route({
    method: "get",
    path: `${PATH}/export`,
    id: "exportDashboard",
    tag: "Dashboards",
    summary: "Export a dashboard",
    description: "As a file that `createDashboard` takes, here or on another instance.",
    result: own.exported,
    find: (seeker) => findDashboard(seeker),
    run: (call) => ({ body: exportDashboard(call, call.found.row) }),
  }),
  route({
    method: "patch",
    path: PATH,
    id: "updateDashboard",
    tag: "Dashboards",
    summary: "Update a dashboard",
    description: `Its content is replaced whole. ${TAKES}`,
    body: own.changed,
    result: own.shown,
    needsState: true,
    refusals: ["already_exists"],
    find: toChange,
    run: async (call) => {
      await call.edit((draft) => {
        const { row } = call.again();
        call.checkState(etagOf(row));
        editDashboard(call, draft, row, call.body);
      });
      return answer(call);
    },
  }),
  route({
    method: "delete",
    path: PATH,
    id: "deleteDashboard",
    tag: "Dashboards",
    summary: "Delete a dashboard",
    description: `With the links that show it. ${TAKES}`,
    result: own.shown,
    find: toChange,
    run: async (call) => {
      const before = showDashboard(call, call.found.row);
      await call.edit((draft) => {
        draft.drafts.push({ kind: "dashboard", op: "delete", uid: call.again().row.uid });
      });
      return { body: before };
    },
  }),
];
