import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { devicesSearch } from "./search.ts";

export const devicesRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "devices",
  validateSearch: devicesSearch,
  staticData: { crumb: (t) => t.frame.devices },
  component: lazyRouteComponent(() => import("./devices-page.tsx"), "DevicesPage"),
});
