import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";

interface DashboardsSearch {
  /** Only those of this product. */
  readonly product?: string;
  readonly sort?: string;
}

export const dashboardsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "dashboards",
  validateSearch: ({ product, sort }: Readonly<Record<string, unknown>>): DashboardsSearch => ({
    ...(typeof product === "string" && { product }),
    ...(typeof sort === "string" && { sort }),
  }),
  staticData: { crumb: (t) => t.frame.dashboards },
  component: lazyRouteComponent(() => import("./dashboards-page.tsx"), "DashboardsPage"),
});
