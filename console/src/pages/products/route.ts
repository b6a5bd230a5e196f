import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";

/** What the address of the list says. */
interface ProductsSearch {
  /** A column, `-` before it downward; by name when absent. */
  readonly sort?: string;
}

export const productsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "products",
  validateSearch: ({ sort }: Readonly<Record<string, unknown>>): ProductsSearch =>
    typeof sort === "string" && /^-?[a-z]{1,20}$/.test(sort) ? { sort } : {},
  staticData: { crumb: (t) => t.frame.products },
  component: lazyRouteComponent(() => import("./products-page.tsx"), "ProductsPage"),
});
