import { z } from "zod";
import { fieldName, fieldNames, tagName, tagNames } from "../../admin/fleet-names.ts";
import { findWorkspace } from "./find.ts";
import { DEFAULT, PAGE_QUERY } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";

/** Names that one can choose from: fields and tags of a workspace. */

const search = z.string().max(200).optional().meta({ description: "A part of it, upper or lower case." });
const { limit } = PAGE_QUERY;

export const FLEET_NAMES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/fields",
    id: "listFieldNames",
    tag: "Fields",
    summary: "List the field names of a workspace",
    description:
      "Identifiers of the fields of its products, as far as you may see them; what most products have comes first.",
    query: z.strictObject({
      search,
      limit,
      products: z.string().max(10_000).optional().meta({ description: "Only of these: slugs with commas between." }),
    }),
    result: z.object({ items: z.array(fieldName) }),
    find: findWorkspace,
    run: (call) => {
      const { limit: most = DEFAULT, products = "", search: part } = call.query;
      const slugs = products.split(",").filter((slug) => slug !== "");
      return { body: { items: fieldNames(call, call.found, { search: part, limit: most, products: slugs }) } };
    },
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/tags",
    id: "listTags",
    tag: "Devices",
    summary: "List the tags of a workspace",
    description: "Those of its devices, as far as you may see them; what most devices have comes first.",
    query: z.strictObject({ search, limit }),
    result: z.object({ items: z.array(tagName) }),
    find: findWorkspace,
    run: (call) => {
      const { limit: most = DEFAULT, search: part } = call.query;
      return { body: { items: tagNames(call, call.found, { search: part, limit: most }) } };
    },
  }),
];
