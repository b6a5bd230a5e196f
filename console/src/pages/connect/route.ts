import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { connectSearch } from "./search.ts";

export const connectRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "connect",
  validateSearch: connectSearch,
  staticData: { crumb: (t) => t.frame.connect },
  component: lazyRouteComponent(() => import("./connect-page.tsx"), "ConnectPage"),
});
