import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../../routes/index.ts";
import { systemSearch } from "./search.ts";

export const systemRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "system",
  validateSearch: systemSearch,
  staticData: { crumb: (t) => t.frame.system },
  component: lazyRouteComponent(() => import("./system-page.tsx"), "SystemPage"),
});
