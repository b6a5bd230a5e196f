import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../../routes/index.ts";

export const accountRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "account",
  staticData: { crumb: (t) => t.account.title },
  component: lazyRouteComponent(() => import("./account-page.tsx"), "AccountPage"),
});
