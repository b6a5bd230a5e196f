import { flag, integer, json, nullable, text, word } from "../columns.ts";
import { DOWNLINK_SOURCES, DOWNLINK_WAYS, type Downlink } from "../downlink-rows.ts";
import { fleetKind } from "../kind.ts";

/** Something that can be sent to the devices of a product. */
export const downlink = fleetKind<Downlink>()({
  name: "downlink",
  table: "downlink",
  since: "0030_downlinks",
  references: [{ property: "product", kind: "product" }],
  key: "name",
  taken: "A downlink with this name exists already in the product.",
  audit: {
    name: ({ product, name }, look) => `${look.name("product", product) ?? "?"}/${name}`,
    // a script may hold what is nobody else's business
    shown: { content: (content: string) => (content.length <= 200 ? content : `${content.length} characters`) },
  },
  columns: {
    product: integer("product"),
    name: text("name"),
    description: text("description"),
    way: word("way", DOWNLINK_WAYS),
    source: word("source", DOWNLINK_SOURCES),
    content: text("content"),
    target: nullable(text("target")),
    port: integer("port"),
    confirmed: flag("confirmed"),
    replace: flag("replaces"),
    fields: json("fields", textsOf),
    triggers: json("triggers", textsOf),
    active: flag("active"),
    wait: integer("wait"),
  },
});

function textsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((one): one is string => typeof one === "string") ? value : null;
}
