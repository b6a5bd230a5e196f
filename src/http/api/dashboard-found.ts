import { seesDashboard, showDashboard } from "../../admin/dashboards.ts";
import { Refusal } from "../../base/errors.ts";
import type { Dashboard, Workspace, WorkspacePermission } from "../../fleet/types.ts";
import { quote } from "../../measure/bytes.ts";
import { findWorkspace, findWorkspaceFor } from "./find.ts";
import type { ApiDeps, Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** What the operations of dashboards have alike. */

export const PATH = "/workspaces/{workspace}/dashboards/{dashboard}";
export const TAKES = 'Takes the workspace permission "dashboards".';

interface FoundDashboard {
  readonly workspace: Workspace;
  readonly row: Dashboard;
}
/** @param permission that it takes; absent: to be in the workspace. @throws Refusal not_found, not_permitted */
export function findDashboard(seeker: Seeker, permission?: WorkspacePermission): FoundDashboard {
  const workspace = permission === undefined ? findWorkspace(seeker) : findWorkspaceFor(seeker, permission);
  const number = seeker.param("dashboard");
  const row = /^\d{1,15}$/.test(number) ? seeker.deps.directory.row("dashboard", Number(number)) : undefined;
  if (row?.workspace === workspace.uid && seesDashboard(seeker, row)) return { workspace, row };
  throw new Refusal("not_found", `${workspace.slug} has no dashboard ${quote(number)}.`);
}
export const toChange = (seeker: Seeker) => findDashboard(seeker, "dashboards");
type Called = Seeker & { readonly deps: ApiDeps; readonly found: FoundDashboard };
export const answer = (call: Called) => {
  const row = call.deps.directory.row("dashboard", call.found.row.uid) ?? call.found.row;
  return { body: showDashboard(call, row), etag: etagOf(row) };
};
