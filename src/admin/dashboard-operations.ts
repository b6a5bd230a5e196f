import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { Dashboard } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { atTheCommandLine } from "./actor.ts";
import { checked } from "./checked.ts";
import * as given from "./dashboard-values.ts";
import { editDashboard, exportDashboard, listDashboard, makeDashboard, showDashboard } from "./dashboards.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

/** Dashboards, for who has the data folder; by name in a workspace, or by number. */

const which = { dashboard: values.named, workspace: values.named.optional() };
const schemas = {
  list: z.strictObject({ workspace: values.named.optional() }),
  one: z.strictObject(which),
  import: given.created.extend({ workspace: values.named.optional(), replace: z.boolean().default(false) }),
};

/** Managing dashboards. @throws Refusal not_found, invalid_request, already_exists, storage_unavailable */
export function dashboardOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  const asker = atTheCommandLine(deps);
  return {
    dashboardList: checked(schemas.list, async ({ workspace }) => {
      const of = workspace === undefined ? undefined : workspaceOf(deps, workspace).uid;
      const rows = directory.all("dashboard").filter((row) => of === undefined || row.workspace === of);
      return rows.map((row) => listDashboard(asker, row));
    }),
    dashboardExport: checked(schemas.one, async (wish) => exportDashboard(asker, dashboardNamed(deps, wish))),
    /** `replace`: what has the name gets the content. */
    dashboardImport: checked(schemas.import, async ({ workspace, replace, ...wish }) => {
      const of = workspaceOf(deps, workspace);
      const find = () => directory.named("dashboard", of.uid, wish.name);
      await fleet.edit((draft) => {
        const known = find();
        if (known === undefined || !replace) return makeDashboard(asker, draft, of, wish);
        const { description, content, allow_missing } = wish;
        editDashboard(asker, draft, known, { description, content, allow_missing });
      });
      const row = find();
      if (row === undefined) throw new Error("the dashboard that was committed is not there");
      return showDashboard(asker, row);
    }),
    dashboardDelete: checked(schemas.one, async (wish) => {
      const gone = listDashboard(asker, dashboardNamed(deps, wish));
      await fleet.edit((draft) => {
        draft.drafts.push({ kind: "dashboard", op: "delete", uid: dashboardNamed(deps, wish).uid });
      });
      return gone;
    }),
  };
}

/** By its name in a workspace (the only one when none is named), or by its number. @throws Refusal not_found, invalid_request */
export function dashboardNamed(
  deps: OperationsDeps,
  { dashboard, workspace }: { readonly dashboard: string; readonly workspace?: string | undefined },
): Dashboard {
  const { directory } = deps;
  const scope = workspace === undefined ? undefined : workspaceOf(deps, workspace).uid;
  const numbered = /^#?\d{1,15}$/.test(dashboard)
    ? directory.row("dashboard", Number(dashboard.replace("#", "")))
    : undefined;
  const named = directory
    .all("dashboard")
    .filter((row) => row.name === dashboard && (scope === undefined || row.workspace === scope));
  const [row = numbered, ...more] = named;
  if (row === undefined)
    throw new Refusal(
      "not_found",
      `There is no dashboard ${quote(dashboard)}. See those that there are with: dashboard list.`,
    );
  if (more.length === 0) return row;
  throw new Refusal(
    "invalid_request",
    `Several workspaces have a dashboard ${quote(dashboard)}: name one with --workspace, or its number.`,
  );
}
