import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { accessSearch } from "./search.ts";

export const accessRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "access",
  validateSearch: accessSearch,
  staticData: { crumb: (t) => t.frame.access },
  component: lazyRouteComponent(() => import("./access-page.tsx"), "AccessPage"),
});

export const apiUserRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "access/api-users/$apiUser",
  staticData: {
    crumb: (_, { apiUser = "" }) => apiUser,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/access?tab=api-users`, text: t.frame.access }),
  },
  component: lazyRouteComponent(() => import("./api-user-page.tsx"), "ApiUserPage"),
});

export const memberRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "access/members/$member",
  staticData: {
    crumb: (_, { member = "" }) => member,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/access`, text: t.frame.access }),
  },
  component: lazyRouteComponent(() => import("./member-page.tsx"), "MemberPage"),
});
