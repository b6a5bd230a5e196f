import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { openRoute } from "../../routes/index.ts";

/** A dashboard that is shown by a link: `/console/shared#<secret>`. */
export const sharedRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "shared",
  validateSearch: ({ wall }: Readonly<Record<string, unknown>>): { readonly wall?: true } =>
    wall === true ? { wall } : {},
  staticData: { crumb: (t) => t.frame.dashboards },
  component: lazyRouteComponent(() => import("./shared-page.tsx"), "SharedPage"),
});
