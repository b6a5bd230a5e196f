import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";

export function webhooksQuery(workspace: string) {
  return queryOptions({
    queryKey: ["webhooks", workspace],
    queryFn: async ({ signal }) => (await api.listWebhooks({ workspace, limit: 1000, signal })).data.items,
    refetchInterval: 10_000,
  });
}

/** What was sent last, and what was answered. */
export function callsQuery(workspace: string, webhook: number) {
  return queryOptions({
    queryKey: ["webhooks", workspace, webhook, "calls"],
    queryFn: async ({ signal }) => (await api.listWebhookCalls({ workspace, webhook, limit: 20, signal })).data.items,
    refetchInterval: 10_000,
  });
}

export function networksQuery(workspace: string) {
  return queryOptions({
    queryKey: ["networks", workspace],
    queryFn: async ({ signal }) => (await api.listNetworks({ workspace, limit: 1000, signal })).data.items,
  });
}

/** What came in and no product took. */
export function strayQuery(workspace: string) {
  return queryOptions({
    queryKey: ["passes", "workspace", workspace],
    queryFn: async ({ signal }) => (await api.listWorkspacePasses({ workspace, limit: 20, signal })).data.items,
    retry: false,
  });
}
