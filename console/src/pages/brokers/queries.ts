import { queryOptions } from "@tanstack/react-query";
import { api, queryClient } from "../../api/index.ts";

/** What is asked of external brokers. They change by themselves: they connect, and fall behind. */

/** One of them, with the tag of its state for changes. */
export function brokerQuery(workspace: string, broker: string) {
  return queryOptions({
    queryKey: ["brokers", workspace, broker],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getBroker({ workspace, broker, signal });
      return { broker: data, etag: etag ?? "*" };
    },
    refetchInterval: 3000,
  });
}

/** What happened to it, the newest first. */
export function eventsQuery(workspace: string, broker: string) {
  return queryOptions({
    queryKey: ["brokers", workspace, broker, "events"],
    queryFn: async ({ signal }) => (await api.listBrokerEvents({ workspace, broker, limit: 50, signal })).data.items,
    refetchInterval: 5000,
  });
}

export function mapsQuery(workspace: string) {
  return queryOptions({
    queryKey: ["maps", workspace],
    queryFn: async ({ signal }) => (await api.listMaps({ workspace, signal })).data.items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const reload = () => queryClient.invalidateQueries({ queryKey: ["brokers"] });
