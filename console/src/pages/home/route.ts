import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";

export const homeRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "home",
  staticData: { crumb: (t) => t.frame.home },
  component: lazyRouteComponent(() => import("./home-page.tsx"), "HomePage"),
});
