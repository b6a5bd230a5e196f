import { fleetKind } from "../kind.ts";
import type { Product } from "../rows.ts";

/** A model of devices, with the fields that they have. */
export const product = fleetKind<Product>()({
  name: "product",
  table: "product",
  since: "0001_fleet",
  references: [{ property: "workspace", kind: "workspace" }],
  // unique in the instance: topics begin with it
  key: "slug",
  taken: "A product with this slug exists already in this instance.",
  audit: {
    name: ({ slug }) => slug,
    goes: ({ uid }, look) => ({
      devices: look.count("device", "product", uid),
      fields: look.count("field", "product", uid),
    }),
  },
});
