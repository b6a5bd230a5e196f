import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { prefetchDevices } from "./queries.ts";
import { devicesSearch } from "./search.ts";

export const devicesRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "devices",
  validateSearch: devicesSearch,
  // asked for while the page itself is loaded
  beforeLoad: ({ params: { workspace }, search, preload }) => {
    if (!preload) void prefetchDevices(workspace, search);
  },
  staticData: { crumb: (t) => t.frame.devices },
  component: lazyRouteComponent(() => import("./devices-page.tsx"), "DevicesPage"),
});
