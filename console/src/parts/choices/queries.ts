import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";

/** Identifiers of fields that one can choose from. @param products slugs; empty: all of the workspace */
export function fieldNamesQuery(workspace: string, search: string, products: readonly string[]) {
  return queryOptions({
    queryKey: ["fields", "names", workspace, { search, products }],
    queryFn: async ({ signal }) =>
      (await api.listFieldNames({ workspace, search, products: products.join(","), limit: 50, signal })).data.items,
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
}

/** Tags of devices that one can choose from. */
export function tagsQuery(workspace: string, search: string) {
  return queryOptions({
    queryKey: ["devices", workspace, "tags", search],
    queryFn: async ({ signal }) => (await api.listTags({ workspace, search, limit: 50, signal })).data.items,
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
}
