import { queryOptions } from "@tanstack/react-query";
import type { Dashboard, DashboardShare, DashboardSummary } from "../../../sdk/operations.js";
import { allOf } from "./fleet.ts";
import { api } from "./index.ts";

/** Questions about dashboards that several pages ask. */

export type { Dashboard, DashboardShare, DashboardSummary } from "../../../sdk/operations.js";

/** The dashboards of a workspace, or of one of its products. */
export function dashboardsQuery(workspace: string, product?: string) {
  return queryOptions({
    queryKey: ["dashboards", workspace, { product }],
    queryFn: ({ signal }): Promise<DashboardSummary[]> =>
      allOf(
        (cursor) =>
          api.listDashboards({ workspace, limit: 1000, signal, ...(product !== undefined && { product }), ...cursor }),
        1000,
      ),
  });
}

/** One dashboard, with the tag of its state for changes. */
export function dashboardQuery(workspace: string, dashboard: string | number) {
  return queryOptions({
    queryKey: ["dashboards", workspace, "one", String(dashboard)],
    queryFn: async ({ signal }): Promise<{ dashboard: Dashboard; etag: string }> => {
      const { data, etag } = await api.getDashboard({ workspace, dashboard, signal });
      return { dashboard: data, etag: etag ?? "*" };
    },
  });
}

/** The links that show a dashboard. */
export function sharesQuery(workspace: string, dashboard: number) {
  return queryOptions({
    queryKey: ["dashboards", workspace, "shares", dashboard],
    queryFn: ({ signal }): Promise<DashboardShare[]> =>
      allOf((cursor) => api.listDashboardShares({ workspace, dashboard, limit: 1000, signal, ...cursor }), 1000),
  });
}
