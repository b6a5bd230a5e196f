import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";

export const brokersRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "brokers",
  staticData: {
    crumb: (t) => t.brokers.title,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/integrations`, text: t.frame.integrations }),
  },
  component: lazyRouteComponent(() => import("./brokers-page.tsx"), "BrokersPage"),
});

export const brokerRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "brokers/$broker",
  staticData: {
    crumb: (_, { broker = "" }) => broker,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/brokers`, text: t.brokers.title }),
  },
  component: lazyRouteComponent(() => import("./broker-page.tsx"), "BrokerPage"),
});
