import { flag, integer, nullable, optional, text, unless, word } from "../columns.ts";
import { FIELD_TYPES } from "../../measure/types.ts";
import { FIELD_ROLES, SEMANTICS } from "../integration-rows.ts";
import { fleetKind } from "../kind.ts";
import { keptAs } from "../retention.ts";
import type { Field } from "../rows.ts";

/** What devices of a product measure. */
export const field = fleetKind<Field>()({
  name: "field",
  table: "field",
  since: "0001_fleet",
  references: [{ property: "product", kind: "product" }],
  key: "id",
  taken: "A field with this identifier or this UUID exists already.",
  audit: { name: ({ product, id }, look) => `${look.name("product", product) ?? "?"}/${id}` },
  columns: {
    product: integer("product"),
    id: text("id"),
    type: word("type", FIELD_TYPES),
    name: text("name"),
    unit: nullable(text("unit")),
    retention: keptAs("retention"),
    decimals: optional(integer("decimals")),
    description: optional(text("description")),
    active: unless("active", false),
    role: optional(word("role", FIELD_ROLES)),
    semantic: optional(word("semantic", SEMANTICS)),
    settable: optional(flag("settable")),
    formula: optional(text("formula")),
    uuid: optional(text("uuid")),
  },
});
