import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { deviceSearch } from "./search.ts";

export const deviceRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "devices/$product/$device",
  validateSearch: deviceSearch,
  staticData: {
    crumb: (_, { device = "" }) => device,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/devices`, text: t.frame.devices }),
  },
  component: lazyRouteComponent(() => import("./device-page.tsx"), "DevicePage"),
});
