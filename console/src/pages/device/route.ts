import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";

export const deviceRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "devices/$product/$device",
  staticData: { crumb: (_, { device = "" }) => device },
  component: lazyRouteComponent(() => import("./device-page.tsx"), "DevicePage"),
});
