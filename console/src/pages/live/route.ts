import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { liveSearch } from "./search.ts";

export const liveRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "live",
  validateSearch: liveSearch,
  staticData: { crumb: (t) => t.frame.live },
  component: lazyRouteComponent(() => import("./live-page.tsx"), "LivePage"),
});
