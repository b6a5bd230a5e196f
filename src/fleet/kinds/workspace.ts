import { integer, optional, text } from "../columns.ts";
import { fleetKind } from "../kind.ts";
import type { Workspace } from "../rows.ts";

/** Whose everything else is. */
export const workspace = fleetKind<Workspace>()({
  name: "workspace",
  table: "workspace",
  since: "0001_fleet",
  references: [],
  key: "slug",
  taken: "A workspace with this slug exists already.",
  audit: {
    name: ({ slug }) => slug,
    secret: ["created"],
    goes: ({ uid }, look) => ({
      products: look.count("product", "workspace", uid),
      devices: look.count("device", "workspace", uid),
      api_users: look.count("apiUser", "workspace", uid),
    }),
  },
  columns: {
    slug: text("slug"),
    name: text("name"),
    uuid: optional(text("uuid")),
    created: optional(integer("created")),
  },
});
