import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";

/** What the address says: the webhook whose calls are shown. */
interface IntegrationsSearch {
  readonly webhook?: number;
}

export const integrationsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "integrations",
  validateSearch: ({ webhook }: Readonly<Record<string, unknown>>): IntegrationsSearch =>
    typeof webhook === "number" && Number.isInteger(webhook) ? { webhook } : {},
  staticData: { crumb: (t) => t.frame.integrations },
  component: lazyRouteComponent(() => import("./integrations-page.tsx"), "IntegrationsPage"),
});
