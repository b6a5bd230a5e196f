import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { dashboardSearch } from "./search.ts";

export const dashboardRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "dashboards/$dashboard",
  validateSearch: dashboardSearch,
  staticData: {
    crumb: (_, { dashboard = "" }) => dashboard,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/dashboards`, text: t.frame.dashboards }),
  },
  component: lazyRouteComponent(() => import("./dashboard-page.tsx"), "DashboardPage"),
});
