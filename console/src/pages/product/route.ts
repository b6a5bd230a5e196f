import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import { productSearch } from "./search.ts";

export const productRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "products/$product",
  validateSearch: productSearch,
  staticData: {
    crumb: (_, { product = "" }) => product,
    above: (t, { workspace = "" }) => ({ to: `/w/${workspace}/products`, text: t.frame.products }),
  },
  component: lazyRouteComponent(() => import("./product-page.tsx"), "ProductPage"),
});
