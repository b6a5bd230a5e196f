import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import type { What } from "./columns.ts";

/** What the address says: what the table holds, and of which product. */
interface ImportSearch {
  readonly what?: What;
  readonly product?: string;
}

export const importRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "import",
  validateSearch: ({ what, product }: Readonly<Record<string, unknown>>): ImportSearch => ({
    ...(what === "measurements" && { what }),
    ...(typeof product === "string" && product !== "" && { product }),
  }),
  staticData: {
    crumb: (t) => t.imports.title,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/devices`, text: t.frame.devices }),
  },
  component: lazyRouteComponent(() => import("./import-page.tsx"), "ImportPage"),
});
