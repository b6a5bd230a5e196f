import { queryOptions } from "@tanstack/react-query";
import type { AlertCounts } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";

/** Shared questions about alerts: all of them are asked again when the stream of alerts tells of a change. */

export function alertsQuery(workspace: string, state: "active" | "closed") {
  return queryOptions({
    queryKey: ["alerts", workspace, state],
    queryFn: async ({ signal }) => {
      const order = state === "active" ? ("severity" as const) : ("newest" as const);
      return (await api.listAlerts({ workspace, state, order, limit: 200, signal })).data.items;
    },
    refetchInterval: 15_000,
  });
}
export function deviceAlertsQuery(product: string, device: string) {
  return queryOptions({
    queryKey: ["alerts", "device", product, device],
    queryFn: async ({ signal }) => (await api.listDeviceAlerts({ product, device, limit: 20, signal })).data.items,
    refetchInterval: 15_000,
  });
}
export function notificationsQuery(workspace: string) {
  return queryOptions({
    queryKey: ["alerts", workspace, "notifications"],
    queryFn: async ({ signal }) => (await api.listNotifications({ workspace, limit: 100, signal })).data.items,
    refetchInterval: 15_000,
  });
}
/** How many are open and acknowledged, by severity. */
export function alertCountsQuery(workspace: string) {
  return queryOptions({
    queryKey: ["alerts", workspace, "counts"],
    queryFn: async ({ signal }) => (await api.countAlerts({ workspace, signal })).data,
    refetchInterval: 15_000,
    retry: false,
  });
}
/** How many are open; 0 while nobody knows. */
export function openOf(counts: AlertCounts | undefined): number {
  return counts === undefined ? 0 : Object.values(counts).reduce((sum, { open }) => sum + open, 0);
}
