import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";

export function webhooksQuery(workspace: string) {
  return queryOptions({
    queryKey: ["webhooks", workspace],
    queryFn: async ({ signal }) => (await api.listWebhooks({ workspace, limit: 1000, signal })).data.items,
    refetchInterval: 10_000,
  });
}

/** One webhook, with the tag of its state for changes. */
export function webhookQuery(workspace: string, webhook: string) {
  return queryOptions({
    queryKey: ["webhooks", workspace, webhook, "one"],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getWebhook({ workspace, webhook, signal });
      return { webhook: data, etag: etag ?? "*" };
    },
    refetchInterval: 2_000,
  });
}

/** Requests that were given up, newest first. */
export function lettersQuery(workspace: string, webhook: number) {
  return queryOptions({
    queryKey: ["webhooks", workspace, webhook, "letters"],
    queryFn: async ({ signal }) =>
      (await api.listWebhookDeadLetters({ workspace, webhook, limit: 100, signal })).data.items,
    refetchInterval: 2_000,
  });
}

/** What was sent last, and what was answered. */
export function callsQuery(workspace: string, webhook: number) {
  return queryOptions({
    queryKey: ["webhooks", workspace, webhook, "calls"],
    queryFn: async ({ signal }) => (await api.listWebhookCalls({ workspace, webhook, limit: 100, signal })).data.items,
    refetchInterval: 2_000,
  });
}

export function networksQuery(workspace: string) {
  return queryOptions({
    queryKey: ["networks", workspace],
    queryFn: async ({ signal }) => (await api.listNetworks({ workspace, limit: 1000, signal })).data.items,
  });
}

/** The workspace as a host of Sparkplug B, with its edge nodes; `host` is null where it is none. */
export function sparkplugQuery(workspace: string) {
  return queryOptions({
    queryKey: ["sparkplug", workspace],
    queryFn: async ({ signal }) => (await api.listSparkplugNodes({ workspace, signal })).data,
    refetchInterval: 5_000,
    retry: false,
  });
}

/** The tag of the host's state as it is when one begins to change it. */
export function sparkplugTagQuery(workspace: string) {
  return queryOptions({
    queryKey: ["sparkplug", workspace, "tag"],
    queryFn: async ({ signal }) => (await api.getSparkplug({ workspace, signal })).etag ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** One network, with the tag of its state for changes. */
export function networkQuery(workspace: string, network: string) {
  return queryOptions({
    queryKey: ["networks", workspace, "one", network],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getNetwork({ workspace, network, signal });
      return { network: data, etag: etag ?? "*" };
    },
  });
}

/** What came in for a product. */
export function productPassesQuery(product: string) {
  return queryOptions({
    queryKey: ["passes", "product", product, "of a network"],
    queryFn: async ({ signal }) => (await api.listProductPasses({ product, limit: 50, signal })).data.items,
    refetchInterval: 10_000,
    retry: false,
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

/** What became of downlinks of late: of all devices that one may see. */
export const downlinkEventsQuery = queryOptions({
  queryKey: ["events", "downlink"],
  queryFn: async ({ signal }) => (await api.listEvents({ kind: "downlink", limit: 100, signal })).data.items,
  refetchInterval: 5_000,
});

/** The MQTT sessions of an API user: whether it is connected. */
export function accountSessionsQuery(apiUser: number) {
  return queryOptions({
    queryKey: ["sessions", "of", apiUser],
    queryFn: async ({ signal }) => (await api.listSessions({ account: `a:${apiUser}`, limit: 10, signal })).data.items,
    refetchInterval: 5_000,
    retry: false,
  });
}
