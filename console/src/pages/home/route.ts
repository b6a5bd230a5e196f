import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { prefetchHome } from "./queries.ts";

export const homeRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "home",
  staticData: { crumb: (t) => t.frame.home },
  // asked for while the page itself is loaded
  beforeLoad: ({ params: { workspace }, preload }) => {
    if (!preload) prefetchHome(workspace);
  },
  component: lazyRouteComponent(() => import("./home-page.tsx"), "HomePage"),
});
