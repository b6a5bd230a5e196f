import { fleetKind } from "../kind.ts";
import type { Field } from "../rows.ts";

/** What devices of a product measure. */
export const field = fleetKind<Field>()({
  name: "field",
  table: "field",
  since: "0001_fleet",
  references: [{ property: "product", kind: "product" }],
  key: "id",
  taken: "A field with this identifier exists already in the product.",
  audit: { name: ({ product, id }, look) => `${look.name("product", product) ?? "?"}/${id}` },
});
