import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { alertSearch } from "./search.ts";

export const alertsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "alerts",
  validateSearch: alertSearch,
  staticData: { crumb: (t) => t.frame.alerts },
  component: lazyRouteComponent(() => import("./alerts-page.tsx"), "AlertsPage"),
});
