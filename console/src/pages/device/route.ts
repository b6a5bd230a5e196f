import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { prefetchDevice } from "./prefetch.ts";
import { deviceSearch } from "./search.ts";

export const deviceRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "devices/$product/$device",
  validateSearch: deviceSearch,
  staticData: {
    crumb: (_, { device = "" }) => device,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/devices`, text: t.frame.devices }),
  },
  // asked for while the page itself is loaded
  beforeLoad: ({ params: { product, device }, search: { tab }, preload }) => {
    if (!preload) prefetchDevice(product, device, tab === undefined || tab === "overview");
  },
  component: lazyRouteComponent(() => import("./device-page.tsx"), "DevicePage"),
});
