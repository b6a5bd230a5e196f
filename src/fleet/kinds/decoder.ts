import { NAMES } from "../../decoders/sandbox/source.ts";
import { integer, nullable, text, word } from "../columns.ts";
import { fleetKind } from "../kind.ts";
import type { Decoder } from "../integration-rows.ts";

/** A version of a product's payload decoder. Which one is in force, the product says. */
export const decoder = fleetKind<Decoder>()({
  name: "decoder",
  table: "decoder",
  since: "0010_decoders",
  references: [{ property: "product", kind: "product" }],
  key: "number",
  taken: "A decoder version with this number exists already in the product.",
  audit: {
    name: ({ product, number }, look) => `${look.name("product", product) ?? "?"}/${number}`,
    // a log of changes is no place for a hundred scripts; the version itself has the code
    shown: { code: (code: string) => `${code.length} characters` },
  },
  columns: {
    product: integer("product"),
    number: integer("number"),
    code: text("code"),
    function: nullable(word("function", NAMES)),
    created: integer("created"),
    by: text("made_by"),
    note: text("note"),
  },
});
