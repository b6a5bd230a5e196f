import { queryOptions } from "@tanstack/react-query";
import { allOf } from "./fleet.ts";
import { api } from "./index.ts";

/** The API users of a workspace: as whom something there may act. */
export function accountsQuery(workspace: string) {
  return queryOptions({
    queryKey: ["api-users", workspace],
    queryFn: ({ signal }) => allOf((cursor) => api.listApiUsers({ workspace, limit: 1000, signal, ...cursor }), 10_000),
    retry: false,
  });
}
